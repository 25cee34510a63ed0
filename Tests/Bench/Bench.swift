import Foundation
import Synchronization
import TestRig

/// `make bench`: how many messages a second Tamis takes, how long each waits, and what it costs.
///
/// Load, stand-ins and tamisd share the machine, so messages a second are a figure of the whole; the processor time
/// of tamisd for a message is its own. The stand-ins answer at once: what is measured is Tamis, not SpamAssassin.
///
///     bench [MESSAGES] [CONNECTIONS] [BYTES]       8000 messages, 64 connections, 4096 bytes
@main
struct Bench {
    var messages: Int
    var connections: Int
    var bytes: Int

    static func main() throws {
        let given = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let values = given.prefix(3) + [8000, 64, 4096].dropFirst(given.count)
        let bench = Bench(messages: values[0], connections: values[1], bytes: values[2])
        print("\(bench.messages) messages of \(bench.bytes) bytes over \(bench.connections) connections")
        try bench.measure("no scanner", spamd: nil, pyzor: nil)
        let spamd = try ScriptedSpamd { _ in .calledHam }
        let pyzord = try ScriptedPyzord { $0.answer(count: 3) }
        try bench.measure("spamd", spamd: spamd.address, pyzor: nil)
        try bench.measure("spamd and Pyzor", spamd: spamd.address, pyzor: pyzord.address)
    }

    private func measure(_ title: String, spamd: String?, pyzor: String?) throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let address = "unix:\(folder.path("milter.sock"))"
        let tamisd = try Tamisd(
            settings: """
                milter: { listen: "\(address)" }
                spamd: { \(spamd.map { "servers: [\"\($0)\"], max-concurrent: 200" } ?? "enabled: false") }
                pyzor: { \(pyzor.map { "servers: [\"\($0)\"]" } ?? "enabled: false") }
                exempt: { networks: [] }
                limits: { max-in-flight: 2000 }

                """
        )
        defer { tamisd.stop() }
        _ = try run(min(messages / 10, 500), address)
        let before = tamisd.processorTime
        let start = ContinuousClock.now
        let waits = try run(messages, address).sorted()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let cost = (tamisd.processorTime - before) / Double(waits.count)
        print(
            title.padding(toLength: 16, withPad: " ", startingAt: 0),
            String(
                format: "%7.0f messages/s   wait p50 %5.1f ms, p99 %5.1f ms   tamisd %6.0f us each, %3.0f MB",
                Double(waits.count) / seconds,
                waits[waits.count / 2] * 1000,
                waits[waits.count * 99 / 100] * 1000,
                cost * 1e6,
                Double(tamisd.residentBytes) / 1e6
            )
        )
    }

    /// Sends messages over all connections at once; the seconds from the end of each message to its verdict.
    private func run(_ messages: Int, _ address: String) throws -> [Double] {
        let results = Results()
        let share = max(messages / connections, 1)
        let bytes = bytes
        let group = DispatchGroup()
        for _ in 0..<connections {
            group.enter()
            let thread = Thread {
                do {
                    let own = try Bench.session(address, share, bytes)
                    results.add(own)
                } catch {
                    results.fail(error)
                }
                group.leave()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        group.wait()
        return try results.get()
    }

    private static func session(_ address: String, _ messages: Int, _ bytes: Int) throws -> [Double] {
        var letter = Letter.ham("bench")
        while letter.body.count < bytes {
            letter.body += Array("This line makes the message longer, \(letter.body.count)\r\n".utf8)
        }
        let client = try MilterClient(address)
        try client.negotiate()
        try client.macros("C", ["j": "mx.test.local", "{daemon_name}": "mx"])
        try client.connect()
        try client.hello()
        var waits: [Double] = []
        let text = letter.body
        for _ in 0..<messages {
            // No two messages are alike: an answer that Tamis remembers would cost nothing.
            letter.body = text + Array("\(UInt64.random(in: 0 ... .max))\r\n".utf8)
            let start = ContinuousClock.now
            let packets = try client.deliver(letter)
            waits.append((ContinuousClock.now - start) / .seconds(1))
            guard packets.contains(where: { $0.letter == "i" }) else {
                throw RigError("a message came back without our fields: \(packets)")
            }
        }
        try client.quit()
        return waits
    }
}

private final class Results: Sendable {
    private let result = Mutex<Result<[Double], any Error>>(.success([]))

    func add(_ waits: [Double]) { result.withLock { $0 = $0.map { $0 + waits } } }

    func fail(_ error: any Error) { result.withLock { $0 = .failure(error) } }

    func get() throws -> [Double] { try result.withLock { try $0.get() } }
}
