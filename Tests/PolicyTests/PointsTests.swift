import TestRig
import Testing

@testable import Policy

struct PointsTests {
    @Test(
        arguments: [
            ("7.4", 7_400), ("-0.04", -40), ("5", 5_000), ("0", 0), ("-0", 0), ("-0.0", 0), ("1.005", 1_005),
            ("1.0050", 1_005), ("12345.6780", 12_345_678), ("999999999", 999_999_999_000),
            ("-999999999", -999_999_999_000), ("007.5", 7_500),
        ] as [(String, Int64)]
    )
    func `a decimal text is read exactly`(text: String, thousandths: Int64) {
        #expect(Points(decimal: text)?.thousandths == thousandths)
    }

    @Test(arguments: [
        "", "-", ".", "5.", ".5", "-.5", "nan", "inf", "-inf", "5,0", "1e3", "+1", " 5", "5 ", "--5", "5.0.0", "0x10",
        "1234567890", "12345678.90", "1.0001", "5\u{0}", "٥", "5.٠", "1_000",
    ])
    func `what is no plain decimal is refused`(text: String) {
        #expect(Points(decimal: text) == nil)
    }

    @Test(
        arguments: [
            (6_960, "7.0"), (-40, "0.0"), (-50, "-0.1"), (50, "0.1"), (49, "0.0"), (-49, "0.0"), (7_400, "7.4"),
            (7_449, "7.4"), (7_450, "7.5"), (-7_450, "-7.5"), (0, "0.0"), (-99_950, "-100.0"),
            (.max, "9223372036854775.8"), (.min, "-9223372036854775.8"),
        ] as [(Int64, String)]
    )
    func `a score prints with one decimal, half away from zero`(thousandths: Int64, text: String) {
        #expect(Points(thousandths: thousandths).description == text)
    }

    @Test(
        arguments: [(6_960, "6.96"), (-40, "-0.04"), (5_000, "5.0"), (1_005, "1.005"), (0, "0.0"), (100, "0.1")]
            as [(Int64, String)]
    )
    func `the exact text has just the decimals that there are`(thousandths: Int64, text: String) {
        #expect(Points(thousandths: thousandths).exactText == text)
        #expect(Points(decimal: text)?.thousandths == thousandths)
    }

    @Test(arguments: [
        ("4.96", "5.0", "4.9"), ("4.95", "5.0", "4.9"), ("4.94", "5.0", "4.9"), ("4.9", "5.0", "4.9"),
        ("-3", "5.0", "-3.0"), ("4.93", "4.94", "4.8"), ("-0.04", "0", "-0.1"), ("4.999", "4.96", "4.9"),
    ])
    func `a ham score never prints as the threshold or more`(score: String, threshold: String, text: String) throws {
        let score = try #require(Points(decimal: score))
        let threshold = try #require(Points(decimal: threshold))
        #expect(score.shownAsHam(below: threshold).description == text)
    }

    @Test func `sums and differences stay at the ends of Int64`() {
        let largest = Points(thousandths: .max)
        let smallest = Points(thousandths: .min)
        let one = Points(thousandths: 1)
        #expect(largest + one == largest)
        #expect(smallest - one == smallest)
        #expect(smallest + smallest == smallest)
        #expect(largest - smallest == largest)
        #expect(largest + smallest == Points(thousandths: -1))
        #expect(largest.shown == largest || largest.shown < largest)
        #expect(smallest.shownAsHam(below: smallest) <= .zero)
    }

    @Test func `what binary fractions get wrong compares exactly here`() throws {
        let sum = try #require(Points(decimal: "4.9")) + (try #require(Points(decimal: "0.1")))
        #expect(sum >= (try #require(Points(decimal: "5.0"))))
    }

    @Test func `printing keeps the order, and reading back what is printed gives what was shown`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            let one = Points(thousandths: .random(in: -99_999_999...99_999_999, using: &generator))
            let other = one + Points(thousandths: .random(in: -200...200, using: &generator))
            #expect((one <= other) == (one.shown <= other.shown) || one.shown == other.shown)
            #expect(Points(decimal: one.description) == one.shown)
            if one < other { #expect(one.shownAsHam(below: other) < other.shown) }
        }
    }
}
