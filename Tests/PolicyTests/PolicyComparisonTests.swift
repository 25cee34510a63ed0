import Mail
import Testing

@testable import Policy

struct PolicyComparisonTests {
    private func compare(
        _ stage: Stage,
        skipped: Bool = false,
        with change: (inout PolicyConfiguration) throws -> Void
    ) rethrows -> PolicyComparison {
        var configuration = stage.configuration
        try change(&configuration)
        return PolicyComparison(
            .init(stage.verdict, stage.disposition),
            of: stage.policy,
            from: skipped ? nil : stage.findings,
            with: ScorePolicy(configuration),
            on: stage.message
        )
    }

    private var spam: Stage {
        var stage = Stage()
        stage.findings.spamd = spamd("9.0")
        return stage
    }

    @Test func `equal policies agree on everything`() {
        let comparison = compare(spam) { _ in }
        #expect(comparison.second == comparison.first)
        #expect(comparison.differences.isEmpty && comparison.lacks.isEmpty && !comparison.isWeighty)
    }

    @Test func `verdict, action, reply and numbers are compared one by one`() throws {
        let lower = compare(spam) { $0.score.required = .points(points("10")) }
        #expect(lower.differences == [.verdict, .action, .required, .edits])
        let rejects = try compare(spam) { $0.actions = [try step("required", "reject")] }
        #expect(rejects.differences == [.action, .reply, .edits])
        #expect(rejects.second?.verdict.outcome.reply == ReplyTexts().reject)
        var stage = spam
        stage.configuration.actions = [try step("required", "reject")]
        let text = try compare(stage) { $0.actions = [try step("required", "reject", reply: "550 5.7.1 No")] }
        #expect(text.differences == [.reply])
        #expect(text.isWeighty)
    }

    @Test func `headers and the score alone are no weighty difference`() {
        let headers = compare(spam) { $0.headers.flag = .never }
        #expect(headers.differences == [.edits] && !headers.isWeighty)
        var stage = spam
        stage.findings.pyzor = pyzor(5)
        let score = compare(stage) { $0.score.pyzorPoints = [5: points("0.5")] }
        #expect(score.differences == [.score, .edits] && !score.isWeighty)
    }

    @Test func `two copies to other addresses differ`() throws {
        var stage = spam
        stage.configuration.actions = [try step("required", "copy:a@example.org")]
        let comparison = try compare(stage) { $0.actions = [try step("required", "copy:b@example.org")] }
        #expect(comparison.differences == [.action, .edits])
    }

    @Test func `a message that is skipped by one alone differs, and lacks a scan where nobody was asked`() {
        let skips = compare(spam) { $0.exempt.networks = [Network("192.0.2.0/24")].compactMap(\.self) }
        #expect(skips.second?.verdict.kind == .exempt)
        #expect(skips.differences.contains(.verdict) && skips.lacks.isEmpty)
        var stage = spam
        stage.configuration.exempt.networks = [Network("192.0.2.0/24")].compactMap(\.self)
        let unasked = compare(stage, skipped: true) { $0.exempt.networks = [] }
        #expect(unasked.second == nil)
        #expect(unasked.lacks == [.scan] && unasked.differences.isEmpty)
        #expect(compare(stage, skipped: true) { $0.mixed = .strictest }.differences.isEmpty)
    }

    @Test func `what spamd was not asked is said`() throws {
        var stage = spam
        stage.recipients = ["<one@example.org>", "<two@example.net>"]
        let comparison = try compare(stage) { configuration in
            configuration.headers.report = .spam
            configuration.headers.takeOver = [HeaderNamePattern("X-Spam-*")].compactMap(\.self)
            configuration.spamdUser.several = SpamdUser("all")
            configuration.mixed = .split
            configuration.recipients = [RecipientRow(match: [try Glob("*@example.net")], required: points("20"))]
        }
        #expect(comparison.lacks == [.user, .split, .report, .takeOver])
        stage.findings.spamd = ScannerReport(.silent(.refused))
        let silent = compare(stage) { $0.headers.report = .spam }
        #expect(silent.lacks.isEmpty)
    }
}
