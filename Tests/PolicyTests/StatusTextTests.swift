import Mail
import Testing

@testable import Policy

struct StatusTextTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let findings: Findings
        let status: String

        init(
            _ name: String,
            _ spamd: ScannerReport<SpamdAnswer>,
            _ pyzor: ScannerReport<PyzorAnswer>,
            truncation: Truncation? = nil,
            _ status: String
        ) {
            testDescription = name
            findings = Findings(spamd: spamd, pyzor: pyzor, truncation: truncation)
            self.status = status
        }
    }

    private static let cut = Truncation(sent: 2_097_000, total: 9_000_000)

    private static var partial: ScannerReport<SpamdAnswer> {
        ScannerReport(
            .answered(
                SpamdAnswer(
                    score: points("2.1"),
                    required: points("5.0"),
                    symbols: ["TIME_LIMIT_EXCEEDED"],
                    isPartial: true
                )
            )
        )
    }

    static let rows = [
        Row(
            "the design's spam",
            spamd("6.4", ["URIBL_BLACK", "BAYES_99"]),
            pyzor(12),
            "Yes, score=7.4 required=5.0 tests=BAYES_99,PYZOR_CHECK,URIBL_BLACK pyzor=12/0 scanned-by=spamd,pyzor"
        ),
        Row(
            "the design's silence",
            ScannerReport(.silent(.refused)),
            ScannerReport(.silent(.timeout)),
            "No, unscanned=spamd:refused,pyzor:timeout required=5.0"
        ),
        Row(
            "ham without tests",
            spamd("-0.04"),
            pyzor(0),
            "No, score=0.0 required=5.0 tests=none pyzor=0/0 scanned-by=spamd,pyzor"
        ),
        Row(
            "Pyzor off",
            spamd("1.0", ["A"]),
            ScannerReport(.skipped(.disabled)),
            "No, score=1.0 required=5.0 tests=A skipped=pyzor:disabled scanned-by=spamd"
        ),
        Row(
            "spamd away",
            ScannerReport(.silent(.closed)),
            pyzor(30, 2),
            "No, score=2.0 required=5.0 tests=PYZOR_CHECK pyzor=30/2 unscanned=spamd:closed scanned-by=pyzor"
        ),
        Row(
            "all at once",
            partial,
            ScannerReport(.skipped(.truncated)),
            truncation: cut,
            "No, score=2.1 required=5.0 tests=TIME_LIMIT_EXCEEDED partial=spamd truncated=2097000/9000000 "
                + "skipped=pyzor:truncated scanned-by=spamd"
        ),
        Row(
            "a cut message that nobody scanned",
            ScannerReport(.silent(.timeout)),
            ScannerReport(.skipped(.truncated)),
            truncation: cut,
            "No, skipped=pyzor:truncated truncated=2097000/9000000 unscanned=spamd:timeout required=5.0"
        ),
        Row(
            "nobody was to be asked",
            ScannerReport(.skipped(.disabled)),
            ScannerReport(.skipped(.noDigest)),
            "No, skipped=spamd:disabled,pyzor:no-digest required=5.0"
        ),
        Row(
            "Pyzor alone",
            ScannerReport(.skipped(.disabled)),
            pyzor(3, 1),
            "No, score=0.0 required=5.0 tests=none pyzor=3/1 skipped=spamd:disabled scanned-by=pyzor"
        ),
        Row(
            "spamd's threshold",
            spamd("6.2", required: "6.25"),
            ScannerReport(.silent(.down)),
            "No, score=6.2 required=6.3 tests=none unscanned=pyzor:down scanned-by=spamd"
        ),
        Row(
            "just below",
            spamd("4.96"),
            pyzor(0),
            "No, score=4.9 required=5.0 tests=none pyzor=0/0 scanned-by=spamd,pyzor"
        ),
        Row(
            "just there",
            spamd("5"),
            pyzor(0),
            "Yes, score=5.0 required=5.0 tests=none pyzor=0/0 scanned-by=spamd,pyzor"
        ),
        Row(
            "spamd counted Pyzor",
            spamd("3.0", ["PYZOR_CHECK"]),
            pyzor(500),
            "No, score=3.0 required=5.0 tests=PYZOR_CHECK pyzor=500/0 scanned-by=spamd,pyzor"
        ),
    ]

    @Test(arguments: rows)
    func `the status is SpamAssassin's line with our words behind it`(row: Row) {
        var stage = Stage()
        stage.findings = row.findings
        #expect(stage.verdict.status == row.status)
        #expect(stage.inserted("X-Spam-Status")?.description == row.status)
    }

    @Test(arguments: SilenceReason.allCases) func `each silence has its word`(reason: SilenceReason) {
        let words = ["refused", "timeout", "closed", "garbage", "status", "tls", "resolve", "busy", "down"]
        #expect(words.contains(reason.rawValue))
        var stage = Stage()
        stage.findings = .silent(reason)
        #expect(
            stage.verdict.status
                == "No, unscanned=spamd:\(reason.rawValue),pyzor:\(reason.rawValue) required=5.0"
        )
        #expect(stage.verdict.kind == .unscanned)
    }

    @Test(arguments: SkipReason.allCases) func `each skip has its word`(reason: SkipReason) {
        #expect(["disabled", "no-digest", "undigestible", "truncated"].contains(reason.rawValue))
        var stage = Stage()
        stage.findings.pyzor = ScannerReport(.skipped(reason))
        #expect(stage.verdict.status.contains(" skipped=pyzor:\(reason.rawValue) scanned-by=spamd"))
    }

    @Test func `a long list of tests ends in the number of those left out`() throws {
        var stage = Stage()
        stage.findings.spamd = spamd("1", (0..<1_000).map { "R\($0)" + String(repeating: "X", count: 60) })
        let status = stage.verdict.status
        #expect(status.utf8.count < StatusText.maximumTestsLength + 200)
        #expect(status.hasSuffix(" pyzor=0/0 scanned-by=spamd,pyzor"))
        let tests = try #require(status.split(separator: " ").first { $0.hasPrefix("tests=") })
        let names = tests.dropFirst(6).split(separator: ",")
        #expect(names.last == "+\(1_000 - names.count + 1)")
    }
}
