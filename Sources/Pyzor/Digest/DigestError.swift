/// Why a message has no digest.
///
/// Most cases are messages on which Python's pyzor dies with a traceback, so that no digest of theirs can be in any
/// database; the rest are ``DigestLimits`` and the one thing that Tamis cannot decode. Asking again changes nothing.
public enum DigestError: Error, Hashable, Sendable {
    /// An HTML part holds `<![` with something behind it that is no known marked section.
    case markedSection
    /// An HTML part holds a decimal character reference of more than 4300 digits.
    case longCharacterReference
    /// A charset name holds a NUL.
    case nulInCharset
    /// A part that is no text has 8-bit bytes and a charset whose codec cannot replace what it does not know.
    case charsetCannotReplace(String)
    /// A part that is no text has 8-bit bytes and a charset parameter in the extended form of RFC 2231.
    case extendedCharset
    /// A Content-Type has one parameter both as `name*` and as `name*0` (RFC 2231 section 3).
    case mixedContinuations
    /// A Content-Type numbers a parameter's continuation with more than 4300 digits.
    case longContinuationNumber
    /// The charset is known to pyzor, but this text is not decoded here: `unicode_escape` with a character's name of more
    /// than one word, `punycode` that is long or holds huge numbers, a charset's name in `idna`.
    case unsupportedCharset(String)
    /// Python's codec for ISO-2022-JP-2 breaks on the text: a character of a set that it cannot shift to.
    case brokenCodec
    /// Parts are nested deeper than this.
    case tooDeep(Int)
    /// There are more parts than this.
    case tooManyParts(Int)
    /// The message is longer than this, in bytes.
    case tooLong(Int)
}

extension DigestError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .markedSection: "HTML with an unknown marked section (<![...), which stops pyzor"
        case .longCharacterReference: "HTML with a character reference of more than 4300 digits, which stops pyzor"
        case .nulInCharset: "charset name with a NUL, which stops pyzor"
        case .charsetCannotReplace(let name): "8-bit data in charset \(name) outside text, which stops pyzor"
        case .extendedCharset: "8-bit data with an RFC 2231 charset parameter outside text, which stops pyzor"
        case .mixedContinuations: "Content-Type with a parameter both whole and continued, which stops pyzor"
        case .longContinuationNumber:
            "Content-Type with a continuation number of more than 4300 digits, which stops pyzor"
        case .unsupportedCharset(let name): "text in \(name), which is not decoded here"
        case .brokenCodec: "text in ISO-2022-JP-2 with a shift that pyzor's codec cannot do, which stops pyzor"
        case .tooDeep(let limit): "parts nested more than \(limit) deep"
        case .tooManyParts(let limit): "more than \(limit) parts"
        case .tooLong(let limit): "longer than \(limit) bytes"
        }
    }
}
