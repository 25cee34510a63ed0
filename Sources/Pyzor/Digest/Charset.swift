/// A charset that Python knows, and how its bytes become text.
enum Charset: Equatable, Sendable {
    case ascii
    case latin1
    case utf8
    /// UTF-8 that may begin with a byte order mark, which is eaten.
    case utf8Signature
    case utf16(ByteOrder?)
    case utf32(ByteOrder?)
    case utf7
    /// One byte, one character; an index into ``SingleByteTables``.
    case singleByte(Int)
    /// One or two bytes, in a few sets three.
    case doubleByte(DoubleByteSet)
    case gb18030
    case hz
    case iso2022(ISO2022Variant)
    case unicodeEscape
    case rawUnicodeEscape
    /// Names in a code of ASCII (RFC 3492).
    case punycode
    /// Host names; nothing but strictly.
    case idna
    /// Refuses everything.
    case undefined
    /// Known, but not decoded here yet.
    case unsupported(String)

    enum ByteOrder: Equatable, Sendable {
        case little
        case big
    }

    /// What is done about bytes that a charset does not know.
    enum OnError: Equatable {
        /// They vanish.
        case ignore
        /// Each error becomes a U+FFFD.
        case replace
        /// The whole decoding fails.
        case strict
    }
}

/// Why bytes could not be decoded.
enum CharsetFailure: Error, Equatable {
    /// The bytes are not of the charset (strict), or the codec knows no way but the strict one.
    case invalid
    case unsupported(String)
    /// Python's codec itself breaks on these bytes, in a way that nobody catches.
    case codecBroke
}

extension Charset {
    /// The text of some bytes.
    func decode(_ bytes: Span<UInt8>, _ onError: OnError) throws(CharsetFailure) -> [UInt8] {
        var output = DecodedText(onError: onError, reserving: room(for: bytes))
        switch self {
        case .ascii: output.ascii(bytes)
        case .latin1: output.latin1(bytes)
        case .utf8: output.utf8(bytes, from: 0)
        case .utf8Signature: output.utf8(bytes, from: bytes.holds("\u{FEFF}", at: 0) ? 3 : 0)
        case .utf16(let order): output.utf16(bytes, order)
        case .utf32(let order): output.utf32(bytes, order)
        case .utf7: output.utf7(bytes)
        case .doubleByte(let set): output.doubleByte(bytes, set)
        case .gb18030: output.gb18030(bytes)
        case .hz: output.hz(bytes)
        case .iso2022(let variant):
            guard output.iso2022(bytes, variant) else { throw .codecBroke }
        case .unicodeEscape:
            guard output.unicodeEscape(bytes) else { throw .unsupported("unicode_escape with character names") }
        case .rawUnicodeEscape: output.rawUnicodeEscape(bytes)
        case .singleByte(let index): output.singleByte(bytes, SingleByteTables.unpacked[index])
        case .punycode: return try Self.punycode(bytes, onError)
        case .idna: return try idna(bytes, onError)
        case .undefined: throw .invalid
        case .unsupported(let name): throw .unsupported(name)
        }
        if output.failed { throw .invalid }
        return output.text
    }
}

extension Charset {
    /// Host names, which here are only read as long as they are plain ASCII.
    private func idna(_ bytes: Span<UInt8>, _ onError: OnError) throws(CharsetFailure) -> [UInt8] {
        guard onError == .strict, Charset.ascii.leavesAlone(bytes) else { throw .invalid }
        for at in 0..<bytes.count where bytes.holds("xn--", at: at) { throw .unsupported("idna") }
        return (0..<bytes.count).map { bytes[$0] }
    }

    /// About how many bytes the text of some bytes will have.
    func room(for bytes: Span<UInt8>) -> Int {
        var wide = 0
        for at in 0..<bytes.count where bytes[at] >= 0x80 { wide += 1 }
        return switch self {
        case .latin1: bytes.count + wide
        case .singleByte: bytes.count + 2 * wide
        case .doubleByte, .gb18030, .hz, .iso2022, .utf16: bytes.count / 2 * 3
        default: bytes.count
        }
    }
}

/// Text that is being decoded.
struct DecodedText {
    let onError: Charset.OnError
    var text: [UInt8] = []
    private(set) var failed = false

    init(onError: Charset.OnError, reserving count: Int) {
        self.onError = onError
        text.reserveCapacity(count)
    }

    /// Something could not be decoded.
    mutating func error() {
        switch onError {
        case .ignore: break
        case .replace: text.append(codePoint: 0xFFFD)
        case .strict: failed = true
        }
    }

    mutating func ascii(_ bytes: Span<UInt8>) {
        var at = 0
        while at < bytes.count {
            let start = at
            while at < bytes.count, bytes[at] < 0x80 { at += 1 }
            text.append(bytes, start..<at)
            while at < bytes.count, bytes[at] >= 0x80 {
                error()
                at += 1
            }
        }
    }

    mutating func latin1(_ bytes: Span<UInt8>) {
        for at in 0..<bytes.count { text.append(codePoint: UInt32(bytes[at])) }
    }
}
