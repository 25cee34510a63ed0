import Mail
import Testing

@testable import Policy

/// What a silent scanner asks for beside what spam asks for.
struct OutcomeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let spamd: UnscannedRules.WithoutSpamd
        let pyzor: UnscannedRules.WithoutPyzor
        let findings: String
        let words: String

        var testDescription: String { "\(spamd), \(pyzor): \(findings)" }
    }

    private static func findings(_ name: String) -> Findings {
        switch name {
        case "both answer": Findings(spamd: spamd("1"), pyzor: pyzor(0))
        case "spam": Findings(spamd: spamd("9"), pyzor: pyzor(0))
        case "spamd silent": Findings(spamd: ScannerReport(.silent(.timeout)), pyzor: pyzor(0))
        case "pyzor silent": Findings(spamd: spamd("1"), pyzor: ScannerReport(.silent(.timeout)))
        case "spam, pyzor silent": Findings(spamd: spamd("9"), pyzor: ScannerReport(.silent(.down)))
        case "both silent": .silent(.busy)
        default: Findings(spamd: ScannerReport(.skipped(.disabled)), pyzor: ScannerReport(.skipped(.undigestible)))
        }
    }

    static let rows: [Row] = [
        ("both answer", ["none", "none", "none", "none", "none", "none"]),
        ("spam", ["tag", "tag", "tag", "tag", "tag", "tag"]),
        ("spamd silent", ["none", "none", "tempfail", "tempfail", "quarantine", "quarantine"]),
        ("pyzor silent", ["none", "tempfail", "none", "tempfail", "none", "tempfail"]),
        ("spam, pyzor silent", ["tag", "tempfail", "tag", "tempfail", "tag", "tempfail"]),
        ("both silent", ["none", "tempfail", "tempfail", "tempfail", "quarantine", "tempfail"]),
        ("both skipped", ["none", "none", "none", "none", "none", "none"]),
    ].flatMap { (findings: String, words: [String]) in
        let rules = UnscannedRules.WithoutSpamd.allCases.flatMap { spamd in
            UnscannedRules.WithoutPyzor.allCases.map { (spamd, $0) }
        }
        return zip(rules, words).map { Row(spamd: $0.0, pyzor: $0.1, findings: findings, words: $1) }
    }

    private func stage(_ row: Row) -> Stage {
        var stage = Stage()
        stage.configuration.unscanned.withoutSpamd = row.spamd
        stage.configuration.unscanned.withoutPyzor = row.pyzor
        stage.findings = Self.findings(row.findings)
        return stage
    }

    @Test(arguments: rows) func `silence asks for what the settings say, a skipped scanner for nothing`(row: Row) {
        let stage = stage(row)
        #expect(stage.verdict.actionWords == row.words)
        if row.words == "tempfail" {
            #expect(stage.disposition == Disposition(answer: .tempfail(ReplyTexts().scannerSilent)))
        } else {
            #expect(stage.disposition.answer == .accept)
            #expect(stage.inserted("X-Spam-Status") != nil)
        }
    }

    @Test(arguments: rows) func `an observer puts nothing off, and logs only what spam would meet`(row: Row) {
        var stage = stage(row)
        stage.configuration.mode = .observe
        #expect(stage.disposition == .untouched)
        #expect(
            stage.verdict.actionWords
                == (row.findings.hasPrefix("spam") && row.findings != "spamd silent" ? "would-tag" : "none")
        )
    }

    @Test(arguments: [(Ceiling.logOnly, "none"), (.tagOnly, "none"), (.noReject, "tempfail"), (.full, "tempfail")])
    func `a ceiling bounds what silence may ask for`(ceiling: Ceiling, words: String) {
        var stage = stage(Row(spamd: .tempfail, pyzor: .accept, findings: "both silent", words: ""))
        stage.configuration.exempt.nullSender = ceiling
        stage.sender = recipient("<>")
        #expect(stage.verdict.actionWords == words)
    }

    @Test func `a hard answer to spam goes before waiting for a scanner`() throws {
        for (action, reply) in [("reject", ReplyTexts().reject), ("tempfail", ReplyTexts().tempfail)] {
            var stage = stage(Row(spamd: .accept, pyzor: .tempfail, findings: "spam, pyzor silent", words: ""))
            stage.configuration.actions = [try step("required", action)]
            #expect(stage.verdict.outcome.reply == reply)
            #expect(stage.verdict.actionWords == action)
        }
    }

    @Test func `both reasons to quarantine make one quarantine`() throws {
        var stage = Stage()
        stage.configuration.unscanned.withoutSpamd = .quarantine
        stage.configuration.score.alone = .quarantine
        stage.configuration.score.pyzorPoints = [5: points("6")]
        stage.configuration.actions = [try step("required", "quarantine")]
        stage.findings = Findings(spamd: ScannerReport(.silent(.refused)), pyzor: pyzor(9))
        #expect(stage.verdict.actionWords == "quarantine")
        #expect(stage.disposition.edits.last == .quarantine(reason: "Spam: score=6.0 required=5.0"))
        stage.configuration.actions = [.tagAtRequired]
        #expect(stage.verdict.actionWords == "tag,quarantine")
        #expect(stage.disposition.edits.last == .quarantine(reason: "Not scanned: spamd:refused"))
    }

    @Test(arguments: ActionKind.allCases)
    func `alone, Pyzor's word goes no further than the settings let it`(alone: ActionKind) throws {
        let expected: [ActionKind: String] = [
            .none: "none", .tag: "tag", .copy: "tag", .redirect: "tag", .deleteRecipient: "tag",
            .quarantine: "quarantine", .tempfail: "quarantine", .reject: "reject", .discard: "reject",
        ]
        var stage = Stage()
        stage.configuration.score.alone = alone
        stage.configuration.score.pyzorPoints = [5: points("20")]
        stage.configuration.actions = [
            .tagAtRequired, try step("10", "quarantine"), try step("15", "reject"),
        ]
        stage.findings = Findings(spamd: ScannerReport(.silent(.timeout)), pyzor: pyzor(5))
        #expect(stage.verdict.kind == .spam)
        #expect(stage.verdict.actionWords == expected[alone])
        stage.findings.spamd = ScannerReport(.skipped(.disabled))
        #expect(stage.verdict.actionWords == expected[alone])
        stage.findings.spamd = spamd("0")
        #expect(stage.verdict.actionWords == "reject")
    }

    @Test func `a step's own text is the answer, else the default`() throws {
        var stage = Stage()
        stage.findings.spamd = spamd("20")
        stage.configuration.actions = [try step("required", "reject", reply: "554 5.7.0 Go away 100%")]
        #expect(stage.disposition.answer == .reject(try Reply("554 5.7.0 Go away 100%")))
        stage.configuration.actions = [try step("required", "reject")]
        #expect(stage.disposition.answer == .reject(try Reply("550 5.7.1 Message rejected as spam")))
        stage.configuration.actions = [try step("required", "tempfail", reply: "450 4.7.0 Later")]
        #expect(stage.disposition.answer == .tempfail(try Reply("450 4.7.0 Later")))
        stage.configuration.actions = [try step("required", "tempfail")]
        #expect(stage.disposition.answer == .tempfail(try Reply("451 4.7.1 Try again later")))
    }

    @Test(
        arguments: [
            ("4.9", nil), ("5", 0), ("7.999", 0), ("8", 1), ("11.9", 1), ("12", 3), ("14", 3), ("15", 2), ("99", 2),
        ] as [(String, Int?)]
    )
    func `the highest step that is reached counts, alone`(score: String, index: Int?) throws {
        var stage = Stage()
        stage.findings.spamd = spamd(score)
        stage.configuration.actions = [
            try step("required", "tag"), try step("8", "tag", "quarantine"), try step("15", "reject"),
            try step("12", "tempfail"),
        ]
        #expect(stage.verdict.decision.step == index)
    }

    @Test func `a step below the threshold waits for it, and at one score the later step counts`() throws {
        var stage = Stage()
        stage.configuration.actions = [try step("2", "quarantine")]
        stage.findings.spamd = spamd("4")
        #expect(stage.verdict.actionWords == "none")
        stage.findings.spamd = spamd("5")
        #expect(stage.verdict.actionWords == "quarantine")
        stage.configuration.actions = [try step("5", "quarantine"), .tagAtRequired]
        #expect(stage.verdict.actionWords == "tag")
        stage.configuration.actions = [.tagAtRequired, try step("5", "quarantine")]
        #expect(stage.verdict.actionWords == "quarantine")
    }

    @Test func `without steps spam is marked and nothing is done`() {
        var stage = Stage()
        stage.configuration.actions = []
        stage.findings.spamd = spamd("50")
        #expect(stage.verdict.actionWords == "none")
        #expect(stage.inserted("X-Spam-Flag")?.description == "YES")
    }

    @Test func `the default texts are the design's`() {
        let texts = ReplyTexts()
        #expect(texts.reject.description == "550 5.7.1 Message rejected as spam")
        #expect(texts.tempfail.description == "451 4.7.1 Try again later")
        #expect(texts.busy.description == "451 4.3.2 Filter busy, try again later")
        #expect(texts.scannerSilent.description == "451 4.7.1 Spam check not available, try again later")
    }
}
