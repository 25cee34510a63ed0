import Dispatch
import Glibc
import Milter
import Settings

/// Waits for the messages in flight after SIGTERM, and leaves the process.
///
/// When none is left, or `limits.drain` is over, callbacks that still wait answer with a temporary failure; the last answers
/// are written; the socket is removed if it is ours; the process ends with status 0. libmilter's own stop is not used: it strands
/// messages.
struct DrainEnd: Sendable {
    let state: DaemonState
    let listener: MilterListener

    private static let interval = DispatchTimeInterval.milliseconds(50)
    /// How long the callbacks that were woken get to answer, and libmilter to write: an MTA that does not read may not keep us.
    private static let lastAnswers = DispatchTimeInterval.seconds(2)
    /// How long libmilter gets to write where it cannot be watched.
    private static let unwatchedAnswers = DispatchTimeInterval.milliseconds(300)

    func begin(on queue: DispatchQueue) {
        let span = state.live.settings.limits.drain
        state.log.write(
            LogRecord(
                .notice,
                "shutting down",
                ["inflight": .number(state.admission.inFlight), "drain": .text("\(span)")]
            )
        )
        let milliseconds = Int(
            min(span.components.seconds, 86_400) * 1_000 + span.components.attoseconds / 1_000_000_000_000_000
        )
        wait(until: .now() + .milliseconds(milliseconds), on: queue)
    }

    private func wait(until end: DispatchTime, on queue: DispatchQueue) {
        guard state.admission.inFlight > 0, DispatchTime.now() < end else { return refuseRest(on: queue) }
        after(Self.interval, on: queue) { wait(until: end, on: queue) }
    }

    private func refuseRest(on queue: DispatchQueue) {
        let left = state.admission.inFlight
        if left > 0 { state.log.write(LogRecord(.warning, "the drain is over", ["inflight": .number(left)])) }
        state.drain.end()
        settle(until: .now() + Self.lastAnswers, on: queue)
    }

    private func settle(until end: DispatchTime, on queue: DispatchQueue) {
        guard state.admission.inFlight > 0, DispatchTime.now() < end else {
            return seeOff(LastAnswers(), until: end, on: queue)
        }
        after(Self.interval, on: queue) { settle(until: end, on: queue) }
    }

    /// A message leaves our count in its callback, before libmilter writes the answer: asked in this order, none is missed. The
    /// first look comes later, so that a MAIL on its way to us still gets its busy answer.
    private func seeOff(_ answers: LastAnswers, until end: DispatchTime, on queue: DispatchQueue) {
        after(Self.interval, on: queue) {
            guard let owed = answers.owed else {
                return after(Self.unwatchedAnswers, on: queue) { leave(owing: 0) }
            }
            if owed == 0 || DispatchTime.now() >= end { leave(owing: owed) }
            seeOff(answers, until: end, on: queue)
        }
    }

    private func leave(owing owed: Int) -> Never {
        listener.removeSocketIfOurs()
        if state.live.shadow != nil { state.shadow.tellCounts() }
        // So many at least: a callback that still waits is one of both, a message between two commands only of the first.
        let unanswered = max(state.admission.inFlight, owed)
        state.log.write(LogRecord(.notice, "ended", ["unanswered": .number(unanswered)]))
        state.log.flush(milliseconds: 1_000)
        _exit(0)
    }

    private func after(
        _ interval: DispatchTimeInterval,
        on queue: DispatchQueue,
        _ step: @escaping @Sendable () -> Void
    ) {
        queue.asyncAfter(deadline: .now() + interval, execute: DispatchWorkItem(block: step))
    }
}
