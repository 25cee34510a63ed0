import NIOCore
import Testing

@testable import Pyzor

/// A scripted server that has a name, in a book in which it does not stand yet.
private func withNamedServer(
    _ modes: ScriptedServer.Mode...,
    body: (PyzorServer, NameBook, ScriptedServer) async throws -> Void
) async throws {
    try await ScriptedServer.with(table: knownTable) { server in
        if !modes.isEmpty { server.follow(modes) }
        try await body(try PyzorServer("pyzor.test:\(server.server.port)"), NameBook(), server)
    }
}

/// A check that goes on while the test does other things.
private func check(_ client: PyzorClient) -> Task<Result<CheckOutcome, PyzorError>, Never> {
    Task { await Result.of { () async throws(PyzorError) in try await client.check(knownDigest) } }
}

/// Waits until something is so, or the test's time is over.
private func until(_ isSo: () -> Bool) async {
    while !isSo(), !Task.isCancelled { await Task.yield() }
}

@Suite(.serialized, .timeLimit(.minutes(1)))
struct ServerLinkNamesTests {
    // MARK: Names that do not resolve

    @Test func `a name that did not resolve is looked up again long before the interval`() async throws {
        let log = EventLog()
        try await withNamedServer { named, names, _ in
            let client = PyzorClient(
                .init(servers: [named], resolveInterval: .hours(1)),
                observer: log.observer,
                resolver: names.resolver(firstRetry: .milliseconds(5))
            )
            #expect(await client.resolveNames() == [.unresolved(named, reason: "no such name")])
            names.enter("pyzor.test", "127.0.0.1")
            await until { log.events.contains(.resolved(named, addresses: ["127.0.0.1"])) }
            let count = try await client.check(knownDigest).count
            #expect(count == 42)
            await client.shutdown()
        }
    }

    @Test func `failures in a row are told once, and so is the address`() async throws {
        let log = EventLog()
        try await withNamedServer { named, names, _ in
            let client = PyzorClient(
                .init(servers: [named], resolveInterval: .milliseconds(5)),
                observer: log.observer,
                resolver: names.resolver(firstRetry: .milliseconds(1))
            )
            _ = await client.resolveNames()
            await until { names.lookUps >= 5 }
            names.enter("pyzor.test", "127.0.0.1", "::1")
            await until { log.events.contains(.resolved(named, addresses: ["127.0.0.1", "::1"])) }
            names.enter("pyzor.test", "::1", "127.0.0.1")
            let before = names.lookUps
            await until { names.lookUps >= before + 3 }
            await client.shutdown()
            #expect(
                log.events == [
                    .unresolved(named, reason: "no such name"), .resolved(named, addresses: ["127.0.0.1", "::1"]),
                ]
            )
        }
    }

    @Test func `a look-up that fails leaves the addresses of before in use`() async throws {
        let log = EventLog()
        try await withNamedServer { named, names, _ in
            names.enter("pyzor.test", "127.0.0.1")
            let client = PyzorClient(
                .init(servers: [named], resolveInterval: .milliseconds(5)),
                observer: log.observer,
                resolver: names.resolver
            )
            #expect(await client.resolveNames() == [])
            names.remove("pyzor.test")
            await until { log.events.contains(.unresolved(named, reason: "no such name")) }
            #expect(await client.resolveNames() == [])
            let count = try await client.check(knownDigest).count
            #expect(count == 42)
            await client.shutdown()
        }
    }

    // MARK: Questions during the first look-up

    @Test func `the first question begins the look-up and waits for it`() async throws {
        try await withNamedServer { named, names, _ in
            names.enter("pyzor.test", "127.0.0.1")
            names.hold()
            let client = PyzorClient(.init(servers: [named], timeout: .seconds(30)), resolver: names.resolver)
            async let reply = client.ping(named)
            await until { names.lookUps >= 1 }
            let asked = check(client)
            await until { client.cacheCounters.misses >= 1 }
            names.release()
            let count = try await asked.value.get().count
            #expect(count == 42)
            let isOK = try await reply.isOK
            #expect(isOK)
            #expect(names.lookUps == 1)
            await client.shutdown()
        }
    }

    @Test func `questions wait for a look-up that is under way`() async throws {
        try await withNamedServer { named, names, server in
            names.enter("pyzor.test", "127.0.0.1")
            names.hold()
            let client = PyzorClient(.init(servers: [named], timeout: .seconds(30)), resolver: names.resolver)
            async let unresolved = client.resolveNames()
            await until { names.lookUps >= 1 }
            let asked = [check(client), check(client)]
            await until { client.cacheCounters.coalesced >= 1 }
            names.release()
            for question in asked {
                let count = try await question.value.get().count
                #expect(count == 42)
            }
            #expect(await unresolved == [])
            #expect(names.lookUps == 1)
            await client.shutdown()
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a question that waited is refused when the name does not resolve, later ones at once`() async throws {
        try await withNamedServer { named, names, _ in
            names.hold()
            let client = PyzorClient(.init(servers: [named], timeout: .seconds(30)), resolver: names.resolver)
            let asked = check(client)
            await until { names.lookUps >= 1 }
            names.release()
            let refusal = PyzorError.unresolved(named, reason: "no such name")
            #expect(await asked.value == .failure(refusal))
            names.hold()
            async let again = client.resolveNames()
            await until { names.lookUps >= 2 }
            await #expect(throws: refusal) { try await client.check(knownDigest) }
            names.release()
            #expect(await again == [refusal])
            await client.shutdown()
        }
    }

    @Test func `waiting for an address ends at the deadline and says nothing about the server`() async throws {
        let log = EventLog()
        try await withNamedServer(.silent) { named, names, _ in
            names.enter("pyzor.test", "127.0.0.1")
            names.hold()
            let client = PyzorClient(
                .init(servers: [named], timeout: .seconds(4), health: .init(timeouts: 1)),
                observer: log.observer,
                resolver: names.resolver
            )
            let waiting = PyzorError.unresolved(named, reason: "its look-up has not ended yet")
            await #expect(throws: waiting) { try await client.check(knownDigest) }
            // The next one is sent when most of its time is over: when another, with 1.9 s less, has ended.
            let end = NIODeadline.now() + .seconds(4)
            async let late = Result.of { () async throws(PyzorError) in try await client.ping(named, deadline: end) }
            await #expect(throws: waiting) {
                try await client.check(knownDigest, deadline: end - .milliseconds(1_900))
            }
            names.release()
            #expect(await late == .failure(.timedOut(named)))
            #expect(!log.events.contains(.leftAlone(named)))
            await client.shutdown()
        }
    }

    @Test func `a question that waits for an address can be cancelled`() async throws {
        try await withNamedServer { named, names, server in
            names.enter("pyzor.test", "127.0.0.1")
            names.hold()
            let client = PyzorClient(.init(servers: [named], timeout: .seconds(30)), resolver: names.resolver)
            let asked = check(client)
            await until { names.lookUps >= 1 }
            asked.cancel()
            #expect(await asked.value == .failure(.cancelled))
            names.release()
            _ = await client.resolveNames()
            await client.shutdown()
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `shutting down ends the questions that wait, and the look-ups`() async throws {
        let log = EventLog()
        try await withNamedServer { named, names, _ in
            names.hold()
            let client = PyzorClient(
                .init(servers: [named], timeout: .seconds(30)),
                observer: log.observer,
                resolver: names.resolver(firstRetry: .milliseconds(1))
            )
            async let reply = Result.of { () async throws(PyzorError) in try await client.ping(named) }
            await until { names.lookUps >= 1 }
            async let unresolved = client.resolveNames()
            let asked = check(client)
            await until { client.cacheCounters.misses >= 1 }
            await client.shutdown()
            #expect(await asked.value == .failure(.closed))
            #expect(await reply == .failure(.closed))
            names.release()
            #expect(await unresolved == [])
            #expect(log.events == [])
            #expect(names.lookUps == 1)
        }
    }

    @Test func `a server that other settings add is waited for, one that stays is not looked up`() async throws {
        try await withNamedServer { named, names, _ in
            try await ScriptedServer.with(table: knownTable) { other in
                let added = try PyzorServer("added.test:\(other.server.port)")
                names.enter("pyzor.test", "127.0.0.1")
                names.enter("added.test", "127.0.0.1")
                let old = PyzorClient(.init(servers: [named]), resolver: names.resolver)
                _ = await old.resolveNames()
                names.hold()
                let new = PyzorClient(
                    .init(servers: [named, added], timeout: .seconds(30)),
                    inheriting: old,
                    resolver: names.resolver
                )
                let asked = check(new)
                await until { names.lookUps >= 2 }
                await old.shutdown()
                names.release()
                let outcome = try await asked.value.get()
                #expect(outcome.answers.map(\.error) == [nil, nil])
                #expect(names.lookUps == 2)
                await new.shutdown()
            }
        }
    }
}
