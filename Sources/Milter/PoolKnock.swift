import CMilter
import Glibc
import Synchronization

/// Keeps libmilter's workers going while callbacks block.
///
/// QUIRK: libmilter's pool forgets a session now and then (Debian's 8.17.1 is built with _FFR_WORKERS_POOL): of two sessions that
/// become readable at the same moment while one worker is idle, one waits until some worker comes back (worker.c: the count
/// of idle workers falls only when the one that was signalled wakes). With all of them waiting for scanners that can take
/// longer than the MTA's patience, and after a burst of new connections the last ones waited for a second. Any new connection
/// makes the pool look again, and start a worker if none is idle. So we connect to our own socket and hang up: at once when a
/// callback begins to block in the last worker that we know to be free, and ten times a second while callbacks block. The
/// connection negotiates nothing, so no session is made for it.
///
/// It can go when libmilter counts its idle workers right.
final class PoolKnock: Sendable {
    private struct State: Sendable {
        var blocked = 0
        var isWatching = false
        var listener: Int32 = -1
        /// Wakes the watch; nil before it begins.
        var pipe: WakePipe?
    }

    /// The one of this process, as there is one libmilter.
    static let shared = PoolKnock()

    private static let intervalMilliseconds: Int32 = 100

    private let state = Mutex(State())

    /// Runs `body`, a callback that may block for long.
    func whileBlocking<Result>(_ body: () -> Result) -> Result {
        cmilter_note_worker()
        let wanted = state.withLock { state in
            state.blocked += 1
            defer { state.isWatching = true }
            return !state.isWatching || state.blocked >= cmilter_known_workers() ? state.pipe : nil
        }
        wanted?.wake()
        defer { state.withLock { $0.blocked -= 1 } }
        return body()
    }

    /// Begins to watch, in a thread of its own; `listener` is the listening descriptor. Returns 0 or an errno.
    func start(listener: Int32) -> Int32 {
        guard let pipe = WakePipe() else { return errno }
        state.withLock { state in
            state.listener = listener
            state.pipe = pipe
        }
        return cmilter_start_beside { PoolKnock.shared.watch() }
    }

    private func watch() {
        let (listener, pipe) = state.withLock { ($0.listener, $0.pipe) }
        guard let pipe else { return }
        while true {
            _ = pipe.wait(milliseconds: -1)
            var isDue = false
            while let blocked {
                // A full backlog means that new connections wait anyway: nothing to do about an error.
                if isDue || blocked >= cmilter_known_workers() { _ = cmilter_knock(listener) }
                isDue = !pipe.wait(milliseconds: Self.intervalMilliseconds)
            }
        }
    }

    /// How many callbacks block; nil ends the watch, since none does.
    private var blocked: Int? {
        state.withLock { state in
            state.isWatching = state.blocked > 0
            return state.isWatching ? state.blocked : nil
        }
    }
}
