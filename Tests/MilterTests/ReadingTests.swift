import Mail
import Milter
import MilterPeer
import TestRig
import Testing

/// What the MTA sends is read as it arrives, however it is cut: commands come one by one, whole and in order.
struct ReadingTests {
    typealias Packet = Peer.Packet

    @Test func `ten messages in one write are ten messages`() throws {
        let (peer, log) = try SharedListener.connect()
        let message = Self.message(header: "one", body: Bytes("text".utf8))
        let packets = [Self.connect] + Array(repeating: message, count: 10).joined()
        try peer.sendRaw(packets.flatMap(\.wire))
        for packet in packets { #expect(try peer.receive() == Packet("c"), "\(packet)") }
        try peer.quit()
        #expect(log.waitForClose())
        #expect(log.told.count { $0 == .endOfMessage } == 10)
        #expect(log.told.count { $0 == .body(Bytes("text".utf8)) } == 10)
        #expect(!log.told.contains(.abort))
    }

    @Test func `a session that arrives byte by byte is the same session`() throws {
        let (peer, log) = try SharedListener.connect()
        let packets = [Self.connect] + Self.message(header: "one", body: Bytes("text".utf8))
        for packet in packets {
            for byte in packet.wire { try peer.sendRaw([byte]) }
            #expect(try peer.receive() == Packet("c"), "\(packet)")
        }
        try peer.quit()
        #expect(log.waitForClose())
        #expect(log.told.contains(.header("X-Test", "one")))
        #expect(log.told.contains(.body(Bytes("text".utf8))))
        #expect(log.told.suffix(2) == [.endOfMessage, .close])
    }

    /// Headers and pieces of the body of all sizes, written in pieces that begin and end anywhere.
    @Test(arguments: 1...8)
    func `nothing is lost, doubled or moved, wherever commands and writes begin and end`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (peer, log) = try SharedListener.connect()
        var packets = [Self.connect]
        var expected: [SessionEvent] = []
        for number in 0..<12 {
            let value = String(repeating: "v", count: .random(in: 0...(number % 3 == 0 ? 60_000 : 300), using: &random))
            let sizes = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Int.random(in: 1...[40, 17_000, 65_535].randomElement(using: &random)!, using: &random)
            }
            let bodies = sizes.map { size in (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) } }
            packets += Self.message(header: value, bodies: bodies)
            expected += [.header("X-Test", value), .endOfHeaders] + bodies.map { .body($0) } + [.endOfMessage]
        }
        var rest = packets.flatMap(\.wire)[...]
        var replies = 0
        while !rest.isEmpty {
            let piece = rest.prefix(
                .random(in: 1...[10, 4_000, 200_000].randomElement(using: &random)!, using: &random)
            )
            try peer.sendRaw(Bytes(piece))
            rest = rest.dropFirst(piece.count)
        }
        while replies < packets.count {
            #expect(try peer.receive() == Packet("c"))
            replies += 1
        }
        try peer.quit()
        #expect(log.waitForClose())
        let told = log.told.filter { event in
            switch event {
            case .header, .endOfHeaders, .body, .endOfMessage: true
            default: false
            }
        }
        #expect(told == expected)
    }

    /// libmilter's own reading gives up at the close of a unix socket: it would fail here, so this also tells that ours is in use.
    @Test func `what an MTA sent before it closed is read to its end`() throws {
        let stages: Stages = [.connect, .helo, .mail, .recipient, .data, .header, .endOfHeaders, .body]
        let script = Script(negotiation: Negotiation(withoutReply: stages))
        for _ in 0..<100 {
            let (peer, log) = try SharedListener.connect(script)
            let packets = [Self.connect] + Self.message(header: "one", body: Bytes("text".utf8))
            try peer.sendRaw(packets.flatMap(\.wire))
            peer.close()
            #expect(log.waitForClose())
            #expect(log.told.contains(.endOfMessage))
        }
    }

    /// The next connection often gets the descriptor and the thread of the one before.
    @Test func `what stands behind a goodbye is read by nobody, the next connection least of all`() throws {
        for _ in 0..<100 {
            let (peer, log) = try SharedListener.connect()
            let stray = Packet("M", "<stray@example.org>\0")
            try peer.sendRaw((([Self.connect, Packet("Q")] + Array(repeating: stray, count: 3)).flatMap(\.wire)))
            #expect(try peer.receive() == Packet("c"))
            #expect(log.waitForClose())
            #expect(log.told.map(\.isMail) == [false, false])
            peer.close()

            let (next, nextLog) = try SharedListener.connect()
            #expect(try next.message().reply == Packet("c"))
            try next.quit()
            #expect(nextLog.waitForClose())
            #expect(nextLog.told.count(where: \.isMail) == 1)
        }
    }

    @Test(
        arguments: [[0, 0, 0, 0, 77], [255, 255, 255, 255, 77], [0, 1, 0, 1, 66], [127, 255, 255, 255, 66]] as [Bytes]
    )
    func `a length that no command has ends the connection, and the message with it`(header: Bytes) throws {
        let (peer, log) = try SharedListener.connect()
        try peer.connected()
        try peer.mail("<a@example.org>")
        try peer.sendRaw(header)
        #expect(log.waitForClose())
        #expect(log.told.suffix(2) == [.abort, .close])
        #expect(peer.isClosedByFilter())
    }

    private static let connect = Packet("C", "mail.example\0U")

    private static func message(header: String, body: Bytes) -> [Packet] { message(header: header, bodies: [body]) }

    private static func message(header: String, bodies: [Bytes]) -> [Packet] {
        [
            Packet("M", "<a@example.org>\0"), Packet("R", "<b@example.org>\0"), Packet("L", "X-Test\0\(header)\0"),
            Packet("N"),
        ]
            + bodies.map { Packet("B", $0) } + [Packet("E")]
    }
}

extension SessionEvent {
    fileprivate var isMail: Bool { if case .mail = self { true } else { false } }
}
