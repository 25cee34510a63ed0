import Mail
import Testing

@testable import Policy

struct ExplanationTests {
    private func lines(_ stage: Stage) -> [String] {
        Explanation(of: stage.verdict, from: stage.findings, under: stage.configuration).lines
    }

    @Test func `what decided is told line by line`() throws {
        var stage = Stage()
        stage.configuration.recipients = [
            RecipientRow(match: [try Glob("*@example.org")], required: points("4"), actions: nil)
        ]
        stage.configuration.actions = [.tagAtRequired, try step("7", "reject")]
        stage.sender = recipient("<>")
        stage.findings.spamd = ScannerReport(
            .answered(SpamdAnswer(score: points("6.45"), required: points("5"), isPartial: true, server: "a\r\nb"))
        )
        stage.findings.pyzor = pyzor(12)
        #expect(
            lines(stage) == [
                "spamd: 6.45 of 5.0 points from a  b, of a part of its rules (time limit)",
                "pyzor: count 12, whitelist 0: 1.0 points, by score.pyzor.points from count 5 on",
                "spam: score 7.45, required 4.0 by recipients row 1",
                "ceiling: no-reject, since null-sender",
                "step: actions, number 1 (at required: tag); a harder one was passed over: quarantine at most",
                "action: tag",
            ]
        )
    }

    @Test func `silence and what it asks for are told`() {
        var stage = Stage()
        stage.configuration.unscanned.withoutSpamd = .tempfail
        stage.findings = Findings(
            spamd: ScannerReport(.silent(.refused), detail: "127.0.0.1:783: Connection refused"),
            pyzor: ScannerReport(.skipped(.disabled))
        )
        #expect(
            lines(stage) == [
                "spamd: silent, refused (127.0.0.1:783: Connection refused)", "pyzor: skipped, disabled",
                "unscanned: no score, required 5.0 by the default, spamd has named none",
                "unscanned: spamd:refused asks for tempfail", "action: tempfail",
            ]
        )
    }

    @Test(arguments: [
        (
            spamd("1", ["PYZOR_CHECK"]), pyzor(20),
            "pyzor: count 20, whitelist 0: 0.0 points, spamd counted it itself (PYZOR_CHECK)"
        ),
        (spamd("1"), pyzor(20, 10), "pyzor: count 20, whitelist 10: 0.0 points, whitelisted"),
        (spamd("1"), pyzor(0), "pyzor: count 0, whitelist 0: 0.0 points"),
    ])
    func `why Pyzor gave no points is told`(
        spamd: ScannerReport<SpamdAnswer>,
        pyzor: ScannerReport<PyzorAnswer>,
        line: String
    ) {
        var stage = Stage()
        stage.findings = Findings(spamd: spamd, pyzor: pyzor)
        #expect(lines(stage)[1] == line)
    }

    @Test func `alone and mixed rows are told`() throws {
        var stage = Stage()
        stage.configuration.score.pyzorPoints = [1: points("9")]
        stage.configuration.score.required = .points(points("6"))
        stage.configuration.actions = [try step("required", "reject")]
        stage.configuration.recipients = [
            RecipientRow(match: [try Glob("two@*")], required: nil, actions: [try step("8", "quarantine")])
        ]
        stage.recipients = ["<one@example.org>", "<two@example.org>"]
        stage.findings = Findings(spamd: ScannerReport(.silent(.down)), pyzor: pyzor(1))
        #expect(
            lines(stage).dropFirst(2) == [
                "spam: score 9.0, required 6.0 by score.required; 2 rows of recipients, most-lenient",
                "step: none; a harder one was passed over: tag at most, spamd has not answered", "action: tag",
            ]
        )
        stage.configuration.score.alone = .discard
        #expect(lines(stage).dropFirst(3).first == "step: recipients row 1, number 1 (at 8.0: quarantine)")
    }

    @Test func `that the mode forbids to do anything is told`() {
        var stage = Stage()
        stage.configuration.mode = .observe
        stage.findings.spamd = spamd("9")
        #expect(lines(stage).suffix(2) == ["mode: observe, so that nothing is done", "action: would-tag"])
    }

    @Test func `an exempt message has one line`() {
        var stage = Stage()
        stage.client = Client()
        #expect(lines(stage) == ["exempt: local; neither scanned nor changed"])
    }
}
