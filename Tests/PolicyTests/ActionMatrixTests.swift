import Mail
import Testing

@testable import Policy

/// Every action under every ceiling in both modes.
struct ActionMatrixTests {
    /// What a step asks for, and the `action=` of the log under each ceiling in `mode: enforce`.
    struct Row: Sendable, CustomTestStringConvertible {
        let actions: [String]
        let logOnly: String
        let tagOnly: String
        let noReject: String
        let full: String

        var testDescription: String { actions.joined(separator: "+") }

        func words(under ceiling: Ceiling) -> String {
            switch ceiling {
            case .skip: "none"
            case .logOnly: logOnly
            case .tagOnly: tagOnly
            case .noReject: noReject
            case .full: full
            }
        }

        /// Observed, all is as enforced but would-be; log-only is no further limit then.
        func observedWords(under ceiling: Ceiling) -> String {
            let words = words(under: ceiling)
            return ceiling == .skip || ceiling == .logOnly
                ? words : words.split(separator: ",").map { "would-\($0)" }.joined(separator: ",")
        }
    }

    static let rows = [
        Row(actions: ["tag"], logOnly: "would-tag", tagOnly: "tag", noReject: "tag", full: "tag"),
        Row(
            actions: ["copy:c@example.net"],
            logOnly: "would-copy",
            tagOnly: "tag",
            noReject: "copy",
            full: "copy"
        ),
        Row(
            actions: ["redirect:r@example.net"],
            logOnly: "would-redirect",
            tagOnly: "tag",
            noReject: "redirect",
            full: "redirect"
        ),
        Row(
            actions: ["delete-recipient"],
            logOnly: "would-delete-recipient",
            tagOnly: "tag",
            noReject: "delete-recipient",
            full: "delete-recipient"
        ),
        Row(
            actions: ["quarantine"],
            logOnly: "would-quarantine",
            tagOnly: "tag",
            noReject: "quarantine",
            full: "quarantine"
        ),
        Row(
            actions: ["tag", "quarantine"],
            logOnly: "would-tag,would-quarantine",
            tagOnly: "tag",
            noReject: "tag,quarantine",
            full: "tag,quarantine"
        ),
        Row(actions: ["tempfail"], logOnly: "would-tempfail", tagOnly: "tag", noReject: "tag", full: "tempfail"),
        Row(actions: ["reject"], logOnly: "would-reject", tagOnly: "tag", noReject: "tag", full: "reject"),
        Row(actions: ["discard"], logOnly: "would-discard", tagOnly: "tag", noReject: "tag", full: "discard"),
    ]

    private func stage(_ row: Row, _ ceiling: Ceiling, _ mode: PolicyConfiguration.Mode) throws -> Stage {
        var stage = Stage()
        stage.configuration.mode = mode
        stage.configuration.actions = [
            try Step(at: .required, do: row.actions.map { try Action($0) }, acceptsLoss: true)
        ]
        stage.configuration.exempt.authenticated = ceiling
        stage.authentication = Authentication(mechanism: Bytes("PLAIN".utf8), identity: Bytes("bob".utf8))
        stage.headers.append(("x-spam-flag", " NO"))
        stage.findings.spamd = spamd("9.9")
        return stage
    }

    @Test(arguments: rows, Ceiling.allCases)
    func `enforced, an action goes as far as its ceiling`(row: Row, ceiling: Ceiling) throws {
        let stage = try stage(row, ceiling, .enforce)
        #expect(stage.verdict.actionWords == row.words(under: ceiling))
        #expect(stage.verdict.kind == (ceiling == .skip ? .exempt : .spam))
    }

    @Test(arguments: rows, Ceiling.allCases)
    func `observed, nothing is done and the log says what would be`(row: Row, ceiling: Ceiling) throws {
        let stage = try stage(row, ceiling, .observe)
        #expect(stage.verdict.actionWords == row.observedWords(under: ceiling))
        #expect(stage.disposition == .untouched)
    }

    @Test(arguments: rows, Ceiling.allCases)
    func `the edits and the answer are those of the logged action`(row: Row, ceiling: Ceiling) throws {
        let stage = try stage(row, ceiling, .enforce)
        let disposition = stage.disposition
        let deletion = Modification.deleteHeader(name: "X-Spam-Flag", index: 1)
        let words = Set(row.words(under: ceiling).split(separator: ",").map(String.init))
        switch ceiling {
        case .skip: #expect(disposition == .untouched)
        case .logOnly: #expect(disposition == Disposition(edits: [deletion]))
        case .tagOnly, .noReject, .full:
            #expect(disposition.answer == expectedAnswer(words))
            if disposition.answer == .accept {
                #expect(disposition.edits.first == deletion)
                #expect(stage.inserted("X-Spam-Flag")?.description == "YES")
                #expect(kinds(of: disposition.edits) == expectedEdits(words))
            } else {
                #expect(disposition.edits.isEmpty)
            }
        }
    }

    private func expectedAnswer(_ words: Set<String>) -> Disposition.Answer {
        let replies = ReplyTexts()
        if words.contains("reject") { return .reject(replies.reject) }
        if words.contains("tempfail") { return .tempfail(replies.tempfail) }
        // With one recipient, to delete him is to discard.
        return words.contains("discard") || words.contains("delete-recipient") ? .discard : .accept
    }

    /// The edits besides those of the header.
    private func expectedEdits(_ words: Set<String>) -> [String] {
        (words.contains("copy") || words.contains("redirect") ? ["add"] : [])
            + (words.contains("redirect") ? ["delete"] : []) + (words.contains("quarantine") ? ["quarantine"] : [])
    }

    private func kinds(of edits: [Modification]) -> [String] {
        edits.compactMap { edit in
            switch edit {
            case .addRecipient: "add"
            case .deleteRecipient: "delete"
            case .quarantine: "quarantine"
            case .insertHeader, .deleteHeader: nil
            default: "unexpected"
            }
        }
    }

    @Test func `a step that asks for too much is passed over for the next one below`() throws {
        var stage = Stage()
        stage.configuration.actions = [
            try step("required", "tag"), try step("8.0", "tag", "quarantine"), try step("12.0", "reject"),
        ]
        stage.findings.spamd = spamd("20")
        #expect(stage.verdict.actionWords == "reject")
        stage.sender = recipient("<>")
        #expect(stage.verdict.actionWords == "tag,quarantine")
        #expect(stage.verdict.decision.step == 1)
        #expect(stage.verdict.decision.isLimited)
        stage.configuration.exempt.nullSender = .tagOnly
        #expect(stage.verdict.actionWords == "tag")
        #expect(stage.verdict.decision.step == 0)
    }

    @Test func `a bounce is never refused for being spam`() throws {
        for action in ["reject", "tempfail", "discard"] {
            var stage = Stage()
            stage.sender = recipient("<>")
            stage.configuration.actions = [try step("required", action)]
            stage.findings.spamd = spamd("99")
            #expect(stage.disposition.answer == .accept)
            #expect(stage.verdict.decision.step == nil)
        }
    }
}
