/// A score: a fixed-point number with three decimals, compared exactly.
package struct Points: Comparable, Hashable, Sendable {
    package let thousandths: Int64

    package init(thousandths: Int64) {
        self.thousandths = thousandths
    }

    /// Reads `5`, `-1.25`, `0.001`: at most nine digits, three of them decimals; nil for anything else.
    package init?(decimal text: some StringProtocol) {
        let isNegative = text.utf8.first == 0x2D
        let parts = (isNegative ? text.dropFirst() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
        let digits = parts.map { Array($0.utf8) }
        guard (1...2).contains(parts.count),
            digits.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }),
            digits.map(\.count).reduce(0, +) <= 9, parts.count == 1 || digits[1].count <= 3,
            let whole = Int64(parts[0]), let fraction = parts.count == 1 ? 0 : Int64(parts[1])
        else { return nil }
        let scale: Int64 = parts.count == 1 ? 0 : [100, 10, 1][digits[1].count - 1]
        thousandths = (whole * 1000 + fraction * scale) * (isNegative ? -1 : 1)
    }

    package static func < (left: Points, right: Points) -> Bool { left.thousandths < right.thousandths }
}
