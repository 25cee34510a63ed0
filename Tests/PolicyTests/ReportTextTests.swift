import Mail
import TestRig
import Testing

@testable import Policy

struct ReportTextTests {
    private func text(_ report: String) -> String? {
        ReportText.value(of: report).map { String(decoding: $0.folded(after: "X-Spam-Report"), as: UTF8.self) }
    }

    @Test func `the rules of a report stand one a line, as SpamAssassin shows them`() {
        let report = """
            Spam detection software, running on the system "mx",
            has identified this incoming email as possible spam.

            Content analysis details:   (6.3 points, 5.0 required)

             pts rule name              description
            ---- ---------------------- --------------------------------------------------
             5.0 BAYES_99               BODY: Bayes spam probability is 99 to 100%
                                        [score: 1.0000]
             1.3 RCVD_IN_XYZ            RBL: Relay


            """
        #expect(
            text(report) == """
                *  5.0 BAYES_99               BODY: Bayes spam probability is 99 to 100%
                \t*                             [score: 1.0000]
                \t*  1.3 RCVD_IN_XYZ            RBL: Relay
                """
        )
    }

    @Test(
        arguments: [
            ("one line", "one line"), ("a\r\nb\r\n", "a\n\tb"), ("a\n \n\t\n\nb", "a\n\tb"), ("", nil),
            ("\n \r\n", nil),
            ("---- ---\n", nil), ("a\u{0}\u{7F}é\tb", "a???? b"), ("a\rX-Evil: 1", "a X-Evil: 1"),
        ] as [(String, String?)]
    )
    func `any other text is taken line by line`(report: String, expected: String?) {
        #expect(text(report) == expected)
    }

    @Test func `no report makes a line too long, a line of blanks or another field`() throws {
        var generator = SeededGenerator(seed: 3)
        let pieces = [
            "\n", "\r\n", " ", "\t", "word", "----", "ü", "\u{0}", String(repeating: "x", count: 1_200), "* ",
        ]
        for _ in 0..<300 {
            let report = (0..<Int.random(in: 0...60, using: &generator))
                .compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            guard let value = text(report) else { continue }
            let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { $0.utf8.count <= 998 && $0.contains { $0 != " " && $0 != "\t" } })
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("\t") })
            #expect(value.utf8.count <= ReportText.maximumLength)
            #expect(value.utf8.allSatisfy { $0 == 0x0A || $0 == 0x09 || $0.isPrintableASCII })
        }
    }

    @Test func `a report beyond the limit is cut between lines`() throws {
        let report = (0..<2_000).map { "line \($0) " + String(repeating: "x", count: 50) }.joined(separator: "\n")
        let value = try #require(text(report))
        #expect(value.utf8.count <= ReportText.maximumLength)
        #expect(value.hasSuffix(String(repeating: "x", count: 50)))
    }

    @Test(
        arguments: [
            (HeaderRules.When.never, "9", false), (.spam, "9", true), (.spam, "1", false), (.always, "1", true),
        ] as [(HeaderRules.When, String, Bool)]
    )
    func `the report is written when the settings say so`(when: HeaderRules.When, score: String, isThere: Bool) {
        var stage = Stage()
        stage.configuration.headers.report = when
        let answer = SpamdAnswer(score: points(score), required: points("5"), report: "a\nb")
        stage.findings.spamd = ScannerReport(.answered(answer))
        #expect((stage.inserted("X-Spam-Report") != nil) == isThere)
    }
}
