import Dispatch
import Glibc
import Milter
import Settings

/// Waits for the messages in flight after SIGTERM, and leaves the process.
///
/// When none is left, or `limits.drain` is over, callbacks that still wait answer with a temporary failure; the socket is removed
/// if it is ours; the process ends at once with status 0. libmilter's own stop is not used: it strands messages.
struct DrainEnd: Sendable {
    let state: DaemonState
    let listener: MilterListener

    private static let interval = DispatchTimeInterval.milliseconds(50)
    /// How long libmilter gets to write the last answers: they leave after the callback has returned.
    private static let lastAnswers = DispatchTimeInterval.milliseconds(300)
    /// How long the callbacks that were woken get to answer.
    private static let lastRefusals = DispatchTimeInterval.seconds(2)

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
        queue.asyncAfter(deadline: .now() + Self.interval, execute: DispatchWorkItem { wait(until: end, on: queue) })
    }

    private func refuseRest(on queue: DispatchQueue) {
        let left = state.admission.inFlight
        if left > 0 { state.log.write(LogRecord(.warning, "the drain is over", ["inflight": .number(left)])) }
        state.drain.end()
        settle(until: .now() + (left > 0 ? Self.lastRefusals : .seconds(0)), on: queue)
    }

    private func settle(until end: DispatchTime, on queue: DispatchQueue) {
        let isSettled = state.admission.inFlight == 0 || DispatchTime.now() >= end
        let next = DispatchWorkItem {
            if isSettled { leave() }
            settle(until: end, on: queue)
        }
        queue.asyncAfter(deadline: .now() + (isSettled ? Self.lastAnswers : Self.interval), execute: next)
    }

    private func leave() -> Never {
        listener.removeSocketIfOurs()
        if state.live.shadow != nil { state.shadow.tellCounts() }
        state.log.write(LogRecord(.notice, "ended", ["unanswered": .number(state.admission.inFlight)]))
        state.log.flush(milliseconds: 1_000)
        _exit(0)
    }
}
