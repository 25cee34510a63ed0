import Synchronization

/// A value that comes once, and whoever waits for it.
///
/// The first value counts; later ones are dropped. It may come before anyone waits.
final class OneShot<Value: Sendable>: Sendable {
    /// A closure in a struct: a bare one in a Mutex leaks a thunk at every look.
    private struct Receiver {
        let call: @Sendable (Value) -> Void
    }

    private enum State {
        case empty
        case awaited(Receiver)
        case filled(Value)
        case done
    }

    private let state = Mutex(State.empty)

    /// Gives the value.
    ///
    /// - Returns: false if there was one before.
    @discardableResult
    func fulfil(_ value: Value) -> Bool {
        let (isFirst, receiver): (Bool, Receiver?) = state.withLock { state in
            switch state {
            case .empty:
                state = .filled(value)
                return (true, nil)
            case .awaited(let receiver):
                state = .done
                return (true, receiver)
            case .filled, .done:
                return (false, nil)
            }
        }
        receiver?.call(value)
        return isFirst
    }

    /// Calls with the value once it is there, at once if it is there already. Only one may wait.
    func whenFulfilled(_ call: @escaping @Sendable (Value) -> Void) {
        let value: Value? = state.withLock { state in
            guard case .filled(let value) = state else {
                state = .awaited(Receiver(call: call))
                return nil
            }
            state = .done
            return value
        }
        if let value { call(value) }
    }

    /// Waits for the value. It does not end by cancellation: give a value when the Task is cancelled.
    func value() async -> Value {
        await withCheckedContinuation { continuation in
            whenFulfilled { continuation.resume(returning: $0) }
        }
    }
}
