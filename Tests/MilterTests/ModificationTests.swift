import Mail
import Milter
import MilterPeer
import Testing

/// Each modification as its packet, byte for byte.
struct ModificationTests {
    typealias Packet = Peer.Packet

    @Test(arguments: [
        (Modification.insertHeader(index: 1, name: "X-A", value: "b"), Packet("i", "\0\0\0\u{1}X-A\0 b\0")),
        (.insertHeader(index: 0, name: "X-A", value: "b"), Packet("i", "\0\0\0\0X-A\0 b\0")),
        (.addHeader(name: "X-A", value: "b"), Packet("h", "X-A\0 b\0")),
        (.addHeader(name: "X-A", value: ""), Packet("h", "X-A\0 \0")),
        (.changeHeader(name: "X-A", index: 2, value: "b"), Packet("m", "\0\0\0\u{2}X-A\0 b\0")),
        (.deleteHeader(name: "X-A", index: 300), Packet("m", Bytes([0, 0, 1, 44]) + Bytes("X-A\0\0".utf8))),
        (.changeSender(address: Bytes("<a@b>".utf8), parameters: []), Packet("e", "<a@b>\0")),
        (
            .changeSender(address: Bytes("<a@b>".utf8), parameters: Bytes("A=1 B=2".utf8)),
            Packet("e", "<a@b>\0A=1 B=2\0")
        ),
        (.addRecipient(address: Bytes("<a@b>".utf8), parameters: []), Packet("+", "<a@b>\0")),
        (
            .addRecipient(address: Bytes("<a@b>".utf8), parameters: Bytes("NOTIFY=NEVER".utf8)),
            Packet("2", "<a@b>\0NOTIFY=NEVER\0")
        ),
        (.deleteRecipient(address: Bytes("a@b".utf8)), Packet("-", "a@b\0")),
        (.replaceBody(Bytes("new\0body\r\n".utf8)), Packet("b", "new\0body\r\n")),
        (.replaceBody([]), Packet("b")),
        (.quarantine(reason: "looks like 100% spam"), Packet("q", "looks like 100% spam\0")),
    ])
    func `a modification is its packet`(modification: Modification, packet: Packet) throws {
        let log = EventLog()
        let (peer, _) = try SharedListener.connect(Script(end: { perform([modification], $0, log) }))
        try peer.connected()
        try peer.mail("<a@b>")
        try peer.recipient("<c@d>")
        try peer.endOfHeaders()
        try peer.send(Packet("E"))
        #expect(try peer.receive() == packet)
        #expect(try peer.receive() == Packet("c"))
    }

    @Test func `without leading blanks agreed the MTA adds its own`() throws {
        let modifications: [Modification] = [
            .insertHeader(index: 1, name: "X-A", value: "b"), .addHeader(name: "X-B", value: "c"),
            .changeHeader(name: "X-C", index: 1, value: "d"), .deleteHeader(name: "X-D", index: 2),
        ]
        let (peer, _) = try SharedListener.connect(
            Script(end: { perform(modifications, $0, nil) }),
            offer: .init(steps: 0x0F_FFFF)
        )
        try peer.connected()
        #expect(
            try peer.message().edits == [
                .insertHeader(index: 1, name: "X-A", value: "b"), .addHeader(name: "X-B", value: "c"),
                .changeHeader(index: 1, name: "X-C", value: "d"), .changeHeader(index: 2, name: "X-D", value: ""),
            ]
        )
    }

    @Test func `a large body goes out in consecutive pieces`() throws {
        let body = Bytes((0..<200_000).map { UInt8(truncatingIfNeeded: $0 % 251) })
        let (peer, _) = try SharedListener.connect(
            Script(end: { perform([.replaceBody(body), .addHeader(name: "X-A", value: "b")], $0, nil) })
        )
        try peer.connected()
        let edits = try peer.message().edits
        #expect(edits.count == 5 && edits.last == .addHeader(name: "X-A", value: " b"))
        let pieces = edits.dropLast().map { if case .replaceBody(let piece) = $0 { piece } else { Bytes() } }
        #expect(pieces.map(\.count) == [65_535, 65_535, 65_535, 3395])
        #expect(pieces.flatMap { $0 } == body)
    }

    @Test func `a long value goes out folded with line feeds`() throws {
        let value = HeaderValue((1...30).map { "TEST_NUMBER_\($0)" }.joined(separator: ","))
        let (peer, _) = try SharedListener.connect(
            Script(end: { perform([.addHeader(name: "X-Spam-Status", value: value)], $0, nil) })
        )
        try peer.connected()
        guard case .addHeader(_, let text) = try peer.message().edits.first else {
            Issue.record("no header")
            return
        }
        #expect(text.contains("\n\t") && !text.contains("\r"))
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 78 })
    }

    @Test func `what was not agreed is an error and nothing is sent`() throws {
        let log = EventLog()
        let script = Script(
            negotiation: Negotiation(actions: [.addHeaders]),
            end: { perform([.quarantine(reason: "x"), .deleteHeader(name: "A", index: 1)], $0, log) }
        )
        let (peer, _) = try SharedListener.connect(script)
        try peer.connected()
        #expect(try peer.message() == Peer.Outcome(reply: Packet("c")))
        #expect(
            log.all == [
                .unknownCommand("quarantining was not agreed with the MTA"),
                .unknownCommand("deleting the header A (1) was not agreed with the MTA"),
            ]
        )
    }

    @Test func `a value too large for a packet is an error`() throws {
        let log = EventLog()
        let value = HeaderValue(prefix: "", received: Bytes(repeating: 0x78, count: 65_000))
        let name = try #require(HeaderName(String(repeating: "N", count: 76)))
        let huge = Modification.addRecipient(address: Bytes(repeating: 0x61, count: 70_000), parameters: [])
        let (peer, _) = try SharedListener.connect(
            Script(end: { perform([.addHeader(name: name, value: value), huge], $0, log) })
        )
        try peer.connected()
        #expect(try peer.message().edits.count == 1)
        #expect(log.all == [.unknownCommand("adding a recipient was not sent: the MTA has gone, or it is too large")])
    }
}

/// Performs modifications at the end of a message and notes errors (as an event, since a log takes those).
private func perform(
    _ modifications: [Modification],
    _ context: borrowing EndOfMessageContext,
    _ log: EventLog?
) -> SessionStatus {
    for modification in modifications {
        do throws(MilterError) {
            try context.perform(modification)
        } catch {
            log?.append(.unknownCommand("\(error)"))
        }
    }
    return .continue
}
