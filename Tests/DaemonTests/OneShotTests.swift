import Dispatch
import Testing

@testable import Daemon

struct OneShotTests {
    @Test func `a value that is there is given at once, as often as it is asked for`() {
        let slot = OneShot<Int>()
        slot.fulfil(1)
        slot.fulfil(2)
        #expect(slot.wait(until: .now()) == 1)
        #expect(slot.wait(until: .now()) == 1)
    }

    @Test func `without a value the wait ends at its time`() {
        #expect(OneShot<Int>().wait(until: .now() + .milliseconds(1)) == nil)
    }

    @Test func `a value wakes the thread that waits for it`() async {
        let slot = OneShot<String>()
        let seen = await withCheckedContinuation { continuation in
            startThread { continuation.resume(returning: slot.wait(until: .now() + .seconds(30))) }
            slot.fulfil("verdict")
        }
        #expect(seen == "verdict")
    }
}

struct DrainTests {
    @Test func `only the first call begins the drain`() {
        let admission = Admission()
        let drain = Drain(closing: admission)
        #expect(!admission.isClosed)
        #expect(drain.begin())
        #expect(!drain.begin())
        #expect(admission.isClosed)
    }

    @Test func `the end of the grace period wakes everybody who waits, and who comes later`() {
        let drain = Drain(closing: Admission())
        let slots = (0..<3).map { _ in OneShot<Bool>() }
        _ = drain.add { slots[0].fulfil(true) }
        _ = drain.add { slots[1].fulfil(true) }
        drain.end()
        _ = drain.add { slots[2].fulfil(true) }
        #expect(slots.map { $0.wait(until: .now()) } == [true, true, true])
    }

    @Test func `whoever has stopped waiting is not woken`() {
        let drain = Drain(closing: Admission())
        let slot = OneShot<Bool>()
        drain.remove(drain.add { slot.fulfil(true) })
        drain.end()
        #expect(slot.wait(until: .now()) == nil)
    }
}
