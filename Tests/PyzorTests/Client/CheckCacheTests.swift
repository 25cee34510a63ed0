import NIOCore
import Testing

@testable import Pyzor

private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

private func digest(_ number: Int) -> MessageDigest {
    let digits = String(number, radix: 16)
    return MessageDigest(String(repeating: "0", count: 40 - digits.count) + digits)!
}

private func outcome(_ number: Int, count: Int64 = 0, whitelistCount: Int64 = 0) throws -> CheckOutcome {
    let text = "Code: 200\nDiag: OK\nPV: 2.1\nThread: 2000\nCount: \(count)\nWL-Count: \(whitelistCount)\n"
    let reply = try PyzorReply(WireFields(parsing: text.utf8), to: .check)
    let answer = ServerAnswer(server: .standard, result: .success(reply))
    return try #require(CheckOutcome(digest: digest(number), answers: [answer], origin: .asked))
}

@Suite struct CheckCacheTests {
    @Test func `a found digest is kept for ten minutes, another for two`() throws {
        var cache = CheckCache(policy: .init())
        cache.keep(try outcome(1, count: 3), now: start)
        cache.keep(try outcome(2), now: start)
        #expect(cache.outcome(of: digest(1), now: start)?.origin == .cached)
        #expect(cache.outcome(of: digest(2), now: start + .seconds(119)) != nil)
        #expect(cache.outcome(of: digest(2), now: start + .seconds(120)) == nil)
        #expect(cache.outcome(of: digest(1), now: start + .seconds(599))?.count == 3)
        #expect(cache.outcome(of: digest(1), now: start + .seconds(600)) == nil)
    }

    @Test func `a whitelisted digest counts as found`() throws {
        var cache = CheckCache(policy: .init())
        cache.keep(try outcome(1, whitelistCount: 2), now: start)
        #expect(cache.outcome(of: digest(1), now: start + .minutes(5)) != nil)
    }

    @Test(arguments: [0, 1, 2, 3, 10, 100])
    func `no more than the given number is ever kept`(entries: Int) throws {
        var cache = CheckCache(policy: .init(entries: entries))
        for number in 0..<300 {
            cache.keep(try outcome(number), now: start)
            #expect(cache.count <= entries)
        }
        #expect((cache.outcome(of: digest(299), now: start) != nil) == (entries > 0))
    }

    @Test func `what is asked for stays`() throws {
        var cache = CheckCache(policy: .init(entries: 10))
        cache.keep(try outcome(0, count: 9), now: start)
        for number in 1..<200 {
            cache.keep(try outcome(number), now: start)
            #expect(cache.outcome(of: digest(0), now: start)?.count == 9)
        }
    }

    @Test func `a newer outcome replaces an older one`() throws {
        var cache = CheckCache(policy: .init(entries: 4))
        cache.keep(try outcome(1), now: start)
        cache.keep(try outcome(2), now: start)
        cache.keep(try outcome(3), now: start)
        cache.keep(try outcome(1, count: 5), now: start)
        #expect(cache.outcome(of: digest(1), now: start)?.count == 5)
    }
}
