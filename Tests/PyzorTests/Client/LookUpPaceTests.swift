import NIOCore
import Testing

@testable import Pyzor

struct LookUpPaceTests {
    @Test func `a name without an address is looked up soon, then ever later, up to a minute`() {
        var pace = LookUpPace(interval: .minutes(10))
        let waits = (0..<6).map { _ in pace.wait(hasAddress: false) }
        #expect(waits == [5, 10, 20, 40, 60, 60].map { .seconds($0) })
    }

    @Test func `a name with an address is looked up at the interval`() {
        var pace = LookUpPace(interval: .minutes(10))
        #expect(pace.wait(hasAddress: false) == .seconds(5))
        #expect(pace.wait(hasAddress: true) == .minutes(10))
    }

    @Test func `an interval that is shorter than the first wait holds for all`() {
        var pace = LookUpPace(interval: .seconds(1))
        #expect(pace.wait(hasAddress: false) == .seconds(1))
        #expect(pace.wait(hasAddress: false) == .seconds(1))
        pace.interval = .seconds(30)
        #expect(pace.wait(hasAddress: false) == .seconds(2))
    }
}
