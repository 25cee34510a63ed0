import Synchronization

@testable import Pyzor

/// Collects a client's events and lets a test wait for one.
final class EventLog: Sendable {
    private struct State {
        var events: [PyzorEvent] = []
        var waiters: [(wanted: Predicate, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private struct Predicate: Sendable {
        let holds: @Sendable (PyzorEvent) -> Bool
    }

    private let state = Mutex(State())

    var events: [PyzorEvent] { state.withLock { $0.events } }

    var observer: PyzorObserver {
        PyzorObserver { event in
            let ready = self.state.withLock { state in
                state.events.append(event)
                let ready = state.waiters.filter { $0.wanted.holds(event) }
                state.waiters.removeAll { $0.wanted.holds(event) }
                return ready
            }
            for waiter in ready { waiter.continuation.resume() }
        }
    }

    /// Waits for an event, or returns at once when it has been.
    func happened(_ wanted: @escaping @Sendable (PyzorEvent) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard !state.events.contains(where: wanted) else { return true }
                state.waiters.append((Predicate(holds: wanted), continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
