import Testing

@testable import Daemon

struct RefusedConnectionsTests {
    @Test func `only what is new is told, with how many there were in all`() throws {
        let refused = RefusedConnections()
        #expect(refused.news(total: 0) == nil)
        let first = try #require(refused.news(total: 3)).line(.logfmt)
        #expect(first.contains("connections=3 total=3"))
        #expect(refused.news(total: 3) == nil)
        let second = try #require(refused.news(total: 10)).line(.logfmt)
        #expect(second.contains("connections=7 total=10"))
    }
}
