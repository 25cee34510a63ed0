import CMilter
import Dispatch
import Glibc
import Synchronization

/// Keeps libmilter's workers going while callbacks block.
///
/// QUIRK: libmilter's pool forgets a session now and then (Debian's 8.17.1 is built with _FFR_WORKERS_POOL): of two sessions that
/// become readable at the same moment while one worker is idle, one waits until some worker comes back. With all of them waiting
/// for scanners that can take longer than the MTA's patience, and its mail is put off. Any new connection makes the pool look
/// again. So while an end-of-message callback runs, we connect to our own socket and hang up, ten times a second. The
/// connection negotiates nothing, so no session is made for it.
///
/// It can go when libmilter counts its idle workers right.
final class PoolKnock: Sendable {
    private struct State: Sendable {
        var blocked = 0
        var listener: Int32 = -1
    }

    /// The one of this process, as there is one libmilter.
    static let shared = PoolKnock()

    private static let firstWait: useconds_t = 20_000
    private static let interval: useconds_t = 100_000

    private let state = Mutex(State())
    private let hasBlocked = DispatchSemaphore(value: 0)

    /// Runs `body`, a callback that may block for long.
    func whileBlocking<Result>(_ body: () -> Result) -> Result {
        let isFirst = state.withLock { state in
            state.blocked += 1
            return state.blocked == 1
        }
        if isFirst { hasBlocked.signal() }
        defer { state.withLock { $0.blocked -= 1 } }
        return body()
    }

    /// Begins to watch, in a thread of its own; `listener` is the listening descriptor. Returns 0 or an errno.
    func start(listener: Int32) -> Int32 {
        state.withLock { $0.listener = listener }
        return cmilter_start_beside { PoolKnock.shared.watch() }
    }

    private func watch() {
        while true {
            hasBlocked.wait()
            usleep(Self.firstWait)
            while let listener = state.withLock({ $0.blocked > 0 ? $0.listener : nil }) {
                // A full backlog means that new connections wait anyway: nothing to do about an error.
                _ = cmilter_knock(listener)
                usleep(Self.interval)
            }
        }
    }
}
