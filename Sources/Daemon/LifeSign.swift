import NIOCore
import Synchronization

/// One thing that works in a daemon that lives.
struct LifeSign: Sendable {
    /// As the log names it when it is missing.
    let name: String
    /// Looks for the sign, without waiting for it, and calls `seen` when it shows.
    let look: @Sendable (_ seen: @escaping @Sendable () -> Void) -> Void

    init(_ name: String, look: @escaping @Sendable (_ seen: @escaping @Sendable () -> Void) -> Void) {
        self.name = name
        self.look = look
    }
}

extension LifeSign {
    /// All event loops of the group turn: scanners are asked there.
    static func eventLoops(_ group: any EventLoopGroup) -> LifeSign {
        LifeSign("event loop") { seen in
            let loops = Array(group.makeIterator())
            let count = Countdown(missing: loops.count, done: seen)
            for loop in loops { loop.execute { count.arrive() } }
        }
    }

    /// A Task runs: messages are judged in Tasks.
    static let task = LifeSign("task") { seen in
        Task { seen() }
    }

    /// The file of the milter's socket is still the one that we bound.
    static func socketFile(_ isOurs: @escaping @Sendable () -> Bool) -> LifeSign {
        LifeSign("socket") { seen in
            if isOurs() { seen() }
        }
    }

    /// An MTA that connects to our socket is answered within `patience`. A thread waits for it.
    static func listener(
        _ probe: @escaping @Sendable (_ deadline: ContinuousClock.Instant) -> String?,
        patience: Duration
    ) -> LifeSign {
        LifeSign("listener") { seen in
            startThread {
                if probe(.now + patience) == nil { seen() }
            }
        }
    }
}

/// Calls `done` when as many have arrived as were missing.
private final class Countdown: Sendable {
    private let missing: Mutex<Int>
    private let done: @Sendable () -> Void

    init(missing: Int, done: @escaping @Sendable () -> Void) {
        self.missing = Mutex(missing)
        self.done = done
    }

    func arrive() {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { done() }
    }
}
