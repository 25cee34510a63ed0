import Mail
import TestRig

@testable import Policy

/// Stages of all kinds, lawful settings and hostile findings alike, the same for the same seed.
struct RandomStage {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() throws -> Stage {
        var stage = Stage()
        stage.configuration = try configuration()
        stage.client = pick([stage.client, stage.client, stage.client, Client()])
        stage.authentication = pick([nil, nil, Authentication(mechanism: [], identity: Bytes("bob".utf8))])
        stage.sender = recipient(pick(["<a@b.example>", "<>", "a@b.example", "<\u{FFFD}>"]))
        stage.recipients = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
            pick(["<one@example.org>", "<two@example.org>", "<three@example.com>", "four", "<ONE@EXAMPLE.ORG>", "<@>"])
        }
        stage.headers = headers()
        stage.findings = Findings(spamd: spamdReport(), pyzor: pyzorReport(), truncation: pick([nil, nil, cut]))
        return stage
    }

    private let cut = Truncation(sent: 0, total: .max)

    mutating func configuration() throws -> PolicyConfiguration {
        var configuration = PolicyConfiguration(version: "0.1.0", hostName: "mx1.example.org")
        configuration.mode = pick([.enforce, .enforce, .enforce, .observe])
        configuration.score.required = pick([.spamd, .points(points("4.5")), .points(points("-1"))])
        configuration.score.alone = pick(ActionKind.allCases)
        configuration.actions = try steps()
        configuration.exempt.local = pick(Ceiling.allCases)
        configuration.exempt.authenticated = pick(Ceiling.allCases)
        configuration.exempt.nullSender = pick(Ceiling.allCases)
        configuration.exempt.lists = pick(Ceiling.allCases)
        configuration.recipients = try ["one@*", "*@example.com", "*o*@*"].shuffled(using: &generator).map { pattern in
            RecipientRow(
                match: [try Glob(pattern)],
                required: pick([nil, points("3"), points("8.25")]),
                actions: pick([nil, try steps()])
            )
        }
        configuration.mixed = pick(PolicyConfiguration.Mixed.allCases)
        configuration.unscanned.withoutSpamd = pick(UnscannedRules.WithoutSpamd.allCases)
        configuration.unscanned.withoutPyzor = pick(UnscannedRules.WithoutPyzor.allCases)
        configuration.headers = try headerRules()
        return configuration
    }

    private mutating func steps() throws -> [Step] {
        let choices: [[String]] = [
            ["tag"], ["tag", "copy:c@example.net"], ["redirect:one@example.org"], ["delete-recipient"],
            ["tag", "quarantine"], ["copy:c@example.net", "delete-recipient"], ["tempfail"], ["reject"], ["discard"],
        ]
        let thresholds = ["required", "2", "6.5", "10", "30"].shuffled(using: &generator)
        return try thresholds.prefix(.random(in: 0...4, using: &generator)).map { threshold in
            try Step(
                at: threshold == "required" ? .required : .points(points(threshold)),
                do: pick(choices).map { try Action($0) },
                acceptsLoss: true
            )
        }
    }

    private mutating func headerRules() throws -> HeaderRules {
        var rules = HeaderRules()
        rules.status = pick([.always, .always, .spam, .never])
        rules.flag = pick(HeaderRules.When.allCases)
        rules.score = pick(HeaderRules.When.allCases)
        rules.level = pick(HeaderRules.When.allCases)
        rules.report = pick(HeaderRules.When.allCases)
        rules.version = pick(HeaderRules.When.allCases)
        rules.subjectTag = try SubjectTag(pick(["", "[SPAM]"]))
        let template = try HeaderTemplate("{tests} {queue-id} {digest} {spamd-score} {unscanned}")
        rules.extra = pick([[], [try ExtraHeader(name: "X-Tamis", template: template)]])
        rules.takeOver = pick([[], [HeaderNamePattern("X-Spam-*")].compactMap(\.self)])
        return rules
    }

    private mutating func headers() -> [(String, String)] {
        let choices = [
            ("Received", " from x by y"), ("X-Spam-Flag", " forged"), ("x-spam-STATUS", " forged,\n\tfolded"),
            ("Subject", " Hello"), ("Subject", " [SPAM] Hello"), ("List-Id", " <l>"), ("From", " a"), ("X-Spam-", ""),
        ]
        return (0..<Int.random(in: 0...12, using: &generator)).map { _ in pick(choices) }
    }

    private mutating func spamdReport() -> ScannerReport<SpamdAnswer> {
        let score = pick(["1", "4.96", "5", "7.449", "12", "40", "-3", "999999999"])
        var answer = SpamdAnswer(score: points(score), required: pick([nil, points("5"), points("4.999")]))
        if Int.random(in: 0..<20, using: &generator) == 0 { answer.score = Points(thousandths: pick([.min, .max])) }
        answer.symbols = (0..<Int.random(in: 0...5, using: &generator)).map { _ in text() }
        answer.isPartial = pick([true, false])
        answer.report = pick([nil, text() + "\n---- --\n" + text()])
        answer.headers = [HeaderField(name: HeaderName(received: text().utf8), value: Bytes(text().utf8))]
        answer.headers.append(HeaderField(name: "X-Spam-Relay", value: Bytes(text().utf8)))
        return pick([
            ScannerReport(.answered(answer)), ScannerReport(.answered(answer)), ScannerReport(.answered(answer)),
            ScannerReport(.silent(pick(SilenceReason.allCases))), ScannerReport(.skipped(.disabled)),
        ])
    }

    private mutating func pyzorReport() -> ScannerReport<PyzorAnswer> {
        let answer = PyzorAnswer(
            count: pick([0, 4, 5, 99, 100, .max, .min]),
            whitelistCount: pick([0, 9, 10, 100, .max]),
            digest: text()
        )
        return pick([
            ScannerReport(.answered(answer)), ScannerReport(.answered(answer)),
            ScannerReport(.silent(pick(SilenceReason.allCases))), ScannerReport(.skipped(pick(SkipReason.allCases))),
        ])
    }

    /// What a scanner should not say.
    private mutating func text() -> String {
        pick([
            "BAYES_99", "PYZOR_CHECK", "URIBL_BLACK", "A\r\nX-Evil: 1", "\u{0}\u{1B}[2J", "a,b", "ä ö", "", " ",
            "\n\n\n",
            String(repeating: "L", count: 1_500), String(repeating: " ", count: 1_100), "x\n y\n\tz",
            "a" + String(repeating: " ", count: 1_100) + "b",
        ])
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &generator)]
    }
}
