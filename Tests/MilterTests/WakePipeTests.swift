import Foundation
import Testing

@testable import Milter

struct WakePipeTests {
    @Test func `nobody wakes who is not woken`() throws {
        let pipe = try #require(WakePipe())
        #expect(!pipe.wait(milliseconds: 0))
        #expect(!pipe.wait(milliseconds: 20))
    }

    @Test func `however often it was woken before, it wakes once`() throws {
        let pipe = try #require(WakePipe())
        for _ in 0..<100_000 { pipe.wake() }
        #expect(pipe.wait(milliseconds: -1))
        #expect(!pipe.wait(milliseconds: 0))
        pipe.wake()
        #expect(pipe.wait(milliseconds: 60_000))
    }

    @Test func `a thread that waits for ever is woken`() throws {
        let pipe = try #require(WakePipe())
        Thread { pipe.wake() }.start()
        #expect(pipe.wait(milliseconds: -1))
    }
}
