import Dispatch
import Synchronization

/// A place for one value, handed from a Task to a waiting libmilter thread.
///
/// Waiting blocks the thread, so only libmilter's own threads may do it, never a Task. Every wait has an end, whatever becomes
/// of the wall clock meanwhile.
final class OneShot<Value: Sendable>: Sendable {
    private let slot = Mutex<Value?>(nil)
    private let isFilled = TimedSignal()

    /// Puts the value there and wakes the waiter. Only the first value counts.
    func fulfil(_ value: Value) {
        let isFirst = slot.withLock { slot in
            guard slot == nil else { return false }
            slot = value
            return true
        }
        if isFirst { isFilled.set() }
    }

    /// The value, or nil when `time` came first.
    func wait(until time: DispatchTime) -> Value? {
        isFilled.wait(until: time) ? slot.withLock { $0 } : nil
    }
}
