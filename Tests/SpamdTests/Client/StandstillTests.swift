import Glibc
import NIOCore
import NIOPosix
import TestRig
import Testing

@testable import Spamd

/// The process stands still (SIGSTOP, a virtual machine that is moved) and goes on when its timers are over: here it is the event
/// loop that does.
struct StandstillTests {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    @Test func `a connection that was made meanwhile is no connect timeout`() async throws {
        let standIn = try await StandIn(.ok)
        let timeout = TimeAmount.seconds(2)
        let client = try SpamdClient(
            configuration: .init(servers: [standIn.server], connectTimeout: timeout),
            group: group
        )
        stop(group.next(), for: timeout + .milliseconds(100)) { standIn.sight.connections >= 1 }
        #expect(try await client.check(FaultTests.message).verdict.isSpam)
        #expect(standIn.sight.connections >= 2, "the first connection was given up, so the loop did stand still")
        await standIn.stop()
        try await group.shutdownGracefully()
    }

    @Test func `an answer that came meanwhile is read although its deadline is over`() async throws {
        let gate = StandIn.Gate()
        let standIn = try await StandIn(.gated(gate))
        let client = try SpamdClient(configuration: .init(servers: [standIn.server]), group: group)
        let deadline = NIODeadline.now() + .seconds(8)
        async let scan = client.check(FaultTests.message, deadline: deadline)
        try await standIn.wait { $0.requests.count == 1 }
        group.next().execute {
            gate.open()
            while NIODeadline.now() < deadline + .milliseconds(100) { usleep(10_000) }
        }
        let isSpam = try await scan.verdict.isSpam
        #expect(isSpam)
        await standIn.stop()
        try await group.shutdownGracefully()
    }

    @Test func `a server that says nothing after a standstill has timed out`() async throws {
        let standIn = try await StandIn(.hang)
        let client = try SpamdClient(configuration: .init(servers: [standIn.server]), group: group)
        let deadline = NIODeadline.now() + .seconds(8)
        async let reason = SpamdClientTests.reason { () throws(SpamdError) in
            try await client.check(FaultTests.message, deadline: deadline)
        }
        try await standIn.wait { $0.requests.count == 1 }
        group.next().execute {
            while NIODeadline.now() < deadline + .milliseconds(100) { usleep(10_000) }
        }
        #expect(await reason == .timedOut(.response))
        await standIn.stop()
        try await group.shutdownGracefully()
    }

    @Test func `a whole answer whose connection stayed open counts, too`() async throws {
        let standIn = try await StandIn(
            .rawOpen("SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: True ; 9.0 / 5.0\r\n\r\nA,B")
        )
        let client = try SpamdClient(
            configuration: .init(servers: [standIn.server], connectTimeout: .seconds(20)),
            group: group
        )
        let deadline = NIODeadline.now() + .seconds(8)
        async let scan = client.symbols(FaultTests.message, deadline: deadline)
        try await standIn.wait { $0.requests.count == 1 }
        group.next().execute {
            while NIODeadline.now() < deadline + .milliseconds(100) { usleep(10_000) }
        }
        let symbols = try await scan.symbols
        #expect(symbols == ["A", "B"])
        await standIn.stop()
        try await group.shutdownGracefully()
    }

    @Test func `a server that cannot be reached costs a loop that is always late two tries, then the next is asked`()
        async throws
    {
        let (dead, good) = (try BlackHole(), try await StandIn(.ok))
        let servers = [try SpamdServer(dead.address), good.server]
        let client = try SpamdClient(
            configuration: .init(servers: servers, timeout: .seconds(60), connectTimeout: .milliseconds(300)),
            group: group
        )
        // Every timer comes 20 ms late or more.
        let late = group.next().scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { _ in
            usleep(70_000)
        }
        #expect(try await client.symbols(FaultTests.message).server == good.server)
        late.cancel()
        await good.stop()
        try await group.shutdownGracefully()
    }

    /// Runs tasks and looks at no socket until it is `time`; then stands still.
    private func stop(_ loop: any EventLoop, for duration: TimeAmount, when isTime: @escaping @Sendable () -> Bool) {
        loop.execute {
            guard isTime() else { return self.stop(loop, for: duration, when: isTime) }
            usleep(UInt32(duration.nanoseconds / 1_000))
        }
    }
}
