import Mail

/// The policy: what findings mean, by what the admin wrote.
///
/// Findings in, a verdict and a disposition out; no I/O, no clock, no state, nothing thrown. The way through it is
///
/// 1. `standing(client:)` at CONNECT, again at MAIL: may the message pass without us?
/// 2. `answer(to:after:standing:)` at RCPT: may this recipient stand beside the others?
/// 3. `judge(_:for:)` at the end: spam or not, and what the steps, rows and ceilings make of it;
/// 4. `disposition(of:from:for:)`: the edits and the answer, in the order in which the MTA gets them.
///
/// Whatever a scanner or a sender said, no rule here fails: numbers saturate, names are made safe, texts are cut.
package struct ScorePolicy: Sendable, Equatable {
    package let configuration: PolicyConfiguration

    package init(_ configuration: PolicyConfiguration) {
        self.configuration = configuration
    }

    /// The verdict on a message that an `exempt` rule skips; nil when it is to be scanned and judged.
    package func exemption(of facts: MessageFacts) -> Verdict? {
        let standing = standing(of: facts)
        guard standing.isSkipped else { return nil }
        return Verdict(
            kind: .exempt,
            required: required(of: nil, threshold: nil),
            standing: standing,
            isEnforced: false
        )
    }

    /// What the findings mean for a message.
    package func judge(_ findings: Findings, for facts: MessageFacts) -> Verdict {
        if let verdict = exemption(of: facts) { return verdict }
        let standing = standing(of: facts)
        let evidence = Evidence(findings, rules: configuration.score)
        let isEnforced = configuration.mode == .enforce && standing.ceiling > .logOnly
        let vote = vote(
            on: evidence,
            threshold: findings.spamd.answer?.required,
            limit: limit(standing, findings),
            facts: facts
        )

        var verdict = Verdict(kind: .ham, required: vote.required, standing: standing, isEnforced: isEnforced)
        verdict.kind = evidence.score == nil ? .unscanned : vote.isSpam ? .spam : .ham
        verdict.score = evidence.score
        verdict.shownScore = evidence.score.map { vote.isSpam ? $0.shown : $0.shownAsHam(below: vote.required) }
        verdict.pyzorPoints = evidence.pyzorPoints
        verdict.tests = evidence.tests
        verdict.status = StatusText(verdict, findings: findings).description
        verdict.decision = decision(vote, evidence: evidence, findings: findings, standing: standing)
        verdict.outcome = outcome(of: vote, verdict: verdict, findings: findings)
        return verdict
    }

    /// The hardest action that spam may meet.
    ///
    /// Under log-only nothing is done, and what would be done without it is logged.
    private func limit(_ standing: Standing, _ findings: Findings) -> ActionKind {
        let ceiling = standing.ceiling == .logOnly ? .discard : standing.ceiling.strongestAction
        return findings.spamd.answer == nil ? min(ceiling, configuration.score.alone) : ceiling
    }

    private func decision(
        _ vote: Vote,
        evidence: Evidence,
        findings: Findings,
        standing: Standing
    ) -> Decision {
        var decision = Decision()
        decision.row = vote.row
        decision.step = vote.step
        decision.isLimited = vote.isLimited
        decision.limit = limit(standing, findings)
        decision.isAlone = findings.spamd.answer == nil
        decision.rowCount = vote.rowCount
        decision.isWhitelisted = evidence.isWhitelisted
        decision.isCountedBySpamd = evidence.isCountedBySpamd
        decision.demand = demand(of: findings, standing: standing)
        return decision
    }
}
