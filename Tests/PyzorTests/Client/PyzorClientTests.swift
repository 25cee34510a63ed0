import NIOCore
import Testing

@testable import Pyzor

@Suite(.serialized, .timeLimit(.minutes(2)))
struct PyzorClientTests {
    // MARK: Retransmission

    @Test(arguments: [.check(knownDigest), .info(knownDigest), .pong(knownDigest), .ping] as [PyzorRequest])
    func `a question is sent a second time, the same bytes from the same port`(request: PyzorRequest) async throws {
        try await ScriptedServer.with(.silent, .ok, table: knownTable) { server in
            try await withClient(.init(servers: [server.server])) { client in
                let reply = try await client.send(request, to: server.server, deadline: .now() + .milliseconds(3000))
                #expect(reply.isOK)
            }
            let requests = server.requests
            #expect(requests.count == 2)
            #expect(requests[0] == requests[1])
        }
    }

    @Test func `a question is sent no third time`() async throws {
        try await ScriptedServer.with(.silent) { server in
            try await withClient(.init(servers: [server.server], timeout: .milliseconds(800))) { client in
                await #expect(throws: PyzorError.timedOut(server.server)) { try await client.check(knownDigest) }
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test func `reports and whitelistings are sent once`() async throws {
        try await ScriptedServer.with(.silent) { server in
            try await withClient(.init(servers: [server.server], timeout: .milliseconds(800))) { client in
                for request in [try PyzorRequest.report([knownDigest]), try .whitelist([knownDigest])] {
                    await #expect(throws: PyzorError.timedOut(server.server)) {
                        try await client.send(request, to: server.server)
                    }
                }
            }
            #expect(server.requests.count == 2)
        }
    }

    // MARK: Several servers

    @Test func `the largest counts of those that answer are the outcome`() async throws {
        let one = [knownDigest.description: ScriptedServer.Record(count: 5, whitelistCount: 1)]
        let two = [knownDigest.description: ScriptedServer.Record(count: 2, whitelistCount: 9)]
        try await ScriptedServer.with(table: one) { first in
            try await ScriptedServer.with(table: two) { second in
                try await withClient(.init(servers: [first.server, second.server])) { client in
                    let outcome = try await client.check(knownDigest)
                    #expect(outcome.count == 5)
                    #expect(outcome.whitelistCount == 9)
                    #expect(outcome.answers.map(\.server) == [first.server, second.server])
                }
            }
        }
    }

    @Test func `a dead server hides no hit, and the outcome is not kept`() async throws {
        try await ScriptedServer.with(.silent) { dead in
            try await ScriptedServer.with(table: knownTable) { alive in
                let servers = [dead.server, alive.server]
                try await withClient(.init(servers: servers, timeout: .milliseconds(800))) { client in
                    let outcome = try await client.check(knownDigest)
                    #expect(outcome.count == 42)
                    #expect(outcome.answers[0].error == .timedOut(dead.server))
                    let again = try await client.check(knownDigest)
                    #expect(again.origin == .asked)
                }
            }
        }
    }

    @Test func `servers are asked at the same time`() async throws {
        try await ScriptedServer.with(.hold, table: knownTable) { first in
            try await ScriptedServer.with(.hold, table: knownTable) { second in
                try await withClient(.init(servers: [first.server, second.server])) { client in
                    async let outcome = client.check(knownDigest)
                    await first.requested(1)
                    await second.requested(1)
                    first.release()
                    second.release()
                    let count = try await outcome.count
                    #expect(count == 42)
                }
            }
        }
    }

    @Test func `when nobody answers the error is what a server did`() async throws {
        try await ScriptedServer.with(.badCode("403", "Forbidden: no")) { server in
            try await withClient(.init(servers: [server.server, server.server])) { client in
                await #expect(throws: PyzorError.status(server.server, code: 403, diagnosis: "Forbidden: no")) {
                    try await client.check(knownDigest)
                }
            }
            #expect(server.requests.count == 1)
        }
    }

    // MARK: What is never asked

    @Test func `the digest of nothing is never asked`() async throws {
        try await ScriptedServer.with { server in
            try await withClient(.init(servers: [server.server])) { client in
                await #expect(throws: PyzorError.emptyDigest) { try await client.check(.empty) }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `without servers there is nobody to ask`() async throws {
        try await withClient(.init(servers: [])) { client in
            await #expect(throws: PyzorError.noServers) { try await client.check(knownDigest) }
        }
    }

    @Test func `a server of somebody else's is not asked`() async throws {
        try await withClient(.init(servers: [])) { client in
            await #expect(throws: PyzorError.self) { try await client.send(.ping, to: .standard) }
        }
    }

    @Test func `a port where nobody listens is refused at once`() async throws {
        let server = try PyzorServer("127.0.0.1:1")
        try await withClient(.init(servers: [server], timeout: .seconds(30))) { client in
            await #expect(throws: PyzorError.refused(server)) { try await client.check(knownDigest) }
            await #expect(throws: PyzorError.refused(server)) { try await client.check(knownDigest) }
        }
    }

    @Test func `a server that was refused is asked again and answers`() async throws {
        // An address of its own: nobody else gets the port in between.
        let gone = try await ScriptedServer.with(host: "127.47.11.9") { $0.server }
        try await withClient(.init(servers: [gone], timeout: .seconds(30))) { client in
            await #expect(throws: PyzorError.refused(gone)) { try await client.check(knownDigest) }
            try await ScriptedServer.with(table: knownTable, host: gone.host, port: gone.port) { _ in
                for _ in 0..<8 {
                    let isOK = try await client.send(.ping, to: gone).isOK
                    #expect(isOK)
                }
            }
        }
    }

    // MARK: Cancellation and deadlines

    @Test func `cancelling ends a question at once`() async throws {
        try await ScriptedServer.with(.silent) { server in
            try await withClient(.init(servers: [server.server], timeout: .seconds(50))) { client in
                let check = Task { () async -> PyzorError? in
                    do throws(PyzorError) {
                        _ = try await client.check(knownDigest)
                        return nil
                    } catch { return error }
                }
                await server.requested(1)
                check.cancel()
                #expect(await check.value == .cancelled)
            }
        }
    }

    @Test func `a task that is cancelled already asks nothing`() async throws {
        try await ScriptedServer.with { server in
            try await withClient(.init(servers: [server.server])) { client in
                let ping = Task { () async -> PyzorError? in
                    while !Task.isCancelled { await Task.yield() }
                    do throws(PyzorError) {
                        _ = try await client.send(.ping, to: server.server)
                        return nil
                    } catch { return error }
                }
                ping.cancel()
                #expect(await ping.value == .cancelled)
                _ = try await client.send(.check(knownDigest), to: server.server)
            }
            #expect(server.requests.map { $0.fields["Op"] } == ["check"])
        }
    }

    @Test func `a deadline that has passed is a timeout`() async throws {
        try await ScriptedServer.with(.silent) { server in
            try await withClient(.init(servers: [server.server], timeout: .seconds(50))) { client in
                await #expect(throws: PyzorError.timedOut(server.server)) {
                    try await client.check(knownDigest, deadline: .now() - .seconds(1))
                }
            }
        }
    }

    @Test func `shutting down ends what is under way`() async throws {
        try await ScriptedServer.with(.silent) { server in
            let client = PyzorClient(configuration: .init(servers: [server.server], timeout: .seconds(50)))
            async let outcome = Result.of { () async throws(PyzorError) in try await client.check(knownDigest) }
            await server.requested(1)
            await client.shutdown()
            #expect(await outcome == .failure(.closed))
            await #expect(throws: PyzorError.closed) { try await client.check(knownDigest) }
            await client.shutdown()
        }
    }

    // MARK: IPv6

    @Test func `an IPv6 server is asked`() async throws {
        try await ScriptedServer.with(table: knownTable, host: "::1") { server in
            #expect(server.server.description.hasPrefix("[::1]:"))
            try await withClient(.init(servers: [server.server])) { client in
                let count = try await client.check(knownDigest).count
                #expect(count == 42)
            }
        }
    }

    // MARK: Storms

    @Test func `a storm of losses, garbage and cancellations ends, and questions are answered after it`() async throws {
        try await ScriptedServer.with(.chaos, table: knownTable) { one in
            try await ScriptedServer.with(.chaos, table: knownTable) { two in
                let gone = try PyzorServer("127.0.0.1:1")
                let configuration = PyzorClient.Configuration(
                    servers: [one.server, gone, two.server],
                    timeout: .milliseconds(300),
                    cache: .init(entries: 8),
                    health: .init(timeouts: 3, firstProbe: .milliseconds(10), longestProbe: .milliseconds(20))
                )
                try await withClient(configuration) { client in
                    let ends = await withTaskGroup(of: Int.self) { group in
                        for number in 0..<600 {
                            group.addTask { await Self.ask(number, client) }
                        }
                        return await group.reduce(into: 0) { $0 += $1 }
                    }
                    #expect(ends == 600)
                    one.follow(.ok)
                    let reply = try await client.send(
                        .check(knownDigest),
                        to: one.server,
                        deadline: .now() + .seconds(20)
                    )
                    #expect(reply.count == 42)
                }
            }
        }
    }

    /// Asks about one of twenty digests, and in one of three cases changes its mind; 1 when it ended.
    private static func ask(_ number: Int, _ client: PyzorClient) async -> Int {
        let digits = String(number % 20 + 16, radix: 16)
        guard let digest = MessageDigest(String(repeating: "0", count: 38) + digits) else { return 0 }
        let task = Task { await Result.of { () async throws(PyzorError) in try await client.check(digest) } }
        if number % 3 == 0 {
            for _ in 0..<(number % 7) { await Task.yield() }
            task.cancel()
        }
        _ = await task.value
        return 1
    }

    // MARK: Sockets

    @Test func `many questions at once come from several ports and all are answered`() async throws {
        try await ScriptedServer.with(table: knownTable) { server in
            try await withClient(.init(servers: [server.server], timeout: .seconds(6), cache: .none)) { client in
                let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<200 {
                        group.addTask { try await client.send(.check(knownDigest), to: server.server).count == 42 }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(answered == 200)
            }
            let ports = Set(server.requests.map { $0.source.port })
            #expect(ports.count >= 4)
        }
    }
}

extension Result where Failure == PyzorError {
    /// The outcome of something that throws, as a value.
    static func of(_ body: () async throws(PyzorError) -> Success) async -> Self {
        do throws(PyzorError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}
