import NIOCore
import Testing

@testable import Pyzor

@Suite struct ServerHealthTests {
    @Test func `five timeouts in a row and a server is left alone`() {
        var health = ServerHealth(policy: .init())
        for _ in 0..<4 { #expect(health.timedOut() == .none) }
        #expect(!health.isLeftAlone)
        #expect(health.timedOut() == .probe(after: .seconds(5)))
        #expect(health.isLeftAlone)
    }

    @Test func `an answer between timeouts begins the count anew`() {
        var health = ServerHealth(policy: .init())
        for _ in 0..<4 { _ = health.timedOut() }
        #expect(health.answered() == .none)
        for _ in 0..<4 { #expect(health.timedOut() == .none) }
        #expect(!health.isLeftAlone)
    }

    @Test func `the waits between probes double up to five minutes`() {
        var health = ServerHealth(policy: .init(timeouts: 1))
        #expect(health.timedOut() == .probe(after: .seconds(5)))
        for seconds in [10, 20, 40, 80, 160, 300, 300] as [Int64] {
            #expect(health.probeFailed() == .probe(after: .seconds(seconds)))
        }
    }

    @Test func `timeouts of questions that were under way start no second probe`() {
        var health = ServerHealth(policy: .init(timeouts: 1))
        _ = health.timedOut()
        #expect(health.timedOut() == .none)
    }

    @Test func `any answer brings a server back`() {
        var health = ServerHealth(policy: .init(timeouts: 1))
        _ = health.timedOut()
        #expect(health.answered() == .back)
        #expect(!health.isLeftAlone)
        #expect(health.probeFailed() == .none)
    }
}
