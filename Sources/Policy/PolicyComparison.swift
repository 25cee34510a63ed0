package import Mail

/// What a second policy makes of a message that the first one judged: the shadow of the daemon, the other side of
/// `tamis scan --against`.
///
/// Both look at the same answers of the scanners, which were asked as the first policy wanted. Where the second one would have needed
/// something else, `lacks` says so. Nothing of this changes what becomes of the message.
package struct PolicyComparison: Sendable, Equatable {
    /// What can differ, in the order in which it is told.
    package enum Aspect: String, Sendable, Hashable, CaseIterable {
        case verdict
        case action
        case reply
        case score
        case required
        /// What is written into the message, and its recipients.
        case edits

        /// Whether the client or the recipients would notice more than other headers.
        package var isWeighty: Bool { self == .verdict || self == .action || self == .reply }
    }

    /// What the second policy would have needed and does not have.
    package enum Lack: String, Sendable, Hashable, CaseIterable {
        /// The first policy skips the message, so nobody was asked: there is no second opinion.
        case scan
        /// spamd was asked for another user, or for none.
        case user
        /// The recipients would have come in messages of their own (`mixed: split`).
        case split
        /// spamd's report.
        case report
        /// spamd's own header fields.
        case takeOver = "take-over"
    }

    /// What one policy says.
    package struct Opinion: Sendable, Equatable {
        package let verdict: Verdict
        package let disposition: Disposition

        package init(_ verdict: Verdict, _ disposition: Disposition) {
            self.verdict = verdict
            self.disposition = disposition
        }
    }

    package let first: Opinion
    /// Nil when it cannot be had.
    package let second: Opinion?
    package let differences: [Aspect]
    package let lacks: [Lack]

    /// - Parameters:
    ///   - first: what `policy` said of the message, from `findings`; these are nil when it skipped the message.
    ///   - other: the second policy.
    package init(
        _ first: Opinion,
        of policy: ScorePolicy,
        from findings: Findings?,
        with other: ScorePolicy,
        on message: Message
    ) {
        self.first = first
        let facts = other.facts(of: message)
        second = Self.opinion(of: other, findings, facts)
        lacks = Lack.allCases.filter { Self.isLacking($0, policy, findings, other, facts) }
        differences = second.map { second in Aspect.allCases.filter { Self.differ(first, second, in: $0) } } ?? []
    }

    /// Whether verdict, action or reply differ.
    package var isWeighty: Bool { differences.contains(where: \.isWeighty) }

    private static func opinion(of policy: ScorePolicy, _ findings: Findings?, _ facts: MessageFacts) -> Opinion? {
        if let exempt = policy.exemption(of: facts) { return Opinion(exempt, .untouched) }
        guard let findings else { return nil }
        let verdict = policy.judge(findings, for: facts)
        return Opinion(verdict, policy.disposition(of: verdict, from: findings, for: facts))
    }

    private static func differ(_ first: Opinion, _ second: Opinion, in aspect: Aspect) -> Bool {
        switch aspect {
        case .verdict: first.verdict.kind != second.verdict.kind
        case .action: first.verdict.outcome.actions != second.verdict.outcome.actions || isEnforced(first, second)
        case .reply: first.verdict.outcome.reply != second.verdict.outcome.reply
        case .score: first.verdict.shownScore != second.verdict.shownScore
        case .required: first.verdict.required != second.verdict.required
        case .edits: first.disposition.edits != second.disposition.edits
        }
    }

    /// Whether one takes actions that the other would only have taken.
    private static func isEnforced(_ first: Opinion, _ second: Opinion) -> Bool {
        !first.verdict.outcome.actions.isEmpty && first.verdict.isEnforced != second.verdict.isEnforced
    }

    private static func isLacking(
        _ lack: Lack,
        _ policy: ScorePolicy,
        _ findings: Findings?,
        _ other: ScorePolicy,
        _ facts: MessageFacts
    ) -> Bool {
        if other.exemption(of: facts) != nil { return false }
        let recipients = facts.envelope.recipients
        let hasAnswer = findings?.spamd.answer != nil
        switch lack {
        case .scan: return findings == nil
        case .user: return hasAnswer && policy.spamdUser(for: recipients) != other.spamdUser(for: recipients)
        case .split:
            let standing = other.standing(of: facts)
            return other.splits(recipients, standing) && !policy.splits(recipients, standing)
        case .report: return hasAnswer && other.wantsReport && !policy.wantsReport
        case .takeOver:
            let (wanted, asked) = (other.configuration.headers.takeOver, policy.configuration.headers.takeOver)
            return hasAnswer && !wanted.isEmpty && asked.isEmpty
        }
    }
}

extension ScorePolicy {
    fileprivate var wantsReport: Bool { configuration.headers.report != .never }

    /// Whether some of these recipients would be asked to come again.
    fileprivate func splits(_ recipients: [Envelope.Address], _ standing: Standing) -> Bool {
        recipients.contains { answer(to: $0, after: Array(recipients.prefix(1)), standing: standing) != .accept }
    }
}
