import Mail
import Testing

@testable import Policy

struct ScorePolicyHeadersTests {
    @Test func `the headers of spam are the design's, byte by byte`() {
        var stage = Stage()
        stage.findings.spamd = spamd("6.4", ["URIBL_BLACK", "BAYES_99"])
        stage.findings.pyzor = pyzor(12)
        #expect(
            stage.insertedText == """
                X-Spam-Flag: YES
                X-Spam-Score: 7.4
                X-Spam-Level: *******
                X-Spam-Status: Yes, score=7.4 required=5.0 tests=BAYES_99,PYZOR_CHECK,
                \tURIBL_BLACK pyzor=12/0 scanned-by=spamd,pyzor
                X-Spam-Checker-Version: tamis 0.1.0 on mx1.example.org
                """
        )
    }

    @Test func `when nobody answers there is no score, level or flag`() {
        var stage = Stage()
        stage.configuration.headers.flag = .always
        stage.findings = Findings(
            spamd: ScannerReport(.silent(.refused)),
            pyzor: ScannerReport(.silent(.timeout))
        )
        #expect(
            stage.insertedText == """
                X-Spam-Status: No, unscanned=spamd:refused,pyzor:timeout required=5.0
                X-Spam-Checker-Version: tamis 0.1.0 on mx1.example.org
                """
        )
    }

    @Test(
        arguments: [
            (HeaderRules.When.never, "9", nil), (.never, "1", nil), (.spam, "9", "YES"), (.spam, "1", nil),
            (.always, "9", "YES"),
            (.always, "1", "NO"),
        ] as [(HeaderRules.When, String, String?)]
    )
    func `the flag is written when the settings say so`(when: HeaderRules.When, score: String, flag: String?) {
        var stage = Stage()
        stage.configuration.headers.flag = when
        stage.findings.spamd = spamd(score)
        #expect(stage.inserted("X-Spam-Flag")?.description == flag)
    }

    @Test(arguments: HeaderRules.When.allCases, ["9", "1"])
    func `each header goes by its own rule`(when: HeaderRules.When, score: String) {
        let isThere = when == .always || when == .spam && score == "9"
        let names: [(WritableKeyPath<HeaderRules, HeaderRules.When>, HeaderName)] = [
            (\.status, "X-Spam-Status"), (\.flag, "X-Spam-Flag"), (\.score, "X-Spam-Score"), (\.level, "X-Spam-Level"),
            (\.report, "X-Spam-Report"), (\.version, "X-Spam-Checker-Version"),
        ]
        for (rule, name) in names {
            var stage = Stage()
            for (other, _) in names { stage.configuration.headers[keyPath: other] = .never }
            stage.configuration.headers[keyPath: rule] = when
            let answer = SpamdAnswer(score: points(score), required: points("5"), report: "text")
            stage.findings.spamd = ScannerReport(.answered(answer))
            #expect((stage.inserted(name) != nil) == isThere)
            #expect(stage.disposition.edits.count == (isThere ? 1 : 0))
        }
    }

    @Test(
        arguments: [
            ("0.9", nil), ("0.94", nil), ("0.95", "*"), ("1", "*"), ("-3", nil), ("4.99", "****"), ("6.96", "*******"),
            ("49.9", String(repeating: "*", count: 49)), ("50", String(repeating: "*", count: 50)),
            ("999999", String(repeating: "*", count: 50)),
        ] as [(String, String?)]
    )
    func `the level has a star for each whole point that is shown, 50 at most`(score: String, stars: String?) {
        var stage = Stage()
        stage.findings.spamd = spamd(score)
        #expect(stage.inserted("X-Spam-Level")?.description == stars)
    }

    @Test(arguments: [
        ("6.96", "7.0", true), ("-0.04", "0.0", false), ("4.96", "4.9", false), ("4.949", "4.9", false),
        ("5", "5.0", true),
        ("-12.35", "-12.4", false),
    ])
    func `the score is shown with one decimal, below the threshold for ham`(score: String, shown: String, isSpam: Bool)
    {
        var stage = Stage()
        stage.findings.spamd = spamd(score)
        #expect(stage.inserted("X-Spam-Score")?.description == shown)
        #expect(stage.verdict.isSpam == isSpam)
        #expect(stage.verdict.score == points(score))
    }

    @Test func `the report and the admin's own headers stand below ours, in the order given`() throws {
        var stage = Stage()
        stage.configuration.headers.report = .always
        stage.configuration.headers.extra = [
            try ExtraHeader(name: "X-Second", template: HeaderTemplate("2")),
            try ExtraHeader(name: "X-First", template: HeaderTemplate("1")),
        ]
        let answer = SpamdAnswer(score: points("1"), required: points("5"), report: "a\nb")
        stage.findings.spamd = ScannerReport(.answered(answer))
        #expect(
            stage.insertedText == """
                X-Spam-Score: 1.0
                X-Spam-Level: *
                X-Spam-Status: No, score=1.0 required=5.0 tests=none pyzor=0/0
                \tscanned-by=spamd,pyzor
                X-Spam-Checker-Version: tamis 0.1.0 on mx1.example.org
                X-Spam-Report: a
                \tb
                X-Second: 2
                X-First: 1
                """
        )
    }

    @Test func `of spamd's own fields those that are allowed are taken over, refolded`() {
        var stage = Stage()
        stage.configuration.headers.takeOver = [HeaderNamePattern("X-Spam-*"), HeaderNamePattern("Subject")].compactMap(
            \.self
        )
        let fields: [(HeaderName, String)] = [
            ("X-Spam-Flag", " NO"), ("X-Spam-Languages", " en\r\n\tde"), ("Subject", " Evil"),
            ("X-Spam-ASN", " AS1\r\nX: 1"),
        ]
        let answer = SpamdAnswer(
            score: points("1"),
            required: points("5"),
            headers: fields.map { HeaderField(name: $0.0, value: Bytes($0.1.utf8)) }
        )
        stage.findings.spamd = ScannerReport(.answered(answer))
        #expect(stage.insertedText.hasSuffix("\nX-Spam-Languages: en de\nX-Spam-ASN: AS1 X: 1"))
        #expect(stage.inserted("X-Spam-Flag") == nil)
        #expect(stage.inserted("Subject") == nil)
        stage.configuration.headers.takeOver = []
        #expect(stage.inserted("X-Spam-ASN") == nil)
    }

    @Test func `what we write ourselves is never taken over, an extra header neither`() throws {
        var stage = takingOver([("X-Spam-Level", " *"), ("X-Spam-Own", " theirs"), ("X-Spam-Status", " No")])
        stage.configuration.headers.level = .never
        stage.configuration.headers.extra = [try ExtraHeader(name: "X-Spam-Own", template: HeaderTemplate("ours"))]
        #expect(stage.inserted("X-Spam-Level") == nil)
        #expect(stage.insertedText.split(separator: "X-Spam-Own").count == 2)
        #expect(stage.inserted("X-Spam-Own") == "ours")
        #expect(stage.inserted("X-Spam-Status")?.hasPrefix("No, score=") == true)
    }

    @Test func `what is taken over has limits`() {
        let many = takingOver((0..<60).map { (HeaderName(received: "X-Spam-F\($0)".utf8), " v") })
        #expect(many.inserted("X-Spam-F49") == "v")
        #expect(many.inserted("X-Spam-F50") == nil)
        let long = takingOver(
            (0..<6).map { (HeaderName(received: "X-Spam-\($0)".utf8), String(repeating: "x", count: 9_000)) }
        )
        #expect(long.inserted("X-Spam-0")?.count == HeaderRules.maximumTakenOverValue)
        #expect(long.inserted("X-Spam-2") != nil)
        #expect(long.inserted("X-Spam-3") == nil)
    }

    @Test func `hostile bytes of a field that is taken over do no harm`() {
        let stage = takingOver([("X-Spam-Foo", " a\u{0}b\u{1B}[2J\r\n\r\nBody\u{E9}")])
        #expect(stage.inserted("X-Spam-Foo") == "a?b?[2J Body??")
    }

    private func takingOver(_ fields: [(HeaderName, String)]) -> Stage {
        var stage = Stage()
        stage.configuration.headers.takeOver = [HeaderNamePattern("X-Spam-*")].compactMap(\.self)
        let headers = fields.map { HeaderField(name: $0.0, value: Bytes($0.1.utf8)) }
        let answer = SpamdAnswer(score: points("1"), required: points("5"), headers: headers)
        stage.findings.spamd = ScannerReport(.answered(answer))
        return stage
    }
}
