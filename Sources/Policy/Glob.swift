import Mail

/// A pattern for a whole address: `*` stands for any bytes, `?` for one; ASCII letters are compared without case.
///
/// No choice is ever taken back: what stands between two stars is matched at the first place where it fits. So the work is at most
/// the address's length times the pattern's, whatever they are.
package struct Glob: Sendable, Hashable, CustomStringConvertible {
    package let description: String
    /// What stands before, between and after the stars, in lower case.
    private let pieces: [Bytes]

    /// The longest pattern, in bytes: a local part of 64, `@` and a domain of 255 (RFC 5321 section 4.5.3.1).
    package static let maximumLength = 320
    /// A longer address matches no pattern. No MTA takes one, and it is not worth anybody's time.
    package static let maximumAddressLength = 1_024

    /// Throws for a pattern that is empty, too long, or holds blanks, controls or angle brackets.
    package init(_ text: some StringProtocol) throws(PolicyError) {
        let bytes = Bytes(text.utf8)
        let isLawful = bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x3C && $0 != 0x3E }
        guard (1...Self.maximumLength).contains(bytes.count), isLawful else { throw .glob(String(text)) }
        description = String(text)
        pieces = bytes.asciiLowercased.split(separator: 0x2A, omittingEmptySubsequences: false).map(Bytes.init)
    }

    /// Whether the whole address, given without angle brackets, is meant.
    package func matches(_ address: some Collection<UInt8>) -> Bool {
        guard address.count <= Self.maximumAddressLength, let first = pieces.first, let last = pieces.last else {
            return false
        }
        var rest = address.asciiLowercased[...]
        guard pieces.count > 1 else { return rest.count == first.count && Self.fits(first, rest) }
        guard rest.count >= first.count + last.count, Self.fits(first, rest), Self.fits(last, rest.suffix(last.count))
        else { return false }
        rest = rest.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() {
            guard let end = Self.firstFit(of: piece, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    /// The place behind the first stretch that `piece` fits.
    private static func firstFit(of piece: Bytes, in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= piece.count else { return nil }
        let start = (bytes.startIndex...bytes.endIndex - piece.count).first { fits(piece, bytes[$0...]) }
        return start.map { $0 + piece.count }
    }

    /// Whether `bytes` begin as `piece` says; there are at least as many.
    private static func fits(_ piece: Bytes, _ bytes: ArraySlice<UInt8>) -> Bool {
        zip(piece, bytes).allSatisfy { $0 == 0x3F || $0 == $1 }
    }
}
