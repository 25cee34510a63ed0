import Testing

@testable import Policy

struct EvidenceTests {
    private func evidence(
        _ spamd: ScannerReport<SpamdAnswer>,
        _ pyzor: ScannerReport<PyzorAnswer>,
        rules: ScoreRules = ScoreRules()
    ) -> Evidence {
        Evidence(Findings(spamd: spamd, pyzor: pyzor), rules: rules)
    }

    @Test(
        arguments: [
            (0, 0, "0"), (4, 0, "0"), (5, 0, "1"), (19, 0, "1"), (20, 0, "2"), (99, 0, "2"), (100, 0, "3"),
            (.max, 0, "3"),
            (-7, 0, "0"), (100, 9, "3"), (100, 10, "3"), (100, 19, "3"), (100, 20, "0"), (50, 10, "0"), (51, 10, "2"),
            (49, 10, "0"), (5, 10, "0"), (.max, .max, "0"), (.max, 1_844_674_407_370_955_161, "3"),
            (.max, 1_844_674_407_370_955_162, "0"), (100, -5, "3"),
        ] as [(Int64, Int64, String)]
    )
    func `Pyzor's points follow the highest count reached, unless the whitelist says no`(
        count: Int64,
        whitelistCount: Int64,
        expected: String
    ) {
        let evidence = evidence(spamd("1"), pyzor(count, whitelistCount))
        #expect(evidence.pyzorPoints == points(expected))
        #expect(evidence.score == points("1") + points(expected))
        #expect(evidence.tests == (points(expected) > .zero ? ["PYZOR_CHECK"] : []))
    }

    @Test func `a table may be empty, have gaps or fall`() {
        var rules = ScoreRules()
        rules.pyzorPoints = [:]
        #expect(rules.points(for: 1_000) == .zero)
        rules.pyzorPoints = [0: points("0.5"), 10: points("-1"), 7: points("2.25")]
        #expect(rules.points(for: 0) == points("0.5"))
        #expect(rules.points(for: 9) == points("2.25"))
        #expect(rules.points(for: 11) == points("-1"))
    }

    @Test func `what spamd counted itself is not counted twice`() {
        let evidence = evidence(spamd("6.4", ["PYZOR_CHECK", "A"]), pyzor(100))
        #expect(evidence.pyzorPoints == .zero)
        #expect(evidence.score == points("6.4"))
        #expect(evidence.tests == ["A", "PYZOR_CHECK"])
        #expect(evidence.isCountedBySpamd)
    }

    @Test func `without an answer there is no score, and a silent scanner gives no points`() {
        let nobody = evidence(ScannerReport(.silent(.down)), ScannerReport(.skipped(.noDigest)))
        #expect(nobody.score == nil)
        #expect(nobody.pyzorPoints == nil)
        #expect(evidence(spamd("3"), ScannerReport(.silent(.timeout))).score == points("3"))
        #expect(evidence(ScannerReport(.silent(.refused)), pyzor(20)).score == points("2"))
        #expect(evidence(ScannerReport(.silent(.refused)), pyzor(0)).score == .zero)
    }

    @Test func `tests are sorted by bytes, each once`() {
        let tests = evidence(spamd("1", ["b", "Z", "_A", "B", "a", "Z", "", "A1", "A"]), pyzor(0)).tests
        #expect(tests == ["A", "A1", "B", "Z", "_A", "a", "b"])
    }

    @Test func `hostile symbols are made harmless`() {
        let symbols = [
            "A B", "A,B", "A\r\nX: 1", "Ä", "\u{0}", String(repeating: "L", count: 10_000), "x=1", "a.b-c_D9",
        ]
        let tests = evidence(spamd("1", symbols), pyzor(0)).tests
        #expect(tests.contains("a.b-c_D9"))
        #expect(tests.contains(String(repeating: "L", count: 128)))
        let harmless = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.?".utf8)
        #expect(tests.allSatisfy { $0.utf8.allSatisfy(harmless.contains) && $0.utf8.count <= 128 })
    }

    @Test func `beyond the most that are shown symbols still count`() {
        let symbols = (0..<3_000).map { "R\($0)" } + ["PYZOR_CHECK"]
        let evidence = evidence(spamd("1", symbols), pyzor(100))
        #expect(evidence.tests.count == 2_000)
        #expect(evidence.pyzorPoints == .zero)
    }

    @Test func `a sum at the end of Int64 stays there`() {
        var rules = ScoreRules()
        rules.pyzorPoints = [1: Points(thousandths: .max)]
        let answer = SpamdAnswer(score: Points(thousandths: .max))
        #expect(evidence(ScannerReport(.answered(answer)), pyzor(1), rules: rules).score?.thousandths == .max)
    }
}
