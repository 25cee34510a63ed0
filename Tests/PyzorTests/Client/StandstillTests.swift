import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Pyzor

/// The process stands still (SIGSTOP, a virtual machine that is moved) and goes on when its timers are over: here it is the event
/// loop that does.
struct StandstillTests {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    @Test func `an answer that came meanwhile is read although the deadline is over`() async throws {
        try await ScriptedServer.with(.hold, table: knownTable) { server in
            let client = PyzorClient(
                configuration: .init(servers: [server.server], timeout: .seconds(20)),
                group: group
            )
            let deadline = NIODeadline.now() + .seconds(8)
            async let outcome = client.check(knownDigest, deadline: deadline)
            async let reply = client.send(.info(knownDigest), to: server.server, deadline: deadline)
            // One of them may come twice before the other comes.
            while Set(server.requests.map { $0.fields["Op"] }).count < 2 {
                await server.requested(server.requests.count + 1)
            }
            group.next().execute {
                server.release()
                while NIODeadline.now() < deadline + .milliseconds(100) { usleep(10_000) }
            }
            let (count, isOK) = try await (outcome.count, reply.isOK)
            #expect(count == knownTable[knownDigest.description]?.count)
            #expect(isOK)
            await client.shutdown()
        }
        try await group.shutdownGracefully()
    }

    @Test func `a server that says nothing after a standstill has timed out`() async throws {
        try await ScriptedServer.with(.silent) { server in
            let client = PyzorClient(
                configuration: .init(servers: [server.server], timeout: .seconds(20)),
                group: group
            )
            let deadline = NIODeadline.now() + .seconds(3)
            let question = Task { try await client.check(knownDigest, deadline: deadline) }
            await server.requested(1)
            group.next().execute {
                while NIODeadline.now() < deadline + .milliseconds(100) { usleep(10_000) }
            }
            await #expect(throws: PyzorError.timedOut(server.server)) { try await question.value }
            await client.shutdown()
        }
        try await group.shutdownGracefully()
    }
}
