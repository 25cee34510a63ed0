import Mail

extension ScorePolicy {
    /// What the silence of scanners asks for, by `unscanned`: none, quarantine or tempfail.
    ///
    /// Nothing in `mode: observe` and up to tag-only. Under no-reject a message may be put off for this reason, though not for
    /// being spam: to wait until a scanner is back is no refusal.
    func demand(of findings: Findings, standing: Standing) -> ActionKind {
        guard configuration.mode == .enforce, standing.ceiling > .tagOnly else { return .none }
        var demand = ActionKind.none
        if findings.spamd.silence != nil {
            switch configuration.unscanned.withoutSpamd {
            case .accept: break
            case .tempfail: demand = .tempfail
            case .quarantine: demand = .quarantine
            }
        }
        if findings.pyzor.silence != nil, configuration.unscanned.withoutPyzor == .tempfail { demand = .tempfail }
        return demand
    }

    /// What spam asks for and what silence asks for, together: a refusal for being spam is final, and a message that a silent
    /// scanner puts off is not touched.
    func outcome(of vote: Vote, verdict: Verdict, findings: Findings) -> Outcome {
        var outcome = Outcome(actions: vote.actions, affected: vote.affected)
        switch vote.severity {
        case .reject: outcome.reply = vote.reply ?? configuration.replies.reject
        case .tempfail: outcome.reply = vote.reply ?? configuration.replies.tempfail
        case .quarantine:
            outcome.quarantineReason = HeaderValue(
                "Spam: score=\(verdict.shownScore ?? .zero) required=\(verdict.required.shown)"
            )
        default: break
        }
        guard !vote.severity.isFinal else { return outcome }
        switch verdict.decision.demand {
        case .tempfail:
            return Outcome(actions: [.tempfail], reply: configuration.replies.scannerSilent)
        case .quarantine where vote.severity < .quarantine:
            outcome.actions.append(.quarantine)
            outcome.quarantineReason = HeaderValue("Not scanned: \(findings.unscanned.joined(separator: ","))")
            return outcome
        default: return outcome
        }
    }
}
