import Mail
import Testing

@testable import Policy

struct DispositionTests {
    /// The place of an edit in the order that decision 8 of the design gives.
    private func rank(_ edit: Modification) -> Int {
        switch edit {
        case .deleteHeader: 0
        case .changeHeader(name: "Subject", index: _, value: _), .addHeader(name: "Subject", value: _): 1
        case .insertHeader: 2
        case .addRecipient, .deleteRecipient: 3
        case .quarantine: 4
        default: 5
        }
    }

    private func fullStage() throws -> Stage {
        var stage = Stage()
        stage.configuration.headers.subjectTag = try SubjectTag("[SPAM]")
        stage.configuration.actions = [try step("required", "tag", "copy:spam@example.net", "quarantine")]
        stage.headers = [
            ("X-Spam-Flag", " NO"), ("Received", " from a by b"), ("x-spam-flag", " NO"), ("X-Spam-Status", " No"),
            ("Subject", " Hello"), ("X-SPAM-FLAG", " maybe"), ("X-Spammer", " stays"),
        ]
        stage.findings.spamd = spamd("8.5", ["A"])
        return stage
    }

    @Test func `all kinds of edits stand in the one order`() throws {
        let edits = try fullStage().disposition.edits
        #expect(edits.map(rank) == edits.map(rank).sorted())
        #expect(Set(edits.map(rank)) == [0, 1, 2, 3, 4])
        #expect(
            edits.prefix(5) == [
                .deleteHeader(name: "X-Spam-Flag", index: 3), .deleteHeader(name: "X-Spam-Status", index: 1),
                .deleteHeader(name: "X-Spam-Flag", index: 2), .deleteHeader(name: "X-Spam-Flag", index: 1),
                .changeHeader(name: "Subject", index: 1, value: HeaderValue(prefix: "[SPAM] ", received: "Hello".utf8)),
            ]
        )
        #expect(
            edits.suffix(2) == [
                .addRecipient(address: Bytes("<spam@example.net>".utf8), parameters: []),
                .quarantine(reason: "Spam: score=8.5 required=5.0"),
            ]
        )
    }

    @Test(arguments: HeaderModel.Kind.allCases)
    func `the delivered header is the same on both MTAs`(kind: HeaderModel.Kind) throws {
        let stage = try fullStage()
        var model = HeaderModel(kind, headers: stage.headers)
        model.apply(stage.disposition.edits)
        #expect(
            model.lines == [
                "Received: by this MTA", "X-Spam-Flag: YES", "X-Spam-Score: 8.5", "X-Spam-Level: ********",
                "X-Spam-Status: Yes, score=8.5 required=5.0 tests=A pyzor=0/0 scanned-by=spamd,\n\tpyzor",
                "X-Spam-Checker-Version: tamis 0.1.0 on mx1.example.org", "Received: from a by b",
                "Subject: [SPAM] Hello", "X-Spammer: stays",
            ]
        )
    }

    @Test(arguments: HeaderModel.Kind.allCases, [0, 1, 2, 50])
    func `forged fields are all gone, whatever their number and spelling`(kind: HeaderModel.Kind, copies: Int) {
        var stage = Stage()
        let names = ["X-Spam-Flag", "x-spam-flag", "X-SPAM-STATUS", "X-Spam-", "X-Spam-Anything-At-All"]
        let forged = (0..<copies).map { (names[$0 % names.count], " forged\n\tfolded") }
        stage.headers = forged + stage.headers + forged
        for findings in [stage.findings, .silent(.down)] {
            stage.findings = findings
            var model = HeaderModel(kind, headers: stage.headers)
            model.apply(stage.disposition.edits)
            #expect(!model.lines.contains { $0.contains("forged") })
            #expect(model.lines.filter { $0.hasPrefix("X-Spam-Status:") }.count == 1)
            #expect(model.lines.suffix(3).first == "Received: from a by b")
        }
    }

    @Test func `what is removed is the admin's to say`() {
        var stage = Stage()
        stage.headers.append(("X-Old", " 1"))
        stage.headers.append(("X-Spam-Flag", " 1"))
        stage.configuration.headers.remove = [HeaderNamePattern("X-Old")].compactMap(\.self)
        #expect(stage.disposition.edits.first == .deleteHeader(name: "X-Old", index: 1))
        stage.configuration.headers.remove = []
        #expect(!stage.disposition.edits.contains { if case .deleteHeader = $0 { true } else { false } })
    }

    @Test func `log-only removes forged fields and does no more`() throws {
        var stage = try fullStage()
        stage.configuration.exempt.nullSender = .logOnly
        stage.sender = recipient("<>")
        #expect(stage.disposition.answer == .accept)
        #expect(stage.disposition.edits.count == 4)
        #expect(stage.disposition.edits.allSatisfy { rank($0) == 0 })
    }

    @Test func `fields past the header limit are removed too`() {
        var headers = HeaderList(limits: HeaderList.Limits(fields: 2))
        for name in ["Subject", "X-Spam-Flag", "X-Spam-Flag", "X-Spam-Flag"] as [HeaderName] {
            headers.append(HeaderField(name: name, value: Bytes(" x".utf8)))
        }
        var message = Stage().message
        message.headers = headers
        let stage = Stage()
        let facts = stage.policy.facts(of: message)
        let verdict = stage.policy.judge(stage.findings, for: facts)
        let edits = stage.policy.disposition(of: verdict, from: stage.findings, for: facts).edits
        #expect(Array(edits.prefix(3)) == [3, 2, 1].map { Modification.deleteHeader(name: "X-Spam-Flag", index: $0) })
    }

    @Test func `a refused message is not edited`() throws {
        for action in ["reject", "tempfail", "discard"] {
            var stage = try fullStage()
            stage.configuration.actions = [try step("required", action)]
            #expect(stage.disposition.edits.isEmpty)
            #expect(stage.disposition.answer != .accept)
        }
    }
}
