import NIOCore
import Testing

@testable import Pyzor

private func digests(_ count: Int) -> [MessageDigest] {
    (0..<count).compactMap { number in
        let digits = String(number + 1, radix: 16)
        return MessageDigest(String(repeating: "0", count: 40 - digits.count) + digits)
    }
}

@Suite(.serialized, .timeLimit(.minutes(2)))
struct PyzorBatchTests {
    @Test func `the tenth digest sends one packet, and its answer is read`() async throws {
        try await ScriptedServer.with { server in
            try await withClient(.init(servers: [server.server])) { client in
                let batch = PyzorBatch(client)
                for digest in digests(9) {
                    let delivery = await batch.report(digest, to: server.server)
                    #expect(delivery == nil)
                }
                #expect(await batch.count == 9)
                let delivery = await batch.report(knownDigest, to: server.server)
                #expect((try? delivery?.result.get())?.isOK == true)
                #expect(delivery?.digests == digests(9) + [knownDigest])
                #expect(await batch.count == 0)
            }
            #expect(server.requests.count == 1)
            #expect(server.record(of: knownDigest).count == 1)
        }
    }

    @Test func `forcing twice counts once`() async throws {
        try await ScriptedServer.with { server in
            try await withClient(.init(servers: [server.server])) { client in
                let batch = PyzorBatch(client)
                _ = await batch.report(knownDigest, to: server.server)
                _ = await batch.whitelist(otherDigest, to: server.server)
                let first = await batch.force()
                let second = await batch.force()
                #expect(first.count == 2)
                #expect(second.isEmpty)
                _ = await batch.report(otherDigest, to: server.server)
                _ = await batch.flush(server.server)
            }
            #expect(server.record(of: knownDigest) == .init(count: 1))
            #expect(server.record(of: otherDigest) == .init(count: 1, whitelistCount: 1))
            #expect(server.requests.count == 3)
        }
    }

    @Test func `a refusal and a loss are told, and nothing is sent again`() async throws {
        try await ScriptedServer.with(.badCode("403", "Forbidden: no"), .silent) { server in
            try await withClient(.init(servers: [server.server], timeout: .milliseconds(800))) { client in
                let batch = PyzorBatch(client, size: 1)
                let refused = await batch.report(knownDigest, to: server.server)
                #expect((try? refused?.result.get())?.code == 403)
                let lost = await batch.report(knownDigest, to: server.server)
                #expect(lost?.result == .failure(.timedOut(server.server)))
                #expect(await batch.force().isEmpty)
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test func `no packet is larger than a server reads`() async throws {
        try await ScriptedServer.with { server in
            var configuration = PyzorClient.Configuration(servers: [server.server])
            configuration.accounts[server.server] = PyzorAccount(user: String(repeating: "é", count: 60), key: "ab")
            try await withClient(configuration) { client in
                let batch = PyzorBatch(client, size: 10_000)
                var deliveries: [PyzorBatch.Delivery] = []
                for digest in digests(400) {
                    if let delivery = await batch.report(digest, to: server.server) { deliveries.append(delivery) }
                }
                deliveries += await batch.force()
                #expect(deliveries.allSatisfy { (try? $0.result.get())?.isOK == true })
                #expect(deliveries.flatMap(\.digests) == digests(400))
            }
            #expect(server.requests.count == 3)
            #expect(server.requests.allSatisfy { $0.bytes.count <= 8192 })
        }
    }

    @Test func `what is discarded is never sent`() async throws {
        try await ScriptedServer.with { server in
            try await withClient(.init(servers: [server.server])) { client in
                let batch = PyzorBatch(client)
                _ = await batch.report(knownDigest, to: server.server)
                await batch.discard()
                #expect(await batch.force().isEmpty)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `flushing one server leaves the others' queues`() async throws {
        try await ScriptedServer.with { one in
            try await ScriptedServer.with { two in
                try await withClient(.init(servers: [one.server, two.server])) { client in
                    let batch = PyzorBatch(client)
                    _ = await batch.report(knownDigest, to: one.server)
                    _ = await batch.report(knownDigest, to: two.server)
                    let deliveries = await batch.flush(one.server)
                    #expect(deliveries.map(\.server) == [one.server])
                    #expect(await batch.count == 1)
                }
            }
        }
    }
}
