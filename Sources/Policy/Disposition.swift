package import Mail

/// What the MTA is asked to do with a message: edits in the order in which they are sent, then an answer.
package struct Disposition: Sendable, Equatable {
    package enum Answer: Sendable, Hashable {
        case accept
        case reject(Reply)
        case tempfail(Reply)
        /// Accepted from the client and lost.
        case discard
    }

    /// Deleted fields (those of one name from the highest index down), the subject, inserted fields, recipients, quarantine.
    /// Empty unless the message is accepted.
    package var edits: [Modification]
    package var answer: Answer

    package init(edits: [Modification] = [], answer: Answer = .accept) {
        self.edits = edits
        self.answer = answer
    }

    /// The message passes as it is.
    package static let untouched = Disposition()
}

extension ScorePolicy {
    /// What follows from a verdict. `findings` are those that it was made from.
    package func disposition(of verdict: Verdict, from findings: Findings, for facts: MessageFacts) -> Disposition {
        guard verdict.kind != .exempt, configuration.mode == .enforce else { return .untouched }
        let deletions = deletions(for: facts)
        guard verdict.isEnforced else { return Disposition(edits: deletions) }
        if let answer = finalAnswer(to: verdict.outcome, for: facts) { return Disposition(answer: answer) }
        var edits = deletions
        if verdict.isSpam, let edit = configuration.headers.subjectTag.edit(of: facts.subject) { edits.append(edit) }
        edits += insertions(for: verdict, findings: findings, facts: facts)
        edits += recipientEdits(of: verdict.outcome, for: facts)
        if let reason = verdict.outcome.quarantineReason { edits.append(.quarantine(reason: reason)) }
        return Disposition(edits: edits)
    }

    /// Fields of one name go from the highest index down: Postfix renumbers after each, Sendmail does not.
    private func deletions(for facts: MessageFacts) -> [Modification] {
        facts.removable.reversed().map { .deleteHeader(name: $0.name, index: $0.index) }
    }

    /// The answer that leaves nothing to edit; nil when the message is accepted.
    private func finalAnswer(to outcome: Outcome, for facts: MessageFacts) -> Disposition.Answer? {
        switch outcome.severity {
        case .reject: .reject(outcome.reply ?? configuration.replies.reject)
        case .tempfail: .tempfail(outcome.reply ?? configuration.replies.tempfail)
        case .discard: .discard
        case .none, .tag, .copy, .redirect, .deleteRecipient, .quarantine:
            leavesNobody(outcome, for: facts) ? .discard : nil
        }
    }

    /// Whether every recipient is taken away and none is added. The MTAs differ in what they do then; a discard is the same.
    private func leavesNobody(_ outcome: Outcome, for facts: MessageFacts) -> Bool {
        let kinds = Set(outcome.actions.map(\.kind))
        guard kinds.contains(.deleteRecipient), !kinds.contains(.copy) else { return false }
        return outcome.affected.count == facts.envelope.recipients.count
    }

    /// New recipients first, so that the message never stands without one; a recipient who is to be added and is there already
    /// stays as he is.
    private func recipientEdits(of outcome: Outcome, for facts: MessageFacts) -> [Modification] {
        var added: [MailAddress] = []
        var isTaken = false
        for action in outcome.actions {
            switch action {
            case .copy(let address): added.append(address)
            case .redirect(let address):
                added.append(address)
                isTaken = true
            case .deleteRecipient: isTaken = true
            case .tag, .quarantine, .tempfail, .reject, .discard: break
            }
        }
        let isNew = { (address: MailAddress) in !facts.envelope.recipients.contains { address.isSame(as: $0) } }
        let additions = added.filter(isNew).map { Modification.addRecipient(address: $0.wireForm, parameters: []) }
        guard isTaken else { return additions }
        var seen: Set<Bytes> = []
        let removals = outcome.affected
            .filter { recipient in
                !added.contains { $0.isSame(as: recipient) } && seen.insert(recipient.wireForm).inserted
            }
            .map { Modification.deleteRecipient(address: $0.wireForm) }
        return additions + removals
    }
}
