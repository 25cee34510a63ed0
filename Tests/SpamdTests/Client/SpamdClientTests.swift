import NIOCore
import NIOPosix
import Synchronization
import TestRig
import Testing

@testable import Spamd

struct SpamdClientTests {
    static let message = FaultTests.message

    private func client(
        _ servers: StandIn...,
        change: (inout SpamdClient.Configuration) -> Void = { _ in }
    ) throws -> SpamdClient {
        var configuration = SpamdClient.Configuration(
            servers: servers.map(\.server),
            timeout: .seconds(20),
            connectTimeout: .seconds(20)
        )
        change(&configuration)
        return try SpamdClient(configuration: configuration)
    }

    // MARK: One server

    @Test func `every question is asked and answered`() async throws {
        let standIn = try await StandIn(.ok)
        let client = try client(standIn)
        #expect(try await client.ping() == standIn.server)
        #expect(try await client.check(Self.message).verdict.description == "True ; 7.5 / 5.0")
        #expect(try await client.symbols(Self.message).symbols == ["A", "B"])
        #expect(try await client.report(Self.message).report.rules.map(\.name) == [])
        #expect(try await client.reportIfSpam(Self.message).verdict.isSpam)
        #expect(try await client.process(Self.message).message.readableBytes == Self.message.readableBytes + 16)
        #expect(try await client.headers(Self.message).message.readableBytes == 18)
        #expect(try await client.tell(Self.message, .report).didSet == [.local, .remote])
        #expect(try await client.tell(Self.message, .forget).didRemove == [.local])
        #expect(try await client.send(Request(.skip)).response.body.readableBytes == 0)
        await standIn.stop()
    }

    @Test func `a message without a final line end is sent unchanged and our side is ended`() async throws {
        for place in [StandIn.Place.tcp, .unix, .tcp6] {
            let standIn = try await StandIn(.ok, on: place)
            let message = ByteBuffer(string: "Subject: a\r\n\r\nno line end")
            _ = try await client(standIn).check(message)
            #expect(standIn.sight.requests.map(\.body) == [message])
            await standIn.stop()
        }
    }

    @Test func `the configuration's user and compression are used, the request's own user comes first`() async throws {
        let standIn = try await StandIn(.ok)
        let client = try client(standIn) {
            $0.user = "mary"
            $0.compress = true
        }
        _ = try await client.check(Self.message)
        var request = Request(.check, body: Self.message)
        try request.setUser("jane")
        _ = try await client.send(request)
        #expect(standIn.sight.requests.map(\.user) == ["mary", "jane"])
        #expect(standIn.sight.requests.map(\.compress) == [true, false])
        #expect(standIn.sight.requests.allSatisfy { $0.body == Self.message })
        await standIn.stop()
    }

    @Test func `a large message is compressed and arrives whole`() async throws {
        let standIn = try await StandIn(.ok)
        let message = ByteBuffer(bytes: (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })
        _ = try await client(standIn) { $0.compress = true }.check(message)
        #expect(standIn.sight.requests.map(\.body) == [message])
        await standIn.stop()
    }

    @Test func `a user with a line end is refused before anything is sent`() async throws {
        let standIn = try await StandIn(.ok)
        let client = try client(standIn) { $0.user = "a\r\nSet: local" }
        let error = await #expect(throws: SpamdError.self) { try await client.check(Self.message) }
        #expect(error?.reason == .invalidRequest)
        #expect(standIn.sight.connections == 0)
        await standIn.stop()
    }

    @Test func `nobody listening is no connection`() async throws {
        let nobody = try RefusingPort()
        let server = try SpamdServer.tcp(host: "127.0.0.1", port: nobody.port)
        let client = try SpamdClient(configuration: .init(servers: [server]))
        let error = await #expect(throws: SpamdError.self) { try await client.check(Self.message) }
        #expect(error?.reason == .connectFailed)
        #expect(error?.description == "\(server): no connection: Connection refused")
        let missing = try SpamdClient(configuration: .init(servers: [.unix(path: StandIn.freePath())]))
        let second = await #expect(throws: SpamdError.self) { try await missing.check(Self.message) }
        #expect(second?.reason == .connectFailed)
        #expect(second?.text == "No such file or directory")
    }

    @Test func `a name that does not exist is not resolved`() async throws {
        let server = try SpamdServer("tamis-test.invalid:783")
        let told = Mutex(0)
        var configuration = SpamdClient.Configuration(servers: [server], timeout: .seconds(20))
        configuration.observer = SpamdObserver { event in
            if case .resolveFailed = event { told.withLock { $0 += 1 } }
        }
        let client = try SpamdClient(configuration: configuration)
        let error = await #expect(throws: SpamdError.self) { try await client.check(Self.message) }
        #expect(error?.reason == .resolveFailed)
        #expect(error?.server == server)
        #expect(await client.resolve().map(\.reason) == [.resolveFailed])
        #expect(told.withLock { $0 } == 1, "once, until it is resolved")
    }

    @Test func `a name is resolved and all its addresses are tried`() async throws {
        // localhost is ::1 and 127.0.0.1 on most systems, and only the latter listens.
        let standIn = try await StandIn(.ok)
        let server = try SpamdServer.tcp(host: "localhost", port: standIn.port)
        let client = try SpamdClient(configuration: .init(servers: [server], timeout: .seconds(20)))
        #expect(try await client.check(Self.message).server == server)
        await standIn.stop()
    }

    // MARK: Deadline, cancellation, shutdown

    @Test func `the deadline holds for all tries together`() async throws {
        let (first, second) = (try await StandIn(.hang), try await StandIn(.ok))
        let error = await #expect(throws: SpamdError.self) {
            try await client(first, second).check(Self.message, deadline: .now() + .seconds(3))
        }
        #expect(error?.reason == .timedOut(.response))
        #expect(second.sight.connections == 0)
    }

    @Test func `cancelling the Task closes the connection at once`() async throws {
        let standIn = try await StandIn(.hang)
        let client = try client(standIn)
        let task = Task { await Self.reason { () throws(SpamdError) in try await client.check(Self.message) } }
        try await standIn.wait { $0.requests.count == 1 }
        task.cancel()
        #expect(await task.value == .cancelled)
        try await standIn.wait { $0.open == 0 }
        await standIn.stop()
    }

    @Test func `cancelling before anything was done sends nothing`() async throws {
        let standIn = try await StandIn(.ok)
        let client = try client(standIn)
        let reason = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await Self.reason { () throws(SpamdError) in try await client.check(Self.message) }
        }.value
        #expect(reason == .cancelled)
        #expect(standIn.sight.requests.isEmpty)
        await standIn.stop()
    }

    @Test func `shutdown ends what is under way and refuses more`() async throws {
        let standIn = try await StandIn(.hang)
        let client = try client(standIn)
        async let first = Self.reason { () throws(SpamdError) in try await client.check(Self.message) }
        try await standIn.wait { $0.requests.count == 1 }
        client.shutdown()
        #expect(await first == .shutDown)
        #expect(await Self.reason { () throws(SpamdError) in try await client.check(Self.message) } == .shutDown)
        await standIn.stop()
    }

    static func reason(_ ask: @Sendable () async throws(SpamdError) -> Scan) async -> SpamdError.Reason? {
        do {
            _ = try await ask()
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `a whole answer is taken at the deadline though the server may have more to say`() async throws {
        let standIn = try await StandIn(
            .rawOpen("SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: True ; 9.0 / 5.0\r\n\r\nA,B")
        )
        let request = Request(.symbols, body: Self.message)
        var order = Exchange.Order(
            server: standIn.server,
            addresses: .known([try SocketAddress(ipAddress: "127.0.0.1", port: standIn.port)]),
            verb: request.verb,
            version: request.version,
            request: try request.encoded(),
            connectTimeout: .seconds(5),
            deadline: .now() + .seconds(5),
            limits: Limits()
        )
        order.patience = .seconds(60)
        let answer = try await Exchange(order, on: MultiThreadedEventLoopGroup.singleton.any()).run().get()
        #expect(answer.body == ByteBuffer(string: "A,B"))
        await standIn.stop()
    }

    // MARK: Several servers

    @Test(arguments: [
        FaultTests.Fault("refuse", .refuse, nil), FaultTests.Fault("half", .halfResponse, nil),
        FaultTests.Fault("reset", .reset, nil), FaultTests.Fault("75", .status(75, "later"), nil),
        FaultTests.Fault("79", .status(79, "Timeout"), nil),
    ])
    func `after an empty or cut answer, 75 and 79 the next server is asked`(_ fault: FaultTests.Fault) async throws {
        let (first, second) = (try await StandIn(fault.mode), try await StandIn(.ok))
        #expect(try await client(first, second).symbols(Self.message).server == second.server)
        #expect(first.sight.connections == 1)
    }

    @Test(arguments: [
        FaultTests.Fault("garbage", .garbage, .malformedResponse),
        FaultTests.Fault("76", .status(76, "Bad"), .serverStatus(.protocolError)),
        FaultTests.Fault("69", .status(69, "no"), .serverStatus(.unavailable)),
        FaultTests.Fault("77", .status(77, "no"), .serverStatus(.noPermission)),
        FaultTests.Fault("huge line", .hugeStatus, .limitExceeded),
    ])
    func `after another answer no other server is asked`(_ fault: FaultTests.Fault) async throws {
        let (first, second) = (try await StandIn(fault.mode), try await StandIn(.ok))
        let client = try client(first, second)
        #expect(await Self.reason { () throws(SpamdError) in try await client.symbols(Self.message) } == fault.symbols)
        #expect(second.sight.connections == 0)
    }

    @Test func `after a refused connection the next server is asked, also with TELL`() async throws {
        let (nobody, second) = (try RefusingPort(), try await StandIn(.ok))
        let servers = [try SpamdServer.tcp(host: "127.0.0.1", port: nobody.port), second.server]
        let client = try SpamdClient(configuration: .init(servers: servers))
        #expect(try await client.tell(Self.message, .learn(.spam)).server == second.server)
        #expect(second.sight.requests.map(\.messageClass) == [.spam])
    }

    @Test func `TELL is never asked twice once a connection was made`() async throws {
        for mode in [StandIn.Mode.reset, .closeEarly, .halfResponse, .status(75, "later")] {
            let (first, second) = (try await StandIn(mode), try await StandIn(.ok))
            await #expect(throws: SpamdError.self) { try await client(first, second).tell(Self.message, .learn(.ham)) }
            #expect(second.sight.connections == 0)
        }
    }

    @Test func `a request meets each server once, and the last failure is told`() async throws {
        let (first, second) = (try await StandIn(.refuse), try await StandIn(.status(75, "later")))
        let error = await #expect(throws: SpamdError.self) { try await client(first, second).check(Self.message) }
        #expect(error == SpamdError(.serverStatus(.temporaryFailure), server: second.server, text: "later"))
        #expect(first.sight.connections == 1)
        #expect(second.sight.connections == 1)
    }

    @Test func `the server with fewer requests under way is asked`() async throws {
        let gate = StandIn.Gate()
        let (first, second) = (try await StandIn(.gated(gate)), try await StandIn(.gated(gate)))
        let client = try client(first, second)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { _ = try await client.check(Self.message) } }
            try await first.wait { $0.requests.count == 3 }
            try await second.wait { $0.requests.count == 3 }
            gate.open()
            try await group.waitForAll()
        }
    }

    @Test func `no more requests than allowed are under way at a server, and all are answered`() async throws {
        let standIn = try await StandIn(.ok)
        let client = try client(standIn) { $0.maxConcurrent = 3 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<60 { group.addTask { _ = try await client.check(Self.message) } }
            try await group.waitForAll()
        }
        #expect(standIn.sight.requests.count == 60)
        #expect(standIn.sight.mostOpen <= 4)
        await standIn.stop()
    }

    @Test func `waiting for a place ends with the deadline and with cancellation`() async throws {
        let gate = StandIn.Gate()
        let standIn = try await StandIn(.gated(gate))
        let client = try client(standIn) { $0.maxConcurrent = 1 }
        async let first = client.check(Self.message)
        try await standIn.wait { $0.requests.count == 1 }
        let late = await Self.reason { () throws(SpamdError) in
            try await client.check(Self.message, deadline: .now() + .milliseconds(100))
        }
        #expect(late == .timedOut(.queue))
        let waiting = Task { await Self.reason { () throws(SpamdError) in try await client.check(Self.message) } }
        waiting.cancel()
        #expect(await waiting.value == .cancelled)
        gate.open()
        #expect(try await first.verdict.isSpam)
        #expect(try await client.check(Self.message).verdict.isSpam)
        await standIn.stop()
    }

    // MARK: Health and reload

    @Test func `who would come to a place with too little time left does not wait for it`() async throws {
        let server = try SpamdServer("127.0.0.1:783")
        let manner = ServerPool.Manner(
            tls: TLSOptions(),
            context: nil,
            connectTimeout: .seconds(1),
            resolveInterval: nil,
            observer: nil
        )
        let pool = ServerPool(probing: ProbeIntervals(), manner: manner, group: MultiThreadedEventLoopGroup.singleton)
        pool.join([server], limit: 1, probing: ProbeIntervals(), manner: manner)
        pool.noteTime(.hours(1), isAnswered: true)
        let deadline = NIODeadline.now() + .seconds(20)
        // The place is taken at once, however long answers take; who comes behind waits for half of its time.
        let first = try await pool.acquire([server], deadline: .now() + .milliseconds(10))
        let error = await #expect(throws: SpamdError.self) {
            try await pool.acquire([server], deadline: .now() + .milliseconds(200))
        }
        #expect(error?.reason == .timedOut(.queue))
        async let second = pool.acquire([server], deadline: deadline)
        pool.release(first, .answered, nil)
        #expect(try await second == server)
    }

    @Test func `a server that fails is left alone, probed, and asked again after a PONG`() async throws {
        let events = Mutex<[SpamdEvent]>([])
        var nobody: RefusingPort? = try RefusingPort()
        let port = try #require(nobody?.port)
        let server = try SpamdServer.tcp(host: "127.0.0.1", port: port)
        let observer = SpamdObserver { event in events.withLock { $0.append(event) } }
        let probing = ProbeIntervals(firstMilliseconds: 20, longestMilliseconds: 40)
        let client = try SpamdClient(configuration: .init(servers: [server], probing: probing, observer: observer))
        #expect(await Self.reason { () throws(SpamdError) in try await client.check(Self.message) } == .connectFailed)
        #expect(await Self.reason { () throws(SpamdError) in try await client.check(Self.message) } == .serversDown)
        #expect(client.serversDown == [server])
        nobody = nil
        let again = try await StandIn(.ok, on: .port(port))
        try await eventually { client.serversDown.isEmpty }
        #expect(again.sight.requests.map(\.verb) == [.ping])
        #expect(try await client.check(Self.message).server == server)
        try await eventually { events.withLock { $0.last == .serverUp(server) } }
        #expect(events.withLock { $0.count } == 2)
        await again.stop()
    }

    @Test func `three answers in a row that cannot be used take a server out`() async throws {
        let standIn = try await StandIn(.garbage)
        let client = try client(standIn) { $0.probing = ProbeIntervals(firstMilliseconds: 60_000) }
        for _ in 0..<3 {
            #expect(
                await Self.reason { () throws(SpamdError) in try await client.check(Self.message) }
                    == .malformedResponse
            )
        }
        #expect(await Self.reason { () throws(SpamdError) in try await client.check(Self.message) } == .serversDown)
        await standIn.stop()
    }

    @Test func `a request that had little of its time at the server says nothing about the server`() async throws {
        let standIn = try await StandIn(.hang)
        let client = try client(standIn) { $0.timeout = .seconds(60) }
        for _ in 0..<3 {
            await #expect(throws: SpamdError.self) {
                try await client.check(Self.message, deadline: .now() + .seconds(1))
            }
        }
        #expect(client.serversDown.isEmpty)
        await standIn.stop()
    }

    @Test func `a client for new settings knows the health of servers that stay`() async throws {
        let (nobody, alive) = (try RefusingPort(), try await StandIn(.ok))
        let dead = try SpamdServer.tcp(host: "127.0.0.1", port: nobody.port)
        let probing = ProbeIntervals(firstMilliseconds: 60_000)
        let old = try SpamdClient(configuration: .init(servers: [dead, alive.server], probing: probing))
        _ = try await old.check(Self.message)
        #expect(old.serversDown == [dead])
        let new = try old.reconfigured(
            .init(servers: [dead], probing: ProbeIntervals(firstMilliseconds: 60_000))
        )
        #expect(new.serversDown == [dead])
        #expect(try await old.check(Self.message).server == alive.server)
        await alive.stop()
    }

    @Test func `requests of the old client count towards the new one's limit`() async throws {
        let gate = StandIn.Gate()
        let standIn = try await StandIn(.gated(gate))
        let old = try client(standIn)
        async let first = old.check(Self.message)
        try await standIn.wait { $0.requests.count == 1 }
        var configuration = old.configuration
        configuration.maxConcurrent = 1
        let new = try old.reconfigured(configuration)
        let late = await Self.reason { () throws(SpamdError) in
            try await new.check(Self.message, deadline: .now() + .milliseconds(100))
        }
        #expect(late == .timedOut(.queue))
        gate.open()
        _ = try await first
        #expect(try await new.check(Self.message).verdict.isSpam)
        await standIn.stop()
    }

    @Test func `a configuration that cannot work is refused`() throws {
        let none = #expect(throws: SpamdError.self) { try SpamdClient(configuration: .init(servers: [])) }
        #expect(none?.reason == .invalidConfiguration)
        #expect(throws: SpamdError.self) { try SpamdClient(configuration: .init(maxConcurrent: 0)) }
    }
}
