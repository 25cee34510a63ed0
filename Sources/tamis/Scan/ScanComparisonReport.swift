import Filter
import Mail
import Policy

/// What `tamis scan --policy A --against B` shows of one message: for people, or as one line of JSON.
struct ScanComparisonReport {
    let file: String
    /// Nil when there was no message to judge; `problem` says why.
    var judgement: Judgement?
    var comparison: PolicyComparison?
    var problem: String?

    init(file: String, judgement: Judgement, comparison: PolicyComparison) {
        self.file = file
        self.judgement = judgement
        self.comparison = comparison
    }

    init(file: String, problem: String) {
        self.file = file
        self.problem = problem
    }
}

// MARK: - For people

extension ScanComparisonReport {
    /// Nil for a message on which both policies agree, since only what would change is listed.
    ///
    /// `mail/1: verdict spam -> ham, action reject -> none, score 7.4, required 5.0 -> 8.0, reply 550 5.7.1 No -> none`
    var text: String? {
        let name = TerminalText.line(file)
        guard let comparison else { return "\(name): \(problem ?? "not judged")" }
        guard let second = comparison.second else {
            return "\(name): not comparable, since A skips it and nobody was asked"
        }
        guard !comparison.differences.isEmpty else { return nil }
        let (one, two) = (ShownOpinion(comparison.first), ShownOpinion(second))
        let parts = [
            ("verdict", one.verdict, two.verdict), ("action", one.action, two.action), ("score", one.score, two.score),
            ("required", one.required, two.required), ("reply", one.reply, two.reply),
        ]
        var lines = ["\(name): " + parts.map { "\($0) \(Self.change($1, $2))" }.joined(separator: ", ")]
        // Other differences show in the headers anyway.
        if comparison.differences == [.edits] {
            lines += Self.without(two.edits, one.edits).map { "  - \($0)" }
            lines += Self.without(one.edits, two.edits).map { "  + \($0)" }
        }
        if !comparison.lacks.isEmpty {
            lines.append("  B would have asked otherwise: \(comparison.lacks.map(\.rawValue).joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }

    static func change(_ one: String, _ two: String) -> String { one == two ? one : "\(one) -> \(two)" }

    private static func without(_ known: [String], _ lines: [String]) -> [String] {
        lines.filter { !known.contains($0) }.map { TerminalText.line($0) }
    }
}

/// One policy's opinion in words.
private struct ShownOpinion {
    let verdict: String
    let action: String
    let score: String
    let required: String
    let reply: String
    let edits: [String]

    init(_ opinion: PolicyComparison.Opinion) {
        verdict = opinion.verdict.kind.rawValue
        action = opinion.verdict.shownActions
        score = opinion.verdict.shownScore?.description ?? "none"
        required = opinion.verdict.required.description
        reply = opinion.verdict.outcome.reply?.description.split(separator: "\n").joined(separator: " ") ?? "none"
        edits = opinion.disposition.edits.map(\.summary)
    }
}

extension Verdict {
    /// As `actionWords`, with the addresses of copies and redirections.
    fileprivate var shownActions: String {
        let words = outcome.actions.map { (isEnforced ? "" : "would-") + "\($0)" }
        return words.isEmpty ? ActionKind.none.rawValue : words.joined(separator: ",")
    }
}

// MARK: - As JSON

extension ScanComparisonReport {
    var json: String {
        JSONValue.object([
            "file": .fileName(file),
            "differs": comparison.map { .strings($0.differences.map(\.rawValue)) } ?? .null,
            "lacks": comparison.map { .strings($0.lacks.map(\.rawValue)) } ?? .null,
            "policy": comparison.map { json($0.first) } ?? .null,
            "against": comparison?.second.map(json) ?? .null,
            "unscanned": judgement?.findings.map { .strings($0.unscanned) } ?? .null,
            "skipped": judgement?.findings.map { .strings($0.skipped) } ?? .null,
            "error": .optional(problem),
        ]).description
    }

    private func json(_ opinion: PolicyComparison.Opinion) -> JSONValue {
        .object([
            "verdict": .string(opinion.verdict.kind.rawValue),
            "action": .string(opinion.verdict.shownActions),
            "score": opinion.verdict.shownScore.map { .decimal($0.exactText) } ?? .null,
            "required": .decimal(opinion.verdict.required.exactText),
            "reply": .optional(opinion.verdict.outcome.reply?.description),
            "edits": .array(opinion.disposition.edits.map(\.json)),
        ])
    }
}

// MARK: - All of them

/// What `tamis scan --against` says in the end.
struct ScanComparisonSummary {
    private(set) var messages = 0
    private(set) var differing = 0
    private(set) var incomparable = 0
    var failures = 0
    private var aspects: [PolicyComparison.Aspect: Int] = [:]
    private var changes: [String: Int] = [:]

    mutating func add(_ comparison: PolicyComparison) {
        messages += 1
        guard let second = comparison.second else {
            incomparable += 1
            return
        }
        if !comparison.differences.isEmpty { differing += 1 }
        for aspect in comparison.differences { aspects[aspect, default: 0] += 1 }
        let (one, two) = (ShownOpinion(comparison.first), ShownOpinion(second))
        if one.verdict != two.verdict { changes["verdict \(one.verdict) -> \(two.verdict)", default: 0] += 1 }
        if one.action != two.action { changes["action \(one.action) -> \(two.action)", default: 0] += 1 }
    }

    /// `12 messages, 3 differ: verdict 1, action 3, edits 3`, and below it how often what became what, the most frequent first.
    var text: String {
        var first = "\(messages) message\(messages == 1 ? "" : "s"), \(differing) differ"
        let counts = PolicyComparison.Aspect.allCases.compactMap { aspect in
            aspects[aspect].map { "\(aspect.rawValue) \($0)" }
        }
        if !counts.isEmpty { first += ": " + counts.joined(separator: ", ") }
        if incomparable > 0 { first += "; \(incomparable) not comparable" }
        if failures > 0 { first += "; \(failures) not judged" }
        let sorted = changes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return ([first] + sorted.map { "  \($0.key): \($0.value)" }).joined(separator: "\n")
    }
}
