import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Daemon

struct WatchdogTests {
    private let log = LogOutput(destination: .standardError, level: .error, descriptor: -1)

    /// A watchdog, and how often it said that all is well.
    private func watchdog(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        ownsSocket: @escaping @Sendable () -> Bool = { true }
    ) -> (Watchdog, Counter) {
        let counter = Counter()
        return (Watchdog(log: log, group: group, ownsSocket: ownsSocket, isWell: { counter.increment() }), counter)
    }

    /// Waits until the round has no sign missing but these.
    private func settled(_ watchdog: Watchdog, missing: [String] = []) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while watchdog.missingSigns() != missing {
            try #require(ContinuousClock.now < end, "signs of life still missing: \(watchdog.missingSigns())")
            await Task.yield()
        }
    }

    @Test func `a daemon that lives is well in each round`() async throws {
        let (watchdog, counter) = watchdog()
        for _ in 0..<5 {
            watchdog.round()
            try await settled(watchdog)
        }
        #expect(counter.value == 5)
    }

    @Test func `two rounds with another's socket in our place withhold the message, and ours again brings it back`()
        async throws
    {
        let isOurs = Mutex(true)
        let (watchdog, counter) = watchdog(ownsSocket: { isOurs.withLock { $0 } })
        watchdog.round()
        isOurs.withLock { $0 = false }
        for _ in 0..<3 {
            try await settled(watchdog, missing: ["socket"])
            watchdog.round()
        }
        #expect(counter.value == 2)
        isOurs.withLock { $0 = true }
        try await settled(watchdog)
        watchdog.round()
        #expect(counter.value == 3)
    }

    @Test func `an event loop that hangs withholds the message`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (watchdog, counter) = watchdog(group: group)
        let release = DispatchSemaphore(value: 0)
        group.next().execute { release.wait() }
        for _ in 0..<4 { watchdog.round() }
        #expect(counter.value == 2)
        release.signal()
        try await group.shutdownGracefully()
    }
}

final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func increment() {
        count.withLock { $0 += 1 }
    }
}
