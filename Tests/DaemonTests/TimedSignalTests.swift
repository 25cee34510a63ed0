import Dispatch
import Testing

@testable import Daemon

struct TimedSignalTests {
    @Test func `a signal that was given is there for everybody, now and later`() {
        let signal = TimedSignal()
        signal.set()
        signal.set()
        #expect(signal.wait(until: .now()))
        #expect(signal.wait(until: .distantFuture))
    }

    @Test func `without a signal the wait ends at its time and not before`() {
        let end = DispatchTime.now() + .milliseconds(30)
        #expect(!TimedSignal().wait(until: end))
        #expect(DispatchTime.now() >= end)
    }

    @Test func `a moment that has passed is no reason to wait`() {
        #expect(!TimedSignal().wait(until: .now() - .seconds(5)))
        #expect(!TimedSignal().wait(until: DispatchTime(uptimeNanoseconds: 1)))
    }

    @Test func `a signal wakes all threads that wait`() {
        let signal = TimedSignal()
        let woken = DispatchSemaphore(value: 0)
        for _ in 0..<4 {
            #expect(startThread { if signal.wait(until: .now() + .seconds(60)) { woken.signal() } })
        }
        signal.set()
        for _ in 0..<4 { woken.wait() }
    }
}
