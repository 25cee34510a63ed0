import Mail

/// A score, a threshold or a rule's points: whole thousandths of a point, so that sums and comparisons are exact.
///
/// `4.9 + 0.1 >= 5.0` holds here, as an admin expects and as binary fractions do not promise. Sums that leave Int64 stay at
/// its end (saturate): no text that `init(decimal:)` accepts comes near it, and nothing that a scanner says can trap.
package struct Points: Hashable, Sendable {
    package let thousandths: Int64

    package init(thousandths: Int64) {
        self.thousandths = thousandths
    }

    /// How many digits a text may have, before and after the point together.
    package static let maximumDigits = 9

    /// Reads `7.4`, `-0.04` or `5`.
    ///
    /// Nil for anything else: `nan`, `inf`, `5,0`, `1e3`, `+1`, `.5`, `5.`, blanks, the empty text and more than 9 digits.
    /// Digits behind the third decimal must be zeros, since a rounded score would not compare as the true one does.
    package init?(decimal text: some StringProtocol) {
        var digits = Bytes(text.utf8)[...]
        let isNegative = digits.first == 0x2D
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }),
            parts.reduce(0, { $0 + $1.count }) <= Self.maximumDigits
        else { return nil }
        let decimals = parts.count == 2 ? Array(parts[1]) : []
        guard decimals.dropFirst(3).allSatisfy({ $0 == 0x30 }) else { return nil }
        let shown = Array(parts[0]) + decimals.prefix(3) + Array(repeating: 0x30, count: max(0, 3 - decimals.count))
        let magnitude = shown.reduce(0 as Int64) { $0 * 10 + Int64($1 - 0x30) }
        thousandths = isNegative ? -magnitude : magnitude
    }
}

extension Points: Comparable, AdditiveArithmetic {
    package static let zero = Points(thousandths: 0)

    package static func < (left: Points, right: Points) -> Bool { left.thousandths < right.thousandths }

    /// The sum; at the end of Int64 it stays there.
    package static func + (left: Points, right: Points) -> Points {
        let (sum, overflow) = left.thousandths.addingReportingOverflow(right.thousandths)
        return Points(thousandths: overflow ? (right.thousandths < 0 ? .min : .max) : sum)
    }

    /// The difference; at the end of Int64 it stays there.
    package static func - (left: Points, right: Points) -> Points {
        let (difference, overflow) = left.thousandths.subtractingReportingOverflow(right.thousandths)
        return Points(thousandths: overflow ? (right.thousandths < 0 ? .max : .min) : difference)
    }
}

extension Points: CustomStringConvertible {
    /// One decimal, half away from zero: 6.96 is `7.0`, -0.04 is `0.0`; never `-0.0`.
    package var description: String { Self.text(tenths: tenths) }

    /// As many decimals as there are, one at least: `7.4`, `6.96`, `-0.04`, `5.0`.
    package var exactText: String {
        var fraction = String((thousandths.magnitude % 1_000) + 1_000).dropFirst()
        while fraction.count > 1, fraction.last == "0" { fraction.removeLast() }
        return "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1_000).\(fraction)"
    }

    /// This score as it is shown to people: rounded to a tenth, half away from zero.
    package var shown: Points { Points(tenths: tenths) }

    /// This score, known to be below `threshold`, as it is shown to people: to a tenth, and below the shown threshold even
    /// where rounding would reach it, so that nobody reads `No, score=5.0 required=5.0`.
    package func shownAsHam(below threshold: Points) -> Points {
        Points(tenths: min(tenths, threshold.tenths - 1))
    }

    /// The whole points of a shown score, towards zero: what X-Spam-Level counts.
    package var wholePoints: Int64 { thousandths / 1_000 }

    private var tenths: Int64 {
        let magnitude = Int64(thousandths.magnitude / 100 + (thousandths.magnitude % 100 >= 50 ? 1 : 0))
        return thousandths < 0 ? -magnitude : magnitude
    }

    private init(tenths: Int64) {
        let (product, overflow) = tenths.multipliedReportingOverflow(by: 100)
        thousandths = overflow ? (tenths < 0 ? .min : .max) : product
    }

    private static func text(tenths: Int64) -> String {
        "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }
}
