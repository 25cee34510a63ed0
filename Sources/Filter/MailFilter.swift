package import Mail
package import NIOCore
package import Policy

/// A message in, a judgement out. Knows no MTA: the daemon and `tamis scan` use the same.
///
/// All scanners are asked at the same time under one absolute deadline; then the policy says what their answers mean. Whatever a
/// scanner does, a judgement comes by the deadline: silence is a finding like any other.
package struct MailFilter: Sendable {
    /// How much of a message's own bytes scanners see at most (`limits.max-scan-size`).
    package let maximumScanSize: Int
    package let policy: ScorePolicy
    private let spamd: (any Scanning<SpamdAnswer>)?
    private let pyzor: (any Scanning<PyzorAnswer>)?

    /// A scanner that is nil is switched off: it is shown as skipped.
    package init(
        policy: ScorePolicy,
        maximumScanSize: Int,
        spamd: (any Scanning<SpamdAnswer>)?,
        pyzor: (any Scanning<PyzorAnswer>)?
    ) {
        self.policy = policy
        self.maximumScanSize = maximumScanSize
        self.spamd = spamd
        self.pyzor = pyzor
    }

    /// Asks the scanners about `message` and judges it.
    ///
    /// - Parameter writesReceived: whether the copy begins with a Received field of ours: for a message that the MTA
    ///   handed over without its own.
    package func judge(_ message: Message, writesReceived: Bool = true, deadline: NIODeadline) async -> Judgement {
        switch firstLook(at: message, writesReceived: writesReceived) {
        case .settled(let judgement): judgement
        case .open(let inquiry): judge(inquiry, await findings(inquiry.question, deadline: deadline))
        }
    }

    /// The first of three steps of `judge`, for callers that have a thread of their own for all but the waiting; the message's
    /// body is not needed after it.
    package func firstLook(at message: Message, writesReceived: Bool = true) -> FirstLook {
        let facts = policy.facts(of: message)
        if let exempt = policy.exemption(of: facts) { return .settled(Judgement(exempt: exempt)) }
        return .open(Inquiry(facts: facts, question: question(about: message, writesReceived: writesReceived)))
    }

    /// The second step: what the scanners say.
    package func findings(_ question: ScanQuestion, deadline: NIODeadline) async -> Findings {
        async let spamd = spamd?.scan(question, deadline: deadline)
        async let pyzor = pyzor?.scan(question, deadline: deadline)
        return Findings(
            spamd: await spamd ?? ScannerReport(.skipped(.disabled)),
            pyzor: await pyzor ?? ScannerReport(.skipped(.disabled)),
            truncation: question.copy.cut.map { Truncation(sent: $0.sent, total: $0.total) }
        )
    }

    /// The third step: what that means.
    package func judge(_ inquiry: Inquiry, _ findings: Findings) -> Judgement {
        judgement(inquiry.facts, findings, since: inquiry.start)
    }

    /// Judges `message` without an answer: all scanners that are not disabled are silent for one reason.
    ///
    /// - Parameter start: since when answers were waited for.
    package func judge(
        _ message: Message,
        unasked reason: SilenceReason,
        since start: NIODeadline = .now()
    ) -> Judgement {
        let facts = policy.facts(of: message)
        if let exempt = policy.exemption(of: facts) { return Judgement(exempt: exempt) }
        return judgement(facts, .silent(reason, disabled: disabled), since: start)
    }

    private var disabled: Set<ScannerName> {
        Set([spamd == nil ? .spamd : nil, pyzor == nil ? .pyzor : nil].compactMap(\.self))
    }

    /// What scanners are asked about `message`.
    package func question(about message: Message, writesReceived: Bool) -> ScanQuestion {
        let received = writesReceived ? ReceivedField(for: message) : nil
        return ScanQuestion(
            copy: ScanCopy(of: message, received: received, limit: maximumScanSize),
            user: policy.spamdUser(for: message.envelope.recipients)?.description
        )
    }

    private func judgement(_ facts: MessageFacts, _ findings: Findings, since start: NIODeadline) -> Judgement {
        let verdict = policy.judge(findings, for: facts)
        return Judgement(
            findings: findings,
            verdict: verdict,
            disposition: policy.disposition(of: verdict, from: findings, for: facts),
            milliseconds: start.millisecondsUntilNow
        )
    }
}

/// What is known about a message before anybody is asked.
package enum FirstLook: Sendable {
    /// The message is exempt: nobody is asked.
    case settled(Judgement)
    case open(Inquiry)
}

/// A message that is to be judged: what the policy looks at, and what scanners are asked.
package struct Inquiry: Sendable {
    package let facts: MessageFacts
    package let question: ScanQuestion
    fileprivate let start = NIODeadline.now()
}

extension NIODeadline {
    /// How long ago this was.
    var millisecondsUntilNow: Int64 { (NIODeadline.now() - self).nanoseconds / 1_000_000 }
}
