import Dispatch
import Filter
import Mail
import Milter
import NIOCore
import Policy

/// The end of one message: has it judged, performs what was decided, writes the log line, and tells the status.
///
/// All is computed before the first modification is sent. When one cannot be sent, the message is put off: the MTA either has gone
/// or would keep half of our changes.
struct EndOfMessage {
    let state: DaemonState
    let live: LiveConfiguration
    /// Without its body as soon as scanners have their copy.
    var message: Message
    let isBusy: Bool

    /// How long past the deadline the Task may still hand in its result.
    private static let grace = DispatchTimeInterval.milliseconds(500)
    /// Whoever is woken later than this was not the only one who stood still.
    private static let lateness = DispatchTimeInterval.milliseconds(100)
    /// How often the MTA is told that we are still at work. Sendmail's default patience is 10 s (`R:10s`); and this is how we
    /// learn that the MTA has gone, and can stop asking.
    private static let progressInterval = DispatchTimeInterval.seconds(1)

    /// More fields than this are not removed from one message: it is refused.
    private static let maximumRemovals = 1_000

    private enum Outcome {
        case judged(Judgement)
        /// The grace period of a drain is over.
        case drained
        case mtaGone
    }

    /// What wakes the callback that waits.
    private enum Event: Sendable {
        case found(Findings)
        /// The grace period of a drain is over.
        case drained
    }

    mutating func answer(_ context: borrowing EndOfMessageContext) -> SessionStatus {
        if live.policy.configuration.mode == .enforce, hasExcessiveHeader {
            state.log.write(
                VerdictLine.refused(message, "reject", because: "header", live.logContents, live.logFormat)
            )
            return .reject(live.policy.configuration.replies.excessiveHeader)
        }
        if isBusy, live.refusesWhenBusy {
            state.log.write(VerdictLine.refused(message, "tempfail", because: "busy", live.logContents, live.logFormat))
            return live.busyStatus
        }
        switch isBusy ? .judged(live.filter.judge(message, unasked: .busy)) : judged(context) {
        case .judged(let judgement): return perform(judgement, context)
        case .drained:
            state.log.write(
                VerdictLine.refused(message, "tempfail", because: "drain", live.logContents, live.logFormat)
            )
            return live.busyStatus
        case .mtaGone:
            state.log.write(LogRecord(.info, queueID: message.queueID, "the MTA has gone"))
            return .tempfail(nil)
        }
    }

    /// Whether nobody could clean this header up: too many fields in all, or too many of those that are to be removed. Postfix
    /// takes time that grows with the square of the deletions, and its cleanup(8) panics at 20,000.
    private var hasExcessiveHeader: Bool {
        guard message.headers.fields.count > Self.maximumRemovals else { return false }
        return message.headers.isExcessive || live.policy.facts(of: message).removable.count > Self.maximumRemovals
    }

    /// Has scanners asked in a Task, on an event loop, and waits in this thread, libmilter's own. The one place where a Task stands
    /// on its own.
    private mutating func judged(_ context: borrowing EndOfMessageContext) -> Outcome {
        let start = DispatchTime.now()
        let asked = NIODeadline.now()
        let inquiry: Inquiry
        switch live.filter.firstLook(at: message) {
        case .settled(let judgement): return .judged(judgement)
        case .open(let open): inquiry = open
        }
        message.body = []
        let slot = OneShot<Event>()
        let deadline = asked + live.deadline
        let task = Task(executorPreference: LoopExecutor.next()) {
            [filter = live.filter, question = inquiry.question] in
            slot.fulfil(.found(await filter.findings(question, deadline: deadline)))
        }
        let waiter = state.drain.add { slot.fulfil(.drained) }
        defer { state.drain.remove(waiter) }
        var end = start + .nanoseconds(Int(live.deadline.nanoseconds)) + Self.grace
        var hadStandstill = false
        while true {
            switch slot.wait(until: min(.now() + Self.progressInterval, end)) {
            case .found(let findings): return .judged(live.filter.judge(inquiry, findings))
            case .drained:
                task.cancel()
                return .drained
            case nil: break
            }
            let now = DispatchTime.now()
            if now >= end {
                // Woken late, as after a standstill of the whole process: the event loops have not run either, and what has
                // arrived meanwhile counts.
                if now > end + Self.lateness, !hadStandstill {
                    hadStandstill = true
                    end = now + Self.grace
                    continue
                }
                task.cancel()
                return .judged(live.filter.judge(message, unasked: .timeout, since: asked))
            }
            guard context.progress() else {
                task.cancel()
                return .mtaGone
            }
        }
    }

    private func perform(_ judgement: Judgement, _ context: borrowing EndOfMessageContext) -> SessionStatus {
        do {
            for edit in judgement.disposition.edits { try context.perform(edit) }
        } catch {
            state.log.write(
                LogRecord(
                    .error,
                    queueID: message.queueID,
                    "put off: \(error)",
                    ["verdict": .text("\(judgement.verdict.kind)")]
                )
            )
            return .tempfail(nil)
        }
        state.log.write(VerdictLine.line(for: judgement, message, live.logContents, live.logFormat))
        if let shadow = live.shadow { state.shadow.compare(judgement, on: message, live.policy, shadow) }
        switch judgement.disposition.answer {
        case .accept: return .continue
        case .reject(let reply): return .reject(reply)
        case .tempfail(let reply): return .tempfail(reply)
        case .discard: return .discard
        }
    }
}
