package import Mail

/// What one row of `recipients` makes of a score.
struct Vote: Sendable, Equatable {
    /// Nil: the general settings.
    var row: Int?
    var required: Points
    var isSpam = false
    /// The step that counts, as an index into the row's actions.
    var step: Int?
    var isLimited = false
    var actions: [Action] = []
    var reply: Reply?
    /// How many rows the recipients have.
    var rowCount = 1
    /// The recipients whose own vote is at least as hard.
    var affected: [Envelope.Address] = []

    var severity: ActionKind { actions.map(\.kind).max() ?? .none }
}

extension ScorePolicy {
    /// The row of `recipients` that counts for this one, the first that matches; nil: the general settings.
    package func row(for recipient: Envelope.Address) -> Int? {
        guard !configuration.recipients.isEmpty else { return nil }
        let address = recipient.bare
        return configuration.recipients.firstIndex { $0.match.contains { $0.matches(address) } }
    }

    /// The threshold of a row: its own, else the general one, which may be spamd's.
    func required(of row: Int?, threshold: Points?) -> Points {
        if let row, let own = configuration.recipients[row].required { return own }
        return switch configuration.score.required {
        case .points(let points): points
        case .spamd: threshold ?? ScoreRules.fallback
        }
    }

    /// The steps of a row: its own, else the general ones.
    package func steps(of row: Int?) -> [Step] {
        row.flatMap { configuration.recipients[$0].actions } ?? configuration.actions
    }

    /// What the message's recipients make of a score together, by `mixed`.
    func vote(on evidence: Evidence, threshold: Points?, limit: ActionKind, facts: MessageFacts) -> Vote {
        let recipients = facts.envelope.recipients
        let rows = recipients.map(row)
        var votes: [Int?: Vote] = [:]
        var order: [Int?] = []
        for row in rows.isEmpty ? [nil] : rows where votes[row] == nil {
            votes[row] = vote(of: row, score: evidence.score, threshold: threshold, limit: limit)
            order.append(row)
        }
        var chosen =
            choose(among: order.compactMap { votes[$0] }) ?? Vote(required: required(of: nil, threshold: threshold))
        chosen.rowCount = order.count
        chosen.affected = zip(recipients, rows).filter { _, row in
            votes[row].map { $0.severity >= chosen.severity } ?? false
        }.map(\.0)
        return chosen
    }

    /// The vote of one row: the highest step that is reached, unless the limit forbids it; then the next one below.
    ///
    /// Where two steps are reached at the same score, the later one counts (`required` may be the number of another). When all
    /// that are reached ask for too much, the message is at least tagged, if the limit allows that.
    func vote(of row: Int?, score: Points?, threshold: Points?, limit: ActionKind) -> Vote {
        var vote = Vote(row: row, required: required(of: row, threshold: threshold))
        guard let score, score >= vote.required else { return vote }
        vote.isSpam = true
        let steps = steps(of: row)
        let reached = steps.indices
            .map { (index: $0, points: steps[$0].points(required: vote.required)) }
            .filter { $0.points <= score }
            .sorted { ($0.points, $0.index) > ($1.points, $1.index) }
        guard let highest = reached.first else { return vote }
        let allowed = reached.first { steps[$0.index].severity <= limit }
        vote.isLimited = allowed?.index != highest.index
        vote.step = allowed?.index
        vote.actions = allowed.map { steps[$0.index].actions } ?? (limit >= .tag ? [.tag] : [])
        vote.reply = allowed.flatMap { steps[$0.index].reply }
        return vote
    }

    /// Most lenient: the least hard outcome and, of equals, the highest threshold; strictest: the other end; of full equals the
    /// first recipient's. What `split` could not part (a local message) is judged most leniently.
    private func choose(among votes: [Vote]) -> Vote? {
        switch configuration.mixed {
        case .mostLenient, .split:
            votes.min { ($0.severity, $1.required) < ($1.severity, $0.required) }
        case .strictest:
            votes.min { ($1.severity, $0.required) < ($0.severity, $1.required) }
        }
    }
}
