import Glibc

/// The name of a file as a String that gives back each of its bytes.
///
/// A name is any bytes but NUL and `/`; a String is UTF-8, and Swift puts U+FFFD where an argument is not, so that such a file
/// could not be opened. Here each byte that is no UTF-8 is kept as a character of its own, U+EF80 to U+EFFF (a range for
/// private use); the bytes of a name that does hold such characters are kept one by one too, so nothing is ambiguous.
enum FileName {
    /// The arguments of the process, the program's name first.
    static var arguments: [String] {
        let vector = CommandLine.unsafeArgv
        return (0..<Int(CommandLine.argc)).compactMap { index in
            vector[index].map { text in
                string(UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) })
            }
        }
    }

    static func string(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: { byte($0) != nil })
        {
            return text
        }
        var result = ""
        var rest = Array(bytes)[...]
        while let first = rest.first {
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            let text = String(validating: rest.prefix(length), as: UTF8.self)
            if let text, text.unicodeScalars.count == 1, text.unicodeScalars.allSatisfy({ byte($0) == nil }) {
                result += text
                rest = rest.dropFirst(length)
            } else {
                result.unicodeScalars.append(scalar(first))
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// The bytes for the system, without a NUL at the end.
    static func bytes(_ name: String) -> [UInt8] {
        name.unicodeScalars.flatMap { scalar in byte(scalar).map { [$0] } ?? Array(String(scalar).utf8) }
    }

    /// The name for JSON, which holds characters alone: U+FFFD for a byte that is none.
    static func lossy(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

    /// The byte that this character stands for; nil if it stands for itself.
    static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
        (0xEF80...0xEFFF).contains(scalar.value) ? UInt8(scalar.value - 0xEF00) : nil
    }

    /// Only bytes from 0x80 on are ever no UTF-8.
    private static func scalar(_ byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(0xEF00 + UInt32(byte)) ?? "\u{FFFD}"
    }
}
