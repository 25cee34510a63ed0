import NIOCore
import Testing

@testable import Pyzor

@Suite(
    .serialized,
    .timeLimit(.minutes(2)),
    .enabled(if: RealPyzord.isHere, "pyzord or python3-gdbm is not installed")
)
struct RealPyzordTests {
    @Test func `pyzord answers every operation of an anonymous client`() async throws {
        try await RealPyzord.with { server in
            try await withClient(.init(servers: [server], timeout: .seconds(10), cache: .none)) { client in
                let ping = try await client.ping(server)
                let pong = try await client.pong(knownDigest, server)
                let unknown = try await client.check(knownDigest)
                let report = try await client.report([knownDigest, otherDigest, knownDigest], server)
                let known = try await client.check(knownDigest)
                let info = try await client.info(knownDigest, server)
                let whitelist = try await client.whitelist([knownDigest], server)
                #expect(ping.isOK && report.isOK)
                #expect((pong.count, pong.whitelistCount) == (.max, 0))
                #expect((unknown.count, unknown.whitelistCount) == (0, 0))
                #expect((known.count, known.whitelistCount) == (2, 0))
                #expect((info.count, info.dates?.whitelistEntered) == (2, 0))
                #expect((info.dates?.entered ?? 0) > 1_700_000_000)
                #expect(whitelist.code == 403)
            }
        }
    }

    @Test func `pyzord takes our signatures and refuses wrong ones`() async throws {
        try await RealPyzord.with { server in
            var configuration = PyzorClient.Configuration(servers: [server], timeout: .seconds(10), cache: .none)
            configuration.accounts = [server: RealPyzord.alice]
            try await withClient(configuration) { client in
                let codes = try await [
                    client.ping(server).code, client.pong(knownDigest, server).code,
                    client.report([knownDigest], server).code,
                    client.whitelist([knownDigest, otherDigest], server).code,
                    client.info(knownDigest, server).code,
                ]
                #expect(codes == [200, 200, 200, 200, 200])
                let outcome = try await client.check(knownDigest)
                #expect((outcome.count, outcome.whitelistCount) == (1, 1))
            }
            configuration.accounts = [server: RealPyzord.bob]
            try await withClient(configuration) { client in
                let report = try await client.report([knownDigest], server)
                let odd = try await client.send(PyzorRequest(.init(rawValue: "frobnicate")), to: server)
                #expect((report.code, odd.code) == (403, 501))
            }
            configuration.accounts = [server: PyzorAccount(user: "alice", key: "00")]
            try await withClient(configuration) { client in
                await #expect(
                    throws: PyzorError.status(
                        server,
                        code: 401,
                        diagnosis: "Unauthorized: Signature Error: Invalid signature."
                    )
                ) { try await client.check(knownDigest) }
            }
        }
    }

    @Test func `a batch that fills packets is counted digest by digest`() async throws {
        try await RealPyzord.with { server in
            try await withClient(.init(servers: [server], timeout: .seconds(10), cache: .none)) { client in
                let batch = PyzorBatch(client, size: 200)
                for _ in 0..<200 { _ = await batch.report(knownDigest, to: server) }
                let deliveries = await batch.force()
                #expect(deliveries.allSatisfy { (try? $0.result.get())?.isOK == true })
                let count = try await client.check(knownDigest).count
                #expect(count == 200)
            }
        }
    }
}
