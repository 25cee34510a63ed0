internal import Crypto

/// The digest by which Pyzor knows a message: a SHA-1 over some lines of its text, cleaned of what senders change from
/// copy to copy.
///
/// It is the digest of Python's pyzor to the last byte, since anything else would never meet what others reported. So
/// a message is read as Python 3.11's `email` and `html.parser` packages read it, their oddities included. What makes
/// pyzor die, and what is beyond ``DigestLimits``, is a ``DigestError``; there is no approximate digest.
///
/// Time is linear in the length of the message, and nothing in a message can drive a recursion. Memory stays below six
/// times the message.
public struct MessageDigest: Hashable, Sendable {
    /// Forty lower-case hexadecimal digits, as they travel in `Op-Digest`.
    public let hex: String

    /// The digest of a message without a line that counts (SHA-1 of nothing). It says nothing about a message.
    public static let empty = MessageDigest(checked: "da39a3ee5e6b4b0d3255bfef95601890afd80709")

    /// Nil unless the text is forty hexadecimal digits; capitals become small.
    public init?(_ hex: some StringProtocol) {
        guard hex.utf8.count == 40, hex.utf8.allSatisfy({ $0.hexValue != nil }) else { return nil }
        self.hex = hex.lowercased()
    }

    /// The digest of a message: header and body as they came, with any line ends.
    ///
    /// - Throws: ``DigestError`` when there is no digest.
    public init(
        of message: [UInt8],
        rule: DigestRule = .pyzor1_1,
        limits: DigestLimits = DigestLimits()
    ) throws(DigestError) {
        self.init(try DigestSource(message.span, rule: rule, limits: limits))
    }

    /// The digest of a message that somebody else holds.
    public init(
        of message: UnsafeRawBufferPointer,
        rule: DigestRule = .pyzor1_1,
        limits: DigestLimits = DigestLimits()
    ) throws(DigestError) {
        self.init(try DigestSource(message.assumingMemoryBound(to: UInt8.self).span, rule: rule, limits: limits))
    }

    /// The lines of a message that its digest is made of.
    public static func lines(
        of message: [UInt8],
        rule: DigestRule = .pyzor1_1,
        limits: DigestLimits = DigestLimits()
    ) throws(DigestError) -> DigestLines {
        let source = try DigestSource(message.span, rule: rule, limits: limits)
        let text = { (line: Int) in String(decoding: source.bytes(line), as: UTF8.self) }
        return DigestLines(kept: (0..<source.lines.count).map(text), hashed: source.hashed.map(text))
    }

    private init(_ source: DigestSource) {
        var hash = Insecure.SHA1()
        for line in source.hashed { hash.update(data: source.bytes(line)) }
        self.init(checked: Hexadecimal.text(hash.finalize()))
    }

    private init(checked hex: String) {
        self.hex = hex
    }
}

extension MessageDigest: CustomStringConvertible {
    public var description: String { hex }
}
