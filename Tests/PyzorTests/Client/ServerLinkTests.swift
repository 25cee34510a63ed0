import NIOCore
import Testing

@testable import Pyzor

private let quick = ServerHealth.Policy(timeouts: 3, firstProbe: .milliseconds(40), longestProbe: .milliseconds(80))

@Suite(.serialized, .timeLimit(.minutes(2)))
struct ServerLinkTests {
    @Test func `a silent server is left alone, probed with ping, and asked again when it answers`() async throws {
        let log = EventLog()
        try await ScriptedServer.with(.silent, table: knownTable) { server in
            let configuration = PyzorClient.Configuration(
                servers: [server.server],
                timeout: .milliseconds(400),
                health: quick
            )
            try await withClient(configuration, observer: log.observer) { client in
                for _ in 0..<3 {
                    await #expect(throws: PyzorError.timedOut(server.server)) { try await client.check(knownDigest) }
                }
                await #expect(throws: PyzorError.leftAlone(server.server)) { try await client.check(knownDigest) }
                #expect(log.events.contains(.leftAlone(server.server)))
                server.follow(.ok)
                await log.happened { $0 == .back(server.server) }
                let count = try await client.check(knownDigest).count
                #expect(count == 42)
            }
            let operations = server.requests.map { $0.fields["Op"] }
            #expect(operations.prefix(6) == ["check", "check", "check", "check", "check", "check"])
            #expect(operations.dropFirst(6).dropLast().allSatisfy { $0 == "ping" })
            #expect(operations.last == "check")
        }
    }

    @Test func `a server that is left alone does not hold up the others`() async throws {
        let log = EventLog()
        try await ScriptedServer.with(.silent) { dead in
            try await ScriptedServer.with(table: knownTable) { alive in
                let configuration = PyzorClient.Configuration(
                    servers: [dead.server, alive.server],
                    timeout: .milliseconds(800),
                    cache: .init(entries: 10),
                    health: .init(timeouts: 1, firstProbe: .minutes(1))
                )
                try await withClient(configuration, observer: log.observer) { client in
                    _ = try await client.check(knownDigest)
                    await log.happened { $0 == .leftAlone(dead.server) }
                    let outcome = try await client.check(knownDigest)
                    #expect(outcome.answers[0].error == .leftAlone(dead.server))
                    #expect(outcome.count == 42)
                    let kept = try await client.check(knownDigest)
                    #expect(kept.origin == .cached)
                }
            }
        }
    }

    @Test func `a direct question reaches a server that is left alone`() async throws {
        try await ScriptedServer.with(.silent, .silent, .ok, table: knownTable) { server in
            let configuration = PyzorClient.Configuration(
                servers: [server.server],
                timeout: .milliseconds(800),
                health: .init(timeouts: 1, firstProbe: .minutes(1))
            )
            try await withClient(configuration) { client in
                await #expect(throws: PyzorError.timedOut(server.server)) { try await client.check(knownDigest) }
                let reply = try await client.send(.ping, to: server.server)
                #expect(reply.isOK)
                let count = try await client.check(knownDigest).count
                #expect(count == 42)
            }
        }
    }

    @Test func `a cancelled question says nothing about the server`() async throws {
        try await ScriptedServer.with(.silent) { server in
            let configuration = PyzorClient.Configuration(
                servers: [server.server],
                timeout: .seconds(20),
                health: .init(timeouts: 1)
            )
            try await withClient(configuration) { client in
                for round in 1...3 {
                    let check = Task {
                        await Result.of { () async throws(PyzorError) in try await client.check(knownDigest) }
                    }
                    await server.requested(round)
                    check.cancel()
                    #expect(await check.value == .failure(.cancelled))
                }
            }
        }
    }

    @Test func `a question without a fair time says nothing about the server`() async throws {
        try await ScriptedServer.with(.silent) { server in
            let configuration = PyzorClient.Configuration(
                servers: [server.server],
                timeout: .seconds(20),
                health: .init(timeouts: 1)
            )
            try await withClient(configuration) { client in
                for _ in 1...3 {
                    await #expect(throws: PyzorError.timedOut(server.server)) {
                        try await client.check(knownDigest, deadline: .now() + .milliseconds(20))
                    }
                }
            }
        }
    }

    @Test func `a packet that goes to another address keeps its own bytes when it is repeated`() async throws {
        try await ScriptedServer.with(.silent, .ok, table: knownTable) { server in
            let named = try PyzorServer("pyzor.test:\(server.server.port)")
            let names = NameBook()
            names.enter("pyzor.test", "::1", "127.0.0.1")
            let client = PyzorClient(.init(servers: [named], timeout: .seconds(2)), resolver: names.resolver)
            _ = await client.resolveNames()
            let count = try await client.check(knownDigest).count
            #expect(count == 42)
            await client.shutdown()
            #expect(server.requests.count == 2)
            #expect(server.requests[0] == server.requests[1])
        }
    }

    // MARK: Names

    @Test func `a name that does not resolve is a silent server until it does`() async throws {
        try await ScriptedServer.with(table: knownTable) { server in
            let named = try PyzorServer("pyzor.test:\(server.server.port)")
            let names = NameBook()
            let client = PyzorClient(.init(servers: [named]), resolver: names.resolver)
            let warnings = await client.resolveNames()
            #expect(warnings == [.unresolved(named, reason: "no such name")])
            await #expect(throws: PyzorError.unresolved(named, reason: "no such name")) {
                try await client.check(knownDigest)
            }
            names.enter("pyzor.test", "127.0.0.1")
            #expect(await client.resolveNames() == [])
            let count = try await client.check(knownDigest).count
            #expect(count == 42)
            names.remove("pyzor.test")
            // It has the address of before.
            #expect(await client.resolveNames() == [])
            let reply = try await client.send(.ping, to: named)
            #expect(reply.isOK)
            await client.shutdown()
        }
    }

    @Test func `names are looked up again by a timer`() async throws {
        let log = EventLog()
        try await ScriptedServer.with(table: knownTable) { server in
            let named = try PyzorServer("pyzor.test:\(server.server.port)")
            let names = NameBook()
            let client = PyzorClient(
                .init(servers: [named], resolveInterval: .milliseconds(20)),
                observer: log.observer,
                resolver: names.resolver
            )
            _ = await client.resolveNames()
            names.enter("pyzor.test", "127.0.0.1")
            await log.happened { $0 == .resolved(named, addresses: ["127.0.0.1"]) }
            let count = try await client.check(knownDigest).count
            #expect(count == 42)
            await client.shutdown()
        }
    }

    @Test func `the next address is tried when one refuses`() async throws {
        try await ScriptedServer.with(table: knownTable) { server in
            let named = try PyzorServer("pyzor.test:\(server.server.port)")
            let names = NameBook()
            names.enter("pyzor.test", "::1", "127.0.0.1")
            let client = PyzorClient(.init(servers: [named]), resolver: names.resolver)
            _ = await client.resolveNames()
            let count = try await client.check(knownDigest).count
            #expect(count == 42)
            await client.shutdown()
        }
    }

    @Test func `localhost is found by the system's resolver`() async throws {
        try await ScriptedServer.with(table: knownTable) { server in
            let named = try PyzorServer("localhost:\(server.server.port)")
            let client = await PyzorClient.start(.init(servers: [named]))
            let count = try await client.check(knownDigest).count
            #expect(count == 42)
            await client.shutdown()
        }
    }

    // MARK: Other settings

    @Test func `health, sockets and cache of a server outlive a change of settings`() async throws {
        try await ScriptedServer.with(.silent) { dead in
            try await ScriptedServer.with(table: knownTable) { alive in
                let health = ServerHealth.Policy(timeouts: 1, firstProbe: .minutes(1))
                let old = PyzorClient(
                    configuration: .init(
                        servers: [dead.server, alive.server],
                        timeout: .milliseconds(800),
                        health: health
                    )
                )
                _ = try await old.check(knownDigest)
                _ = try await old.check(knownDigest)
                let new = PyzorClient(
                    configuration: .init(
                        servers: [alive.server, dead.server],
                        timeout: .milliseconds(800),
                        health: health
                    ),
                    inheriting: old
                )
                let kept = try await new.check(knownDigest)
                #expect(kept.origin == .cached)
                await old.shutdown()
                let outcome = try await new.check(otherDigest)
                #expect(outcome.answers.map(\.server) == [alive.server, dead.server])
                #expect(outcome.answers[1].error == .leftAlone(dead.server))
                #expect(outcome.count == 7)
                await new.shutdown()
            }
        }
    }

    @Test func `other servers mean another cache`() async throws {
        try await ScriptedServer.with(table: knownTable) { one in
            try await ScriptedServer.with { two in
                let old = PyzorClient(configuration: .init(servers: [one.server]))
                let count = try await old.check(knownDigest).count
                #expect(count == 42)
                let new = PyzorClient(configuration: .init(servers: [two.server]), inheriting: old)
                let outcome = try await new.check(knownDigest)
                #expect((outcome.count, outcome.origin) == (0, .asked))
                let origin = try await old.check(knownDigest).origin
                #expect(origin == .cached)
                await old.shutdown()
                await new.shutdown()
            }
        }
    }
}
