import Synchronization

/// Something that is shut until a test opens it: the way to hold an answer back without a clock.
package final class Gate: Sendable {
    private let isOpen = Mutex(false)

    package init() {}

    package func open() { isOpen.withLock { $0 = true } }

    /// Waits until it is open.
    package func pass() throws {
        try waitUntil("the gate was opened", within: .seconds(120)) { isOpen.withLock { $0 } }
    }
}

/// A place where several must have arrived before any of them goes on.
///
/// Two stand-ins that meet here before they answer prove that both have been asked at the same time: to a filter
/// that asks one after the other neither of them would ever answer.
package final class Rendezvous: Sendable {
    private let awaited: Int
    private let arrived = Mutex(0)

    package init(_ awaited: Int) { self.awaited = awaited }

    /// Waits until all have come.
    package func meet(within limit: Duration = .seconds(60)) throws {
        arrived.withLock { $0 += 1 }
        try waitUntil("all \(awaited) had met", within: limit) { arrived.withLock { $0 } >= awaited }
    }
}
