import Mail
import Testing

@testable import Policy

/// Rows of recipients, and what becomes of a message for several of them.
struct MixedRecipientsTests {
    /// strict@ rejects at 3, hold@ quarantines at its own 4, lax@ only tags from 9 on, drop@ is deleted, everybody else is
    /// tagged from spamd's 5 on.
    private func stage(_ mixed: PolicyConfiguration.Mixed, _ names: [String], score: String) throws -> Stage {
        var stage = Stage()
        stage.configuration.mixed = mixed
        stage.configuration.recipients = [
            RecipientRow(
                match: [try Glob("strict@*")],
                required: points("3"),
                actions: [try step("required", "reject")]
            ),
            RecipientRow(match: [try Glob("hold@*")], required: points("4"), actions: [try step("4", "quarantine")]),
            RecipientRow(match: [try Glob("lax@*"), try Glob("*@lax.example")], required: points("9")),
            RecipientRow(
                match: [try Glob("drop@*")],
                actions: [try step("required", "delete-recipient")]
            ),
            RecipientRow(match: [try Glob("move@*")], actions: [try step("required", "redirect:spam@example.net")]),
        ]
        stage.recipients = names.map { "<\($0)>" }
        stage.findings.spamd = spamd(score)
        return stage
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let names: [String]
        let score: String
        let lenient: String
        let strictest: String

        init(_ names: [String], _ score: String, lenient: String, strictest: String) {
            self.names = names.map { $0.contains("@") ? $0 : "\($0)@example.org" }
            self.score = score
            self.lenient = lenient
            self.strictest = strictest
        }

        var testDescription: String { "\(names.joined(separator: "+")) at \(score)" }
    }

    static let rows = [
        Row(["strict"], "3", lenient: "spam reject 3.0", strictest: "spam reject 3.0"),
        Row(["strict"], "2.9", lenient: "ham none 3.0", strictest: "ham none 3.0"),
        Row(["STRICT"], "3", lenient: "spam reject 3.0", strictest: "spam reject 3.0"),
        Row(["x@lax.example"], "8.9", lenient: "ham none 9.0", strictest: "ham none 9.0"),
        Row(["lax"], "9", lenient: "spam tag 9.0", strictest: "spam tag 9.0"),
        Row(["strict", "bob"], "4", lenient: "ham none 5.0", strictest: "spam reject 3.0"),
        Row(["strict", "bob"], "6", lenient: "spam tag 5.0", strictest: "spam reject 3.0"),
        Row(["bob", "lax"], "1", lenient: "ham none 9.0", strictest: "ham none 5.0"),
        Row(["bob", "lax"], "6", lenient: "ham none 9.0", strictest: "spam tag 5.0"),
        Row(["bob", "lax"], "10", lenient: "spam tag 9.0", strictest: "spam tag 5.0"),
        Row(["strict", "hold", "bob"], "3.5", lenient: "ham none 5.0", strictest: "spam reject 3.0"),
        Row(["strict", "hold"], "4.5", lenient: "spam quarantine 4.0", strictest: "spam reject 3.0"),
        Row(["hold", "drop"], "6", lenient: "spam delete-recipient 5.0", strictest: "spam quarantine 4.0"),
        Row(["move", "drop"], "6", lenient: "spam redirect 5.0", strictest: "spam delete-recipient 5.0"),
        Row(["bob", "eve"], "6", lenient: "spam tag 5.0", strictest: "spam tag 5.0"),
        Row([], "6", lenient: "spam tag 5.0", strictest: "spam tag 5.0"),
    ]

    private func summary(_ verdict: Verdict) -> String {
        "\(verdict.kind.rawValue) \(verdict.actionWords) \(verdict.required)"
    }

    @Test(arguments: rows) func `lenient takes the mildest outcome, strictest the hardest`(row: Row) throws {
        #expect(summary(try stage(.mostLenient, row.names, score: row.score).verdict) == row.lenient)
        #expect(summary(try stage(.strictest, row.names, score: row.score).verdict) == row.strictest)
        #expect(summary(try stage(.split, row.names, score: row.score).verdict) == row.lenient)
    }

    @Test(arguments: rows) func `the order of the recipients does not matter`(row: Row) throws {
        let names = Array(row.names.reversed())
        #expect(summary(try stage(.mostLenient, names, score: row.score).verdict) == row.lenient)
        #expect(summary(try stage(.strictest, names, score: row.score).verdict) == row.strictest)
    }

    @Test func `the first row that matches counts`() throws {
        var stage = try stage(.mostLenient, ["strict@lax.example"], score: "4")
        #expect(stage.verdict.decision.row == 0)
        stage.recipients = ["<other@lax.example>"]
        #expect(stage.verdict.decision.row == 2)
        stage.recipients = ["<other@example.org>"]
        #expect(stage.verdict.decision.row == nil)
    }

    @Test func `a row without a threshold takes spamd's, one with a threshold does not`() throws {
        var stage = try stage(.mostLenient, ["drop@example.org"], score: "5.5")
        stage.findings.spamd = spamd("5.5", required: "6.0")
        #expect(stage.verdict.kind == .ham)
        stage.configuration.score.required = .points(points("5.2"))
        #expect(stage.verdict.kind == .spam)
        stage.recipients = ["<lax@example.org>"]
        #expect(stage.verdict.required == points("9"))
    }

    @Test func `the general actions hold for a row without its own`() throws {
        var stage = try stage(.mostLenient, ["lax@example.org"], score: "20")
        stage.configuration.actions = [.tagAtRequired, try step("15", "reject")]
        #expect(stage.verdict.actionWords == "reject")
        #expect(stage.verdict.decision.step == 1)
    }

    @Test func `only the recipients who ask for it are deleted`() throws {
        let stage = try stage(.strictest, ["drop@example.org", "bob@example.org", "drop@example.com"], score: "6")
        let removed = stage.disposition.edits.filter { if case .deleteRecipient = $0 { true } else { false } }
        #expect(
            removed == [
                .deleteRecipient(address: Bytes("<drop@example.org>".utf8)),
                .deleteRecipient(address: Bytes("<drop@example.com>".utf8)),
            ]
        )
        #expect(stage.disposition.answer == .accept)
    }

    @Test func `a message whose recipients are all deleted is discarded`() throws {
        let stage = try stage(.mostLenient, ["drop@example.org", "drop@example.com"], score: "6")
        #expect(stage.verdict.actionWords == "delete-recipient")
        #expect(stage.disposition == Disposition(answer: .discard))
    }

    @Test func `redirected mail goes to the one address, which is added before the others are taken away`() throws {
        let stage = try stage(.mostLenient, ["move@example.org", "move@example.com", "move@example.org"], score: "6")
        let edits = stage.disposition.edits.filter {
            switch $0 {
            case .addRecipient, .deleteRecipient: true
            default: false
            }
        }
        #expect(
            edits == [
                .addRecipient(address: Bytes("<spam@example.net>".utf8), parameters: []),
                .deleteRecipient(address: Bytes("<move@example.org>".utf8)),
                .deleteRecipient(address: Bytes("<move@example.com>".utf8)),
            ]
        )
    }

    @Test func `a recipient who gets the redirected mail anyway stays`() throws {
        var stage = try stage(.strictest, ["move@example.org", "Spam@Example.net"], score: "6")
        stage.configuration.actions = [try step("required", "redirect:spam@example.net")]
        let edits = stage.disposition.edits.suffix(1)
        #expect(edits == [.deleteRecipient(address: Bytes("<move@example.org>".utf8))])
        let added = stage.disposition.edits.contains { if case .addRecipient = $0 { true } else { false } }
        #expect(!added)
    }

    @Test func `addresses without brackets are removed as they came`() throws {
        var stage = try stage(.mostLenient, [], score: "6")
        stage.recipients = ["move@example.org"]
        #expect(stage.disposition.edits.last == .deleteRecipient(address: Bytes("move@example.org".utf8)))
    }
}
