package import Mail

/// What a message is found to be, and what follows from that. Printed by the log line and by `tamis scan`.
package struct Verdict: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// At least one scanner answered, and the score reached the threshold.
        case spam
        case ham
        /// Nobody answered.
        case unscanned
        /// An `exempt` rule said hands off.
        case exempt
    }

    package var kind: Kind
    /// spamd's points and Pyzor's together, exact; nil when nobody answered.
    package var score: Points?
    /// The score as people are shown it: to a tenth, and below the threshold when the message is ham.
    package var shownScore: Points?
    package var required: Points
    /// What Pyzor added; nil when it has not answered.
    package var pyzorPoints: Points?
    /// The rules that hit, sorted by bytes, each once, safe to print.
    package var tests: [String]
    /// The value of X-Spam-Status, unfolded; empty when the message is exempt.
    package var status: String
    /// What is done, or would be done: what spam asks for first, then what a silent scanner asks for.
    package var outcome: Outcome
    package var standing: Standing
    /// Whether the message may be changed at all: false in `mode: observe` and under log-only.
    package var isEnforced: Bool
    package var decision: Decision

    /// A verdict of this kind, with nothing found and nothing to be done.
    package init(kind: Kind, required: Points, standing: Standing, isEnforced: Bool) {
        self.kind = kind
        self.required = required
        self.standing = standing
        self.isEnforced = isEnforced
        tests = []
        status = ""
        outcome = Outcome()
        decision = Decision()
    }

    package var isSpam: Bool { kind == .spam }

    /// The log's `action=`: `none`, `tag,quarantine`, `would-reject`. `would-` stands before what spam asked for and did not
    /// get; what a silent scanner asks for is not asked for at all then.
    package var actionWords: String {
        let words = outcome.actions.map { (isEnforced ? "" : "would-") + $0.kind.rawValue }
        return words.isEmpty ? ActionKind.none.rawValue : words.joined(separator: ",")
    }
}

/// What is done with a message: the actions, and the texts and names that go with them.
package struct Outcome: Sendable, Equatable {
    package var actions: [Action]
    /// What the client is told if the actions refuse the message.
    package var reply: Reply?
    /// Why the message is held, if the actions say so.
    package var quarantineReason: HeaderValue?
    /// The recipients who ask for at least what the actions do to recipients: `redirect` and `delete-recipient` take these
    /// away and no others.
    package var affected: [Envelope.Address]

    package init(
        actions: [Action] = [],
        reply: Reply? = nil,
        quarantineReason: HeaderValue? = nil,
        affected: [Envelope.Address] = []
    ) {
        self.actions = actions
        self.reply = reply
        self.quarantineReason = quarantineReason
        self.affected = affected
    }

    /// The hardest of the actions.
    package var severity: ActionKind { actions.map(\.kind).max() ?? .none }
}

/// Which row, step and limit decided: what `tamis scan --explain` shows.
package struct Decision: Sendable, Equatable {
    /// The row of `recipients` that counted; nil: the general settings.
    package var row: Int?
    /// The step that counted, as an index into the actions of that row; nil: none was reached, or none was allowed.
    package var step: Int?
    /// Whether a harder step was reached and passed over, since the limit forbids it.
    package var isLimited = false
    /// The hardest action that the ceiling and `score.pyzor.alone` allowed.
    package var limit = ActionKind.discard
    /// Whether `score.pyzor.alone` applied: spamd has not answered.
    package var isAlone = false
    /// How many rows the recipients of the message have, the general settings counting as one.
    package var rowCount = 1
    /// Whether Pyzor's whitelist took its points away.
    package var isWhitelisted = false
    /// Whether spamd itself counted Pyzor's hit, so that ours gives no points.
    package var isCountedBySpamd = false
    /// What the silence of a scanner asked for: none, quarantine or tempfail.
    package var demand = ActionKind.none

    package init() {}
}
