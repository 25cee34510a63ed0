import Synchronization
import Testing

@testable import Daemon

struct WatchdogTests {
    /// A watchdog over signs that a test gives and withholds, and how often it said that all is well.
    private final class Rig: Sendable {
        private let given: Mutex<Set<String>>
        private let late = Mutex<[Late]>([])
        let counter = Counter()
        let log = LogOutput(destination: .standardError, level: .error, descriptor: -1)

        private struct Late: Sendable {
            let seen: @Sendable () -> Void
        }

        init(_ names: [String]) { given = Mutex(Set(names)) }

        func sign(_ name: String) -> LifeSign {
            LifeSign(name) { [self] seen in
                if given.withLock({ $0.contains(name) }) {
                    seen()
                } else {
                    late.withLock { $0.append(Late(seen: seen)) }
                }
            }
        }

        func give(_ name: String) { given.withLock { _ = $0.insert(name) } }

        func withhold(_ name: String) { given.withLock { _ = $0.remove(name) } }

        /// All signs that were withheld so far show after all.
        func comeLate() { for sign in late.withLock({ $0 }) { sign.seen() } }

        func watchdog(_ names: [String]) -> Watchdog {
            Watchdog(log: log, signs: names.map(sign), isWell: { self.counter.increment() })
        }
    }

    private static let names = ["event loop", "task", "socket", "listener"]

    @Test func `a daemon that lives is well in each round`() {
        let rig = Rig(Self.names)
        let watchdog = rig.watchdog(Self.names)
        for _ in 0..<5 { watchdog.round() }
        #expect(rig.counter.value == 5)
        #expect(watchdog.missingSigns == [])
    }

    @Test(arguments: names)
    func `two rounds without one sign withhold the message, and the sign brings it back`(name: String) {
        let rig = Rig(Self.names)
        let watchdog = rig.watchdog(Self.names)
        watchdog.round()
        rig.withhold(name)
        // The second round begins without the sign, the third finds it missing, the fourth for the second time.
        for expected in [2, 3, 3, 3] {
            watchdog.round()
            #expect(rig.counter.value == expected)
        }
        #expect(watchdog.missingSigns == [name])
        rig.give(name)
        watchdog.round()
        #expect(rig.counter.value == 3)
        watchdog.round()
        #expect(rig.counter.value == 4)
    }

    @Test func `one round without a sign is forgiven`() {
        let rig = Rig(Self.names)
        let watchdog = rig.watchdog(Self.names)
        for _ in 0..<4 {
            rig.withhold("listener")
            watchdog.round()
            rig.give("listener")
            watchdog.round()
        }
        #expect(rig.counter.value == 8)
    }

    @Test func `a sign that comes after its round is none`() {
        let rig = Rig([])
        let watchdog = rig.watchdog(["task"])
        for _ in 0..<4 {
            watchdog.round()
            let missing = watchdog.missingSigns
            #expect(missing == ["task"])
        }
        rig.give("never asked")
        #expect(rig.counter.value == 2)
        // All but the last belong to rounds that are over; the last is in time.
        rig.comeLate()
        #expect(watchdog.missingSigns == [])
        rig.withhold("task")
        watchdog.round()
        rig.comeLate()
        #expect(rig.counter.value == 3)
    }

    @Test func `three rounds fit in what the manager waits, and the shortest is a millisecond`() {
        #expect(Watchdog.roundLength(interval: 30_000_000) == 10_000_000)
        #expect(Watchdog.roundLength(interval: 1) == 1_000)
    }
}

final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func increment() {
        count.withLock { $0 += 1 }
    }
}
