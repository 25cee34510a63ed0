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
        let isNegative = text.utf8.first == 0x2D
        var magnitude: Int64 = 0
        var digits = 0
        /// How many digits stand behind the point; nil before it.
        var decimals: Int?
        for byte in text.utf8.dropFirst(isNegative ? 1 : 0) {
            if byte == 0x2E {
                guard decimals == nil, digits > 0 else { return nil }
                decimals = 0
                continue
            }
            guard (0x30...0x39).contains(byte), digits < Self.maximumDigits else { return nil }
            digits += 1
            if let behind = decimals {
                decimals = behind + 1
                guard behind < 3 || byte == 0x30 else { return nil }
                if behind >= 3 { continue }
            }
            magnitude = magnitude * 10 + Int64(byte - 0x30)
        }
        guard digits > 0, decimals != 0 else { return nil }
        for _ in min(decimals ?? 0, 3)..<3 { magnitude *= 10 }
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
        var text = Bytes()
        text.reserveCapacity(24)
        if tenths < 0 { text.append(0x2D) }
        text.append(decimal: Int64(tenths.magnitude / 10))
        text.append(0x2E)
        text.append(decimal: Int64(tenths.magnitude % 10))
        return String(decoding: text, as: UTF8.self)
    }
}
