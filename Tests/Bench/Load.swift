import Foundation
import Synchronization
import TestRig

/// Mail for a milter, over many connections at once, from one process.
struct Load {
    var address: String
    var connections: Int
    /// The size of each body.
    var bytes: Int
    /// Messages after which a connection is closed and another one takes its place.
    var perConnection = Int.max
    /// What every verdict's fields must hold.
    var expected: [String] = []
    /// Whether a message may also be put off for want of memory.
    var mayBeBusy = false

    /// Sends messages over all connections; the seconds from the first command of each message to its verdict.
    ///
    /// - Throws: what went wrong first: every message must be accepted, with our fields in it.
    func send(_ messages: Int) throws -> [Double] {
        let results = Results(messages)
        let group = DispatchGroup()
        for _ in 0..<connections {
            group.enter()
            let thread = Thread {
                do {
                    while true {
                        let share = results.take(min(perConnection, max(messages / connections, 1)))
                        guard share > 0 else { break }
                        results.add(try session(share))
                    }
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

    /// One connection with so many messages.
    private func session(_ messages: Int) throws -> [Double] {
        var letter = Letter.ham("bench")
        let client = try MilterClient(address)
        defer { client.disconnect() }
        try client.negotiate()
        try client.macros("C", ["j": "mx.test.local", "{daemon_name}": "mx"])
        try client.connect()
        try client.hello()
        var waits: [Double] = []
        for _ in 0..<messages {
            letter.body = body()
            let start = ContinuousClock.now
            let packets = try client.deliver(letter)
            waits.append((ContinuousClock.now - start) / .seconds(1))
            try check(packets)
        }
        try client.quit()
        return waits
    }

    /// A body of its own for each message: an answer that Tamis remembers would cost nothing. The digest is made of a few lines
    /// somewhere in the text and of short words only, so every line differs by some.
    private func body() -> [UInt8] {
        let number = UInt64.random(in: 0 ... .max)
        let words = (0..<4).map { String(number >> ($0 * 16) & 0xffff, radix: 16) }.joined(separator: " ")
        let line = Array("a line of text that makes the body longer, \(words)\r\n".utf8)
        return Array((0...(bytes / line.count)).map { _ in line }.joined())
    }

    private func check(_ packets: [MilterPacket]) throws {
        if mayBeBusy, let last = packets.last, last.letter == "y", "\(last)".contains("451 4.3.2") { return }
        guard let verdict = packets.last, "ac".contains(verdict.letter) else {
            throw RigError("a message was not accepted: \(packets)")
        }
        guard let status = packets.first(where: isStatus) else {
            throw RigError("a message came back without our fields: \(packets)")
        }
        for text in expected where !"\(status)".contains(text) {
            throw RigError("a message came back without \"\(text)\": \(status)")
        }
    }

    /// An inserted field comes with its position in front.
    private func isStatus(_ packet: MilterPacket) -> Bool {
        packet.letter == "i" && packet.data.dropFirst(4).starts(with: Array("X-Spam-Status".utf8))
    }
}

/// How many messages are left to send, and what came of the others.
private final class Results: Sendable {
    private struct State {
        var left: Int
        var result: Result<[Double], any Error> = .success([])
    }

    private let state: Mutex<State>

    init(_ messages: Int) {
        state = Mutex(State(left: messages))
    }

    /// At most so many messages, to be sent by the caller; none after a failure.
    func take(_ count: Int) -> Int {
        state.withLock { state in
            guard case .success = state.result else { return 0 }
            let share = min(count, state.left)
            state.left -= share
            return share
        }
    }

    func add(_ waits: [Double]) { state.withLock { state in state.result = state.result.map { $0 + waits } } }

    func fail(_ error: any Error) {
        state.withLock { state in
            if case .success = state.result { state.result = .failure(error) }
        }
    }

    func get() throws -> [Double] { try state.withLock { try $0.result.get() } }
}
