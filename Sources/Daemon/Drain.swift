import Synchronization

/// The end of the daemon's life: from the first SIGTERM on no message is begun, and those in flight are finished.
///
/// Callbacks that wait for a verdict register here, so that the end of the grace period can wake them: each then answers with
/// a temporary failure of our own instead of a lost connection.
final class Drain: Sendable {
    private struct State {
        var isOver = false
        var nextKey = 0
        var waiting: [Int: WakeUp] = [:]
    }

    /// What wakes a waiting callback. A struct, since a bare closure may not stand in a Mutex.
    private struct WakeUp: Sendable {
        let call: @Sendable () -> Void
    }

    private let state = Mutex(State())
    private let admission: Admission

    /// - Parameter admission: where messages begin.
    init(closing admission: Admission) {
        self.admission = admission
    }

    /// Whether new messages are refused.
    var isDraining: Bool { admission.isClosed }

    /// Refuses new messages from now on; false when that was so already.
    func begin() -> Bool { admission.close() }

    /// Wakes everybody who waits, now and in future: the grace period is over.
    func end() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for wakeUp in waiting { wakeUp.call() }
    }

    /// Calls `wakeUp` once, should the grace period end before `remove`; at once if it has ended.
    func add(wakeUp: @escaping @Sendable () -> Void) -> Int {
        let (key, isOver) = state.withLock { state in
            state.nextKey += 1
            state.waiting[state.nextKey] = WakeUp(call: wakeUp)
            return (state.nextKey, state.isOver)
        }
        if isOver { wakeUp() }
        return key
    }

    func remove(_ key: Int) {
        _ = state.withLock { $0.waiting.removeValue(forKey: key) }
    }
}
