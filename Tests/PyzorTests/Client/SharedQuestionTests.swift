import NIOCore
import Testing

@testable import Pyzor

@Suite(.serialized, .timeLimit(.minutes(2)))
struct SharedQuestionTests {
    @Test func `equal digests in flight share one question`() async throws {
        try await ScriptedServer.with(.hold, table: knownTable) { server in
            try await withClient(.init(servers: [server.server], timeout: .seconds(30))) { client in
                async let first = client.check(knownDigest)
                await server.requested(1)
                async let others = withThrowingTaskGroup(of: CheckOutcome.Origin.self) { group in
                    for _ in 0..<20 { group.addTask { try await client.check(knownDigest).origin } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                while client.cacheCounters.coalesced < 20, !Task.isCancelled { await Task.yield() }
                server.release()
                let origin = try await first.origin
                #expect(origin == .asked)
                let found = try await others
                #expect(found == Array(repeating: .coalesced, count: 20))
                let later = try await client.check(knownDigest)
                #expect(later.origin == .cached)
                let counters = client.cacheCounters
                #expect((counters.misses, counters.coalesced, counters.hits) == (1, 20, 1))
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `one caller's cancellation leaves the others their answer`() async throws {
        try await ScriptedServer.with(.hold, table: knownTable) { server in
            try await withClient(.init(servers: [server.server], timeout: .seconds(30))) { client in
                let first = Task {
                    await Result.of { () async throws(PyzorError) in try await client.check(knownDigest) }
                }
                await server.requested(1)
                async let second = client.check(knownDigest)
                while client.cacheCounters.coalesced < 1, !Task.isCancelled { await Task.yield() }
                first.cancel()
                #expect(await first.value == .failure(.cancelled))
                server.release()
                let count2 = try await second.count
                #expect(count2 == 42)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a caller with a later deadline gives the question more time`() async throws {
        try await ScriptedServer.with(.hold, table: knownTable) { server in
            try await withClient(.init(servers: [server.server], timeout: .seconds(30))) { client in
                async let hurried = Result.of { () async throws(PyzorError) in
                    try await client.check(knownDigest, deadline: .now() + .seconds(2))
                }
                await server.requested(1)
                async let patient = client.check(knownDigest)
                while client.cacheCounters.coalesced < 1, !Task.isCancelled { await Task.yield() }
                #expect(await hurried == .failure(.timedOut(server.server)))
                server.release()
                let count2 = try await patient.count
                #expect(count2 == 42)
            }
        }
    }

    @Test func `when all callers have gone the next one asks anew`() async throws {
        try await ScriptedServer.with(.silent, table: knownTable) { server in
            try await withClient(.init(servers: [server.server], timeout: .seconds(30))) { client in
                let first = Task {
                    await Result.of { () async throws(PyzorError) in try await client.check(knownDigest) }
                }
                await server.requested(1)
                first.cancel()
                _ = await first.value
                server.follow(.ok)
                let second = try await client.check(knownDigest)
                #expect(second.origin == .asked)
            }
        }
    }

    @Test func `a failure is not kept`() async throws {
        try await ScriptedServer.with(.badCode("500", "boom"), .ok, table: knownTable) { server in
            try await withClient(.init(servers: [server.server])) { client in
                await #expect(throws: PyzorError.self) { try await client.check(knownDigest) }
                let second = try await client.check(knownDigest)
                #expect(second.origin == .asked)
            }
        }
    }
}
