import Mail
import TestRig
import Testing

@testable import Policy

/// What holds for every policy, every message and whatever scanners say.
struct ScorePolicyPropertyTests {
    private static let rounds = 150

    private func each(seed: UInt64, _ check: (Stage, Verdict, Disposition) throws -> Void) throws {
        var random = RandomStage(seed: seed)
        for _ in 0..<Self.rounds {
            let stage = try random.next()
            let verdict = stage.verdict
            try check(
                stage,
                verdict,
                stage.policy.disposition(of: verdict, from: stage.findings, for: stage.facts)
            )
        }
    }

    @Test func `a message is spam when its score reaches the threshold, and for no other reason`() throws {
        try each(seed: 1) { stage, verdict, _ in
            guard verdict.kind != .exempt else { return }
            let answered = stage.findings.spamd.answer != nil || stage.findings.pyzor.answer != nil
            #expect((verdict.score != nil) == answered)
            #expect((verdict.kind == .unscanned) == !answered)
            #expect(verdict.isSpam == (verdict.score.map { $0 >= verdict.required } ?? false))
        }
    }

    @Test func `what people are shown agrees with the verdict`() throws {
        try each(seed: 2) { _, verdict, _ in
            guard let shown = verdict.shownScore else { return }
            if verdict.isSpam {
                #expect(shown >= verdict.required.shown)
            } else {
                #expect(shown < verdict.required.shown)
            }
            #expect(verdict.status.hasPrefix("\(verdict.isSpam ? "Yes" : "No"), score=\(shown) required="))
        }
    }

    @Test func `without an answer the status has no score and no tests`() throws {
        try each(seed: 3) { _, verdict, disposition in
            guard verdict.kind == .unscanned else { return }
            #expect(!verdict.status.contains("score=") && !verdict.status.contains("tests="))
            #expect(verdict.status.hasPrefix("No, "))
            for case .insertHeader(_, let name, _) in disposition.edits {
                #expect(!["X-Spam-Score", "X-Spam-Level", "X-Spam-Flag", "X-Spam-Report"].contains(name))
            }
        }
    }

    @Test func `nothing is edited unless the message is accepted, and nothing at all by an observer`() throws {
        try each(seed: 4) { stage, verdict, disposition in
            if disposition.answer != .accept { #expect(disposition.edits.isEmpty) }
            if stage.configuration.mode == .observe || verdict.kind == .exempt { #expect(disposition == .untouched) }
            if !verdict.isEnforced { #expect(disposition.answer == .accept) }
        }
    }

    @Test func `a refusal is of its class`() throws {
        try each(seed: 5) { _, verdict, disposition in
            switch disposition.answer {
            case .reject(let reply): #expect(!reply.isTemporary && verdict.isSpam)
            case .tempfail(let reply): #expect(reply.isTemporary)
            case .discard: #expect(verdict.isSpam)
            case .accept: break
            }
        }
    }

    @Test func `no action goes beyond the ceiling, but for waiting under no-reject`() throws {
        try each(seed: 6) { stage, verdict, disposition in
            guard verdict.isEnforced else { return }
            let ceiling = verdict.standing.ceiling
            let waits = verdict.outcome.actions == [.tempfail] && verdict.decision.demand == .tempfail
            #expect(verdict.outcome.severity <= ceiling.strongestAction || waits && ceiling == .noReject)
            if ceiling < .full, !waits, disposition.answer != .discard { #expect(disposition.answer == .accept) }
        }
    }

    @Test func `no edit can carry a second field, a control or a line that is too long`() throws {
        try each(seed: 7) { _, _, disposition in
            for edit in disposition.edits {
                switch edit {
                case .insertHeader(index: 1, let name, let value), .addHeader(let name, let value),
                    .changeHeader(let name, _, let value):
                    check(value.folded(after: name), after: name)
                case .quarantine(let reason):
                    #expect((1...100).contains(reason.description.utf8.count))
                case .deleteHeader, .addRecipient, .deleteRecipient: break
                default: Issue.record("unexpected edit: \(edit)")
                }
            }
        }
    }

    private func check(_ value: Bytes, after name: HeaderName) {
        let lines = value.split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(lines.dropFirst().allSatisfy { $0.first?.isBlank == true && $0.contains { !$0.isBlank } })
        #expect(lines.allSatisfy { $0.count + name.bytes.count + 2 <= 1_100 && $0.count <= 998 })
        #expect(value.allSatisfy { $0 == 0x0A || $0 == 0x09 || $0.isPrintableASCII })
        #expect(value.count <= 70_000)
    }

    @Test func `both MTAs deliver one header, without a forged field`() throws {
        try each(seed: 8) { stage, verdict, disposition in
            guard disposition.answer == .accept else { return }
            let headers = HeaderModel.Kind.allCases.map { kind in
                var model = HeaderModel(kind, headers: stage.headers)
                model.apply(disposition.edits)
                return model.lines
            }
            #expect(headers[0] == headers[1])
            #expect(headers[0].first == "Received: by this MTA")
            let keepsForged = stage.configuration.mode == .observe || verdict.kind == .exempt
            if !keepsForged { #expect(!headers[0].contains { $0.contains(" forged") }) }
        }
    }

    @Test func `strictest is never milder than lenient`() throws {
        var random = RandomStage(seed: 9)
        for _ in 0..<Self.rounds {
            var stage = try random.next()
            stage.configuration.mixed = .mostLenient
            let lenient = stage.verdict
            stage.configuration.mixed = .strictest
            let strictest = stage.verdict
            let isWaiting = lenient.decision.demand == .tempfail
            #expect(lenient.outcome.severity <= strictest.outcome.severity || isWaiting)
        }
    }

    @Test func `steps that grow harder make a higher score no milder and a lower ceiling no harder`() throws {
        var stage = Stage()
        stage.configuration.actions = [
            .tagAtRequired, try step("7", "tag", "copy:c@example.net"), try step("9", "quarantine"),
            try step("12", "tempfail"),
            try step("15", "reject"), try step("20", "discard"),
        ]
        stage.authentication = Authentication(mechanism: [], identity: [])
        var generator = SeededGenerator(seed: 10)
        for _ in 0..<Self.rounds {
            let scores = [Int64.random(in: 0...25_000, using: &generator), .random(in: 0...25_000, using: &generator)]
                .sorted()
            let ceilings = [Ceiling.tagOnly, .noReject, .full]
            let severities = scores.map { score in
                ceilings.map { ceiling in
                    stage.configuration.exempt.authenticated = ceiling
                    stage.findings.spamd = ScannerReport(.answered(SpamdAnswer(score: Points(thousandths: score))))
                    return stage.verdict.outcome.severity
                }
            }
            #expect(zip(severities[0], severities[1]).allSatisfy { $0 <= $1 })
            #expect(severities.allSatisfy { $0 == $0.sorted() })
        }
    }

    @Test func `one message and one set of findings have one verdict`() throws {
        try each(seed: 11) { stage, verdict, disposition in
            var again = stage
            if var answer = stage.findings.spamd.answer {
                answer.symbols.reverse()
                again.findings.spamd.state = .answered(answer)
            }
            #expect(again.verdict == verdict)
            #expect(again.disposition == disposition)
        }
    }

    @Test func `every verdict can be explained in printable lines`() throws {
        try each(seed: 12) { stage, verdict, _ in
            let lines = Explanation(of: verdict, from: stage.findings, under: stage.configuration).lines
            #expect(!lines.isEmpty)
            #expect(lines.allSatisfy { $0.utf8.allSatisfy(\.isPrintableASCII) })
        }
    }
}
