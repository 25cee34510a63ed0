import Foundation
import Testing

@testable import Daemon

struct ServiceNotifierTests {
    /// What a service manager at `path` would read after `body`.
    private func datagrams(abstract: Bool, _ body: (ServiceNotifier) -> Void) throws -> [String] {
        try datagrams(abstract: abstract) { notifier, _ in
            body(notifier)
            return []
        }
    }

    /// What `body` read, and what can be read after it.
    private func datagrams(
        abstract: Bool,
        _ body: (_ notifier: ServiceNotifier, _ read: () -> [String]) -> [String]
    ) throws -> [String] {
        let name = abstract ? "@tamis-\(UUID().uuidString)" : "/tmp/tamis-\(UUID().uuidString)"
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer {
            close(descriptor)
            if !abstract { unlink(name) }
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if abstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(2 + bytes.count)) }
        }
        try #require(bound == 0)
        let read = {
            var seen: [String] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                guard count >= 0 else { return seen }
                seen.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
        }
        let notifier = ServiceNotifier(environment: { $0 == "NOTIFY_SOCKET" ? name : nil })
        return body(notifier, read) + read()
    }

    @Test(arguments: [false, true]) func `the service manager is told each state`(abstract: Bool) throws {
        let seen = try datagrams(abstract: abstract) { notifier in
            notifier.ready(status: "Answering")
            notifier.reloading()
            notifier.watchdog()
            notifier.stopping()
        }
        #expect(seen.count == 4)
        #expect(seen[0] == "READY=1\nSTATUS=Answering")
        #expect(seen[1].wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=[0-9]+/) != nil)
        #expect(seen[2] == "WATCHDOG=1")
        #expect(seen[3].hasPrefix("STOPPING=1\n"))
    }

    @Test func `a full socket costs the sign of life, not what the manager waits for`() throws {
        let told = DispatchSemaphore(value: 0)
        let seen = try datagrams(abstract: true) { notifier, read in
            for _ in 0..<1_000 { notifier.watchdog() }
            let begun = DispatchSemaphore(value: 0)
            Thread {
                begun.signal()
                notifier.ready(status: "Answering")
                told.signal()
            }
            .start()
            begun.wait()
            // Full as long as nobody reads.
            #expect(told.wait(timeout: .now() + .milliseconds(200)) == .timedOut)
            let first = read()
            #expect(told.wait(timeout: .now() + .seconds(20)) == .success)
            return first
        }
        #expect(seen.count < 1_000)
        #expect(seen.last == "READY=1\nSTATUS=Answering")
    }

    @Test(arguments: [nil, "", "relative", "/" + String(repeating: "x", count: 200)])
    func `without a manager that can be reached nothing is sent`(path: String?) {
        #expect(!ServiceNotifier(environment: { $0 == "NOTIFY_SOCKET" ? path : nil }).isActive)
    }

    @Test(
        arguments: [
            (["WATCHDOG_USEC": "30000000"], 30_000_000), (["WATCHDOG_USEC": "x"], nil), ([:], nil),
            (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "5", "WATCHDOG_PID": "1"], nil),
            (["WATCHDOG_USEC": "5", "WATCHDOG_PID": "\(getpid())"], 5),
        ] as [([String: String], Int64?)]
    )
    func `the watchdog's interval is the manager's, when it means this process`(
        variables: [String: String],
        interval: Int64?
    ) {
        #expect(ServiceNotifier.watchdogInterval(environment: { variables[$0] }) == interval)
    }
}
