import Foundation
import Synchronization
import Testing

@testable import Daemon
@testable import Spamd

struct ServerObserversTests {
    /// The lines that `body` makes at the level that is the default.
    private func lines(_ body: (_ observers: ServerObservers, _ clock: Clock) throws -> Void) throws -> [String] {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let log = LogOutput(destination: .standardError, level: .notice, descriptor: ends[1])
        let clock = Clock()
        try body(ServerObservers(log: log, now: { clock.now }), clock)
        log.flush(milliseconds: 20_000)
        close(ends[1])
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let text = String(decoding: reader.readDataToEndOfFile(), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    @Test func `whoever read that a name does not resolve reads when it does`() throws {
        let server = try SpamdServer("spamd.test:783")
        let failure = SpamdEvent.resolveFailed(server, SpamdError(.resolveFailed, server: server, text: "no such host"))
        let seen = try lines { observers, clock in
            observers.spamd.tell(failure)
            clock.pass(.seconds(10))
            observers.spamd.tell(.resolved(server, ["192.0.2.7"]))
            observers.tellWhatIsDue()
            clock.pass(.seconds(25))
            observers.tellWhatIsDue()
        }
        #expect(seen == ["spamd: \(failure)", "spamd: spamd.test:783: is now 192.0.2.7"])
    }

    @Test func `an address that is only another one is not told`() throws {
        let server = try SpamdServer("spamd.test:783")
        #expect(try lines { observers, _ in observers.spamd.tell(.resolved(server, ["192.0.2.7"])) } == [])
    }
}

private final class Clock: Sendable {
    private let time = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { time.withLock { $0 } }

    func pass(_ duration: Duration) { time.withLock { $0 += duration } }
}
