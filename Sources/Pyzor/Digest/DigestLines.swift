/// What a digest is made of: the lines of a message that were kept, and those of them that were hashed.
public struct DigestLines: Hashable, Sendable {
    /// All lines that were kept, in order.
    public let kept: [String]
    /// The lines that were hashed, in order (what `pyzor predigest` prints). One may come twice.
    public let hashed: [String]
}

/// The lines of a message, and which of them count.
struct DigestSource {
    private(set) var lines: LineNormaliser

    init(_ message: Span<UInt8>, rule: DigestRule, limits: DigestLimits) throws(DigestError) {
        // Offsets in the text, which can be three times as long, have 32 bits.
        let longest = min(limits.bytes, 1 << 30)
        guard message.count <= longest else { throw .tooLong(longest) }
        lines = LineNormaliser(rule: rule)
        for part in try EntityParser.parts(of: message, limits: limits) {
            try part.addText(message, rule: rule, to: &lines)
        }
    }

    /// The numbers of the lines to hash: all of up to four, else three from 20 % on and three from 60 % on. Where these
    /// overlap a line is hashed twice; what would be behind the end is left out.
    var hashed: [Int] {
        let count = lines.count
        guard count > 4 else { return Array(0..<count) }
        return [20, 60].flatMap { percent in
            let first = percent * count / 100
            return first..<min(first + 3, count)
        }
    }

    /// The bytes of a line as they are hashed: without lone surrogates.
    func bytes(_ line: Int) -> [UInt8] {
        Array(lines.line(line)).withoutSurrogates
    }
}
