/// RFC 2047 encoded words, for the one value of the protocol that a person may write in any script: the user name.
///
/// QUIRK: pyzor puts the packet together with Python's email package, which writes a value that is not ASCII as an
/// encoded word (RFC 2047 section 4) in whichever of the two encodings is shorter. A signature covers that form.
enum EncodedWord {
    /// The value itself when it is ASCII, else one encoded word in UTF-8.
    static func encoded(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 >= 0x80 }) else { return value }
        let bytes = Array(value.utf8)
        let quotedLength = bytes.reduce(0) { $0 + (isPlain($1) || $1 == 0x20 ? 1 : 3) }
        let base64Length = (bytes.count + 2) / 3 * 4
        return base64Length < quotedLength ? "=?utf-8?b?\(base64(bytes))?=" : "=?utf-8?q?\(quoted(bytes))?="
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-!*+/".utf8.contains(byte)
        }
    }

    private static func quoted(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            if byte == 0x20 { return "_" }
            return isPlain(byte) ? String(UnicodeScalar(byte)) : "=" + Hexadecimal.text([byte]).uppercased()
        }.joined()
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let padded = Array(group) + Array(repeating: 0, count: 3 - group.count)
            let bits = padded.reduce(0) { $0 << 8 | Int($1) }
            let letters = [18, 12, 6, 0].map { alphabet[bits >> $0 & 63] }
            text += letters[...group.count] + Array(repeating: UInt8(ascii: "="), count: 3 - group.count)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// Bytes as lower-case hexadecimal text, the only form in which Pyzor writes hashes.
enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(40)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
