import Dispatch
import Filter
import Mail
import Policy
import Synchronization

/// The second policy at work: judges beside the live one what that has judged, writes a line for each message where the two
/// differ, and counts.
///
/// It never touches mail. It works in a queue of its own, on copies without bodies, after the live policy has decided; the MTA's
/// callback waits for nothing here. When it cannot keep up, messages are left out and counted as `missed`.
final class Shadow: Sendable {
    struct Counts: Sendable, Equatable {
        /// Compared.
        var messages = 0
        /// Those with a line: verdict, action or reply differ.
        var differ = 0
        var verdict = 0
        var action = 0
        var reply = 0
        /// Those that the live policy skipped and the shadow would not have.
        var unasked = 0
        /// Those whose comparison lacks something that spamd was not asked, or recipients who would have come apart.
        var lacking = 0
        var missed = 0

        mutating func add(_ comparison: PolicyComparison) {
            messages += 1
            if comparison.isWeighty { differ += 1 }
            if comparison.differences.contains(.verdict) { verdict += 1 }
            if comparison.differences.contains(.action) { action += 1 }
            if comparison.differences.contains(.reply) { reply += 1 }
            if comparison.second == nil { unasked += 1 } else if !comparison.lacks.isEmpty { lacking += 1 }
        }
    }

    private struct State {
        var counts = Counts()
        var pending = 0
    }

    private let log: LogOutput
    private let queue = DispatchQueue(label: "tamisd.shadow", qos: .utility)
    private let state = Mutex(State())

    /// More messages than these never wait: each may hold a header of 1 MiB.
    static let maximumPending = 64

    init(log: LogOutput) {
        self.log = log
    }

    /// Compares what was decided about a message with what `other` would have decided. Returns at once.
    func compare(_ judgement: Judgement, on message: Message, _ policy: ScorePolicy, _ other: ScorePolicy) {
        let hasRoom = state.withLock { state in
            guard state.pending < Self.maximumPending else {
                state.counts.missed += 1
                return false
            }
            state.pending += 1
            return true
        }
        guard hasRoom else { return }
        var bare = message
        bare.body = []
        queue.async { [bare] in
            let comparison = PolicyComparison(
                .init(judgement.verdict, judgement.disposition),
                of: policy,
                from: judgement.findings,
                with: other,
                on: bare
            )
            self.state.withLock { state in
                state.counts.add(comparison)
                state.pending -= 1
            }
            if comparison.isWeighty, let line = Self.line(comparison, queueID: bare.queueID) { self.log.write(line) }
        }
    }

    /// Writes what was counted since the last time, once what is waiting is compared, for half a second at most.
    func tellCounts() {
        let isDone = DispatchSemaphore(value: 0)
        queue.async { isDone.signal() }
        _ = isDone.wait(timeout: .now() + .milliseconds(500))
        let counts = state.withLock { state in
            defer { state.counts = Counts() }
            return state.counts
        }
        log.write(Self.line(counts))
    }

    static func line(_ counts: Counts) -> LogRecord {
        LogRecord(
            .notice,
            "shadow policy",
            [
                "messages": .number(counts.messages), "differ": .number(counts.differ),
                "verdict": .number(counts.verdict), "action": .number(counts.action), "reply": .number(counts.reply),
                "unasked": .number(counts.unasked), "lacking": .number(counts.lacking),
                "missed": .number(counts.missed),
            ]
        )
    }

    /// `4F2A1B: shadow differs in=verdict,action verdict=spam shadow-verdict=ham action=reject shadow-action=none ...`; nil without
    /// a second opinion.
    static func line(_ comparison: PolicyComparison, queueID: Bytes?) -> LogRecord? {
        guard let second = comparison.second else { return nil }
        let first = comparison.first
        let differences = comparison.differences.filter(\.isWeighty).map(\.rawValue)
        let lacks = comparison.lacks.map(\.rawValue)
        return LogRecord(
            .notice,
            queueID: queueID,
            "shadow differs",
            [
                "in": .text(differences.joined(separator: ",")),
                "verdict": .text(first.verdict.kind.rawValue),
                "shadow-verdict": .text(second.verdict.kind.rawValue),
                "action": .text(actions(first)),
                "shadow-action": .text(actions(second)),
                "score": .text(first.verdict.shownScore?.description ?? "-"),
                "shadow-score": .text(second.verdict.shownScore?.description ?? "-"),
                "required": .text(first.verdict.required.description),
                "shadow-required": .text(second.verdict.required.description),
                "reply": .text(reply(first)),
                "shadow-reply": .text(reply(second)),
                "lacks": .text(lacks.isEmpty ? "none" : lacks.joined(separator: ",")),
            ]
        )
    }

    /// The words of `action=`; with their addresses where words alone would look the same.
    private static func actions(_ opinion: PolicyComparison.Opinion) -> String {
        let words = opinion.verdict.outcome.actions.map { (opinion.verdict.isEnforced ? "" : "would-") + "\($0)" }
        return words.isEmpty ? "none" : String(words.joined(separator: ",").prefix(200))
    }

    private static func reply(_ opinion: PolicyComparison.Opinion) -> String {
        opinion.verdict.outcome.reply.map { String("\($0)".prefix(150)) } ?? "-"
    }
}
