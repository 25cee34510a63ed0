import NIOCore
import Synchronization
import TestRig
import Testing

@testable import Spamd

struct HedgingTests {
    private static let message = FaultTests.message

    // MARK: When

    @Test func `nothing is asked twice before there is enough to tell what is slow`() {
        var hedging = Hedging()
        for _ in 1..<Hedging.enough { hedging.note(nanoseconds: 50_000_000) }
        #expect(hedging.begin() == nil)
        hedging.note(nanoseconds: 50_000_000)
        #expect(hedging.begin() == 50_000_000)
    }

    @Test(
        arguments: [
            (Array(1...100).map { Int64($0) }, 95), (Array(repeating: 7, count: 20), 7), ([1], 1), ([2, 1], 2),
            (Array(1...20).map { Int64($0) }, 19), ([], 0),
        ] as [([Int64], Int64)]
    )
    func `the 95th of 100 is what 95 kept to`(times: [Int64], expected: Int64) {
        var hedging = Hedging()
        for time in times.shuffled() { hedging.note(nanoseconds: time) }
        #expect(hedging.percentile95 == expected)
    }

    @Test func `only the latest questions count`() {
        var hedging = Hedging()
        for _ in 0..<Hedging.window { hedging.note(nanoseconds: 900_000_000) }
        for _ in 0..<Hedging.window { hedging.note(nanoseconds: 30_000_000) }
        #expect(hedging.begin() == 30_000_000)
    }

    @Test func `very fast servers are given some time all the same`() {
        var hedging = Hedging()
        for _ in 0..<Hedging.enough { hedging.note(nanoseconds: 1) }
        #expect(hedging.begin() == Hedging.shortestNanoseconds)
    }

    @Test func `when all are slow, one question in ten is asked twice after the first few`() {
        var hedging = Hedging()
        for _ in 0..<Hedging.enough { hedging.note(nanoseconds: 1) }
        let spent = (0..<1_000).count { _ in
            _ = hedging.begin()
            return hedging.spend()
        }
        #expect((100...111).contains(spent))
        #expect(hedging.asked == spent)
    }

    // MARK: The race

    /// A client of these servers that has learned that they are fast.
    private func learnedClient(_ servers: StandIn..., hedges: Bool = true, heard: Heard = Heard()) throws -> SpamdClient
    {
        var configuration = SpamdClient.Configuration(servers: servers.map(\.server), timeout: .seconds(30))
        configuration.hedges = hedges
        configuration.observer = SpamdObserver { heard.note($0) }
        let client = try SpamdClient(configuration: configuration)
        for _ in 0..<Hedging.enough { client.pool.noteTime(.milliseconds(1), isAnswered: true) }
        return client
    }

    @Test func `a second server answers for one that hangs, which is left at once`() async throws {
        let (slow, fast) = (try await StandIn(.hang), try await StandIn(.ok))
        let heard = Heard()
        let client = try learnedClient(slow, fast, heard: heard)
        let scan = try await client.symbols(Self.message)
        #expect(scan.server == fast.server)
        #expect(client.hedgeCounters == HedgeCounters(asked: 1, won: 1))
        #expect(heard.events == [.askedSecond(fast.server, insteadOf: slow.server)])
        #expect(client.pool.pending(slow.server) == 0 && client.pool.pending(fast.server) == 0)
        #expect(slow.sight.connections == 1 && fast.sight.connections == 1)
        await slow.stop()
        await fast.stop()
    }

    @Test func `the first server may still win, and then the second is left`() async throws {
        let gate = StandIn.Gate()
        let (first, second) = (try await StandIn(.gated(gate)), try await StandIn(.hang))
        let heard = Heard { event in
            if case .askedSecond = event { gate.open() }
        }
        let client = try learnedClient(first, second, heard: heard)
        #expect(try await client.symbols(Self.message).server == first.server)
        #expect(client.hedgeCounters == HedgeCounters(asked: 1, won: 0))
        #expect(client.pool.pending(second.server) == 0)
        await first.stop()
        await second.stop()
    }

    @Test func `when the second fails, the first is waited for; and each was asked once`() async throws {
        let gate = StandIn.Gate()
        let (first, second) = (try await StandIn(.gated(gate)), try await StandIn(.refuse))
        let heard = Heard()
        let client = try learnedClient(first, second, heard: heard)
        async let scan = client.symbols(Self.message)
        while second.sight.connections == 0 { await Task.yield() }
        gate.open()
        #expect(try await scan.server == first.server)
        #expect(first.sight.connections == 1 && second.sight.connections == 1)
        await first.stop()
        await second.stop()
    }

    @Test func `when both fail, neither is asked again, and the others may be`() async throws {
        let servers = (1...3).map { SpamdServer(standardPort: $0) }
        let client = try SpamdClient(configuration: .init(servers: servers, hedges: true))
        let asked = Asked()
        let secondAsked = OneShot<Bool>()
        var others = Array(servers.dropFirst())
        let note: @Sendable (SpamdServer) async -> Result<Response, SpamdError> = { server in
            asked.note(server)
            if server == servers[0] { _ = await secondAsked.value() } else { secondAsked.fulfil(true) }
            return .failure(SpamdError(.emptyResponse, server: server))
        }
        let (server, result) = await client.race(servers[0], &others, after: .milliseconds(1), note)
        #expect(throws: SpamdError(.emptyResponse, server: server)) { try result.get() }
        #expect(asked.servers == Array(servers.prefix(2)))
        #expect(others == [servers[2]])
    }

    @Test func `TELL, a client without hedges and a single server ask one server`() async throws {
        let gate = StandIn.Gate()
        let (first, second) = (try await StandIn(.gated(gate)), try await StandIn(.ok))
        let telling = try learnedClient(first, second)
        async let told = telling.tell(Self.message, .report)
        let plain = try learnedClient(first, second, hedges: false)
        async let scan = plain.symbols(Self.message)
        let single = try learnedClient(first)
        async let alone = single.symbols(Self.message)
        while first.sight.requests.count < 3 { await Task.yield() }
        gate.open()
        #expect(try await told.server == first.server)
        #expect(try await scan.server == first.server)
        #expect(try await alone.server == first.server)
        #expect(second.sight.connections == 0)
        for client in [telling, plain, single] { #expect(client.hedgeCounters == HedgeCounters()) }
        await first.stop()
        await second.stop()
    }

    @Test func `cancelling the Task ends both questions`() async throws {
        let (first, second) = (try await StandIn(.hang), try await StandIn(.hang))
        let client = try learnedClient(first, second)
        let task = Task { try await client.symbols(Self.message) }
        while second.sight.connections == 0 { await Task.yield() }
        task.cancel()
        let error = await #expect(throws: SpamdError.self) { try await task.value }
        #expect(error?.reason == .cancelled)
        #expect(client.pool.pending(first.server) == 0 && client.pool.pending(second.server) == 0)
        await first.stop()
        await second.stop()
    }

    @Test func `a server that is always overtaken is left alone after ten times`() async throws {
        let (slow, fast) = (try await StandIn(.hang), try await StandIn(.ok))
        let heard = Heard()
        let client = try learnedClient(slow, fast, heard: heard)
        for _ in 0..<ServerTable.toleratedDefeats {
            for _ in 0..<Hedging.window { client.pool.noteTime(.milliseconds(1), isAnswered: true) }
            #expect(try await client.symbols(Self.message).server == fast.server)
        }
        #expect(client.serversDown == [slow.server])
        await slow.stop()
        await fast.stop()
    }
}

/// What an observer was told.
private final class Heard: Sendable {
    private let kept = Mutex<[SpamdEvent]>([])
    private let react: @Sendable (SpamdEvent) -> Void

    init(_ react: @escaping @Sendable (SpamdEvent) -> Void = { _ in }) { self.react = react }

    var events: [SpamdEvent] { kept.withLock { $0 } }

    func note(_ event: SpamdEvent) {
        kept.withLock { $0.append(event) }
        react(event)
    }
}

/// Whom a race asked, in order.
private final class Asked: Sendable {
    private let kept = Mutex<[SpamdServer]>([])

    var servers: [SpamdServer] { kept.withLock { $0 } }

    func note(_ server: SpamdServer) { kept.withLock { $0.append(server) } }
}
