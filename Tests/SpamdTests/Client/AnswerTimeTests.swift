import NIOCore
import Testing

@testable import Spamd

struct AnswerTimeTests {
    @Test func `nothing is reserved before the first answer`() {
        #expect(AnswerTime().reserve(of: 1_000) == 0)
    }

    @Test func `twice what an answer takes is reserved, and half of the time at most`() {
        var time = AnswerTime()
        time.note(answeredIn: 100)
        #expect(time.reserve(of: 1_000) == 200)
        #expect(time.reserve(of: 300) == 150)
        #expect(time.reserve(of: 0) == 0)
        #expect(time.reserve(of: -5) == 0)
    }

    @Test func `the time follows what answers take`() {
        var time = AnswerTime()
        time.note(answeredIn: 100)
        for _ in 0..<100 { time.note(answeredIn: 1_000) }
        #expect((1_900...2_000).contains(time.reserve(of: 100_000)))
        for _ in 0..<100 { time.note(answeredIn: 100) }
        #expect((200...220).contains(time.reserve(of: 100_000)))
    }

    @Test func `an answer that did not come can only mean more time`() {
        var time = AnswerTime()
        time.note(answeredIn: 100)
        time.note(givenUpAfter: 5)
        #expect(time.reserve(of: 100_000) == 200)
        time.note(givenUpAfter: 900)
        #expect(time.reserve(of: 100_000) == 400)
    }

    @Test func `absurd times do no harm`() {
        var time = AnswerTime()
        time.note(givenUpAfter: .max)
        #expect(time.reserve(of: .max) == Int64.max / 4 * 2)
    }
}
