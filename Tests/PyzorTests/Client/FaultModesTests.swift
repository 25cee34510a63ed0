import NIOCore
import Testing

@testable import Pyzor

let knownDigest = MessageDigest("a09185124c3d1eeb2f6d39f9d270ddc42bb237de")!
let otherDigest = MessageDigest("5e090061df9b1708733830243a7703c28b3033b6")!
let knownTable = [
    knownDigest.description: ScriptedServer.Record(count: 42, whitelistCount: 3),
    otherDigest.description: ScriptedServer.Record(count: 7, whitelistCount: 0),
]

/// Runs a body with a client of these servers, which does not outlive it.
@discardableResult
func withClient<Result: Sendable>(
    _ configuration: PyzorClient.Configuration,
    observer: PyzorObserver = .none,
    _ body: (PyzorClient) async throws -> Result
) async throws -> Result {
    let client = PyzorClient(configuration: configuration, observer: observer)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

@Suite(.serialized, .timeLimit(.minutes(2)))
struct FaultModesTests {
    @Test(
        arguments: [
            [.ok], [.silent, .ok], [.dup], [.delay(.milliseconds(50))], [.wrongThread(thenOK: true)],
            [.garbage(thenOK: true)], [.huge(12_000)], [.spoof], [.crlf], [.lowercase], [.verify([:])],
            [.empty, .ok], [.truncated(10), .ok], [.wrongSource, .ok], [.errorThread, .ok],
        ] as [[ScriptedServer.Mode]]
    )
    func `the right answer counts, whatever else comes`(modes: [ScriptedServer.Mode]) async throws {
        try await ScriptedServer.with(table: knownTable) { server in
            server.follow(modes)
            try await withClient(.init(servers: [server.server], timeout: .milliseconds(1500))) { client in
                let outcome = try await client.check(knownDigest)
                #expect(outcome.count == 42)
                #expect(outcome.whitelistCount == 3)
                #expect(outcome.origin == .asked)
            }
        }
    }

    @Test(
        arguments: [
            (.truncated(nil), .missing("Thread")), (.truncated(10), .missing("Diag")), (.empty, .missing("Code")),
            (.garbage(thenOK: false), .missing("Code")), (.noCode, .missing("Code")), (.noCount, .missing("Count")),
            (.badCount("many"), .notANumber("Count", "many")), (.badCode("abc", "x"), .notANumber("Code", "abc")),
            (.badCount("9223372036854775808"), .notANumber("Count", "9223372036854775808")),
        ] as [(ScriptedServer.Mode, ReplyFault)]
    )
    func `a reply that says nothing is a fault by name`(mode: ScriptedServer.Mode, fault: ReplyFault) async throws {
        try await ScriptedServer.with(mode, table: knownTable) { server in
            try await withClient(.init(servers: [server.server], timeout: .milliseconds(800))) { client in
                await #expect(throws: PyzorError.malformedReply(server.server, fault)) {
                    try await client.check(knownDigest)
                }
            }
        }
    }

    @Test(arguments: [.wrongThread(thenOK: false), .errorThread] as [ScriptedServer.Mode])
    func `a reply to another thread never counts`(mode: ScriptedServer.Mode) async throws {
        try await ScriptedServer.with(mode, table: knownTable) { server in
            try await withClient(.init(servers: [server.server], timeout: .milliseconds(800))) { client in
                let error = await #expect(throws: PyzorError.self) { try await client.check(knownDigest) }
                guard case .malformedReply(_, .unexpectedThread(let received, let expected)) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(String(expected) == server.requests[0].fields["Thread"])
                #expect(received != expected)
            }
        }
    }

    @Test(arguments: [.silent, .wrongSource] as [ScriptedServer.Mode])
    func `silence and strangers end in a timeout`(mode: ScriptedServer.Mode) async throws {
        try await ScriptedServer.with(mode, table: knownTable) { server in
            try await withClient(.init(servers: [server.server], timeout: .milliseconds(800))) { client in
                await #expect(throws: PyzorError.timedOut(server.server)) { try await client.check(knownDigest) }
            }
        }
    }

    @Test(arguments: [(401, "Unauthorized: no"), (400, "Bad request: broken"), (500, "boom"), (505, "")])
    func `a refusal is told with code and words`(code: Int, words: String) async throws {
        try await ScriptedServer.with(.badCode(String(code), words)) { server in
            try await withClient(.init(servers: [server.server])) { client in
                await #expect(throws: PyzorError.status(server.server, code: code, diagnosis: words)) {
                    try await client.check(knownDigest)
                }
                let reply = try await client.send(.check(knownDigest), to: server.server)
                #expect(reply.code == code)
                #expect(reply.diagnosis == words)
            }
        }
    }

    @Test func `two answers in the wrong order reach those who asked`() async throws {
        try await ScriptedServer.with(.reorder, table: knownTable) { server in
            try await withClient(.init(servers: [server.server])) { client in
                async let one = client.check(knownDigest)
                async let two = client.check(otherDigest)
                let counts = try await (one.count, two.count)
                #expect(counts == (42, 7))
            }
        }
    }

    @Test func `an answer that comes too late meets no other question`() async throws {
        let log = EventLog()
        try await ScriptedServer.with(.hold, .hold, table: knownTable) { server in
            let configuration = PyzorClient.Configuration(servers: [server.server], timeout: .milliseconds(800))
            try await withClient(configuration, observer: log.observer) { client in
                await #expect(throws: PyzorError.timedOut(server.server)) { try await client.check(knownDigest) }
                server.follow(.hold)
                async let second = client.send(
                    .check(otherDigest),
                    to: server.server,
                    deadline: .now() + .milliseconds(800)
                )
                await server.requested(3)
                server.follow(.ok)
                server.release()
                let count = try await second.count
                #expect(count == 7)
            }
        }
    }

    @Test func `an answer that comes twice is told of and counts once`() async throws {
        let log = EventLog()
        try await ScriptedServer.with(.dup, table: knownTable) { server in
            try await withClient(.init(servers: [server.server]), observer: log.observer) { client in
                let count = try await client.check(knownDigest).count
                #expect(count == 42)
                await log.happened { if case .late = $0 { true } else { false } }
            }
        }
    }

    @Test func `a forged count never counts`() async throws {
        try await ScriptedServer.with(.spoof, table: knownTable) { server in
            let configuration = PyzorClient.Configuration(servers: [server.server], cache: .none)
            try await withClient(configuration) { client in
                for _ in 0..<10 {
                    let count = try await client.check(knownDigest).count
                    #expect(count == 42)
                }
            }
        }
    }

    @Test func `a signature is accepted by a server that checks it`() async throws {
        let key = "522b276a356bdf39013dfabea2cd43e141ecc9e8"
        try await ScriptedServer.with(.verify(["alice": key]), table: knownTable) { server in
            var configuration = PyzorClient.Configuration(servers: [server.server], cache: .none)
            configuration.accounts[server.server] = PyzorAccount(user: "alice", key: key)
            let count = try await withClient(configuration) { try await $0.check(knownDigest).count }
            #expect(count == 42)
            configuration.accounts[server.server] = PyzorAccount(user: "alice", key: "0000")
            try await withClient(configuration) { client in
                let error = await #expect(throws: PyzorError.self) { try await client.check(knownDigest) }
                #expect(error?.description.contains("401 Unauthorized: Signature Error: Invalid signature.") == true)
            }
        }
    }
}
