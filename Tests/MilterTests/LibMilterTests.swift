import Mail
import Milter
import MilterPeer
import Testing

/// The stages, replies and modifications on the wire.
struct LibMilterTests {
    typealias Packet = Peer.Packet

    @Test func `every stage reaches the session with what the MTA said`() throws {
        let (peer, log) = try SharedListener.connect()
        #expect(try peer.connected(host: "mail.example", ip: "192.0.2.1", port: 4321) == Packet("c"))
        #expect(try peer.helo("mail.example") == Packet("c"))
        #expect(try peer.tell(Packet("U", "XYZZY now\0")) == Packet("c"))
        #expect(try peer.mail("<a@example.org>", "SIZE=1234", "BODY=8BITMIME") == Packet("c"))
        #expect(try peer.recipient("<b@example.org>", "NOTIFY=NEVER") == Packet("c"))
        #expect(try peer.recipient("c@example.org") == Packet("c"))
        #expect(try peer.data() == Packet("c"))
        #expect(try peer.header("Subject", " folded\n\tvalue") == Packet("c"))
        #expect(try peer.endOfHeaders() == Packet("c"))
        #expect(try peer.body([0x61, 0x00, 0x0D, 0x62, 0xFF]) == Packet("c"))
        #expect(try peer.endOfMessage() == Peer.Outcome(reply: Packet("c")))
        try peer.quit()
        #expect(log.waitForClose())
        let ip = try #require(IPAddress("192.0.2.1"))
        #expect(
            log.told == [
                .connect(Client(address: .ip(ip, port: 4321), hostName: Bytes("mail.example".utf8))),
                .helo("mail.example"),
                .unknownCommand("XYZZY now"),
                .mail(address("<a@example.org>", "SIZE=1234", "BODY=8BITMIME")),
                .recipient(address("<b@example.org>", "NOTIFY=NEVER")),
                .recipient(address("c@example.org")),
                .data, .header("Subject", " folded\n\tvalue"), .endOfHeaders,
                .body([0x61, 0x00, 0x0D, 0x62, 0xFF]), .endOfMessage, .close,
            ]
        )
    }

    @Test func `clients of every family are told apart`() throws {
        let ipv6 = try #require(IPAddress("2001:db8::1"))
        let ipv4 = try #require(IPAddress("192.0.2.1"))
        let cases: [(Bytes, Client)] = [
            (
                Bytes("h\0".utf8) + [0x36, 0x00, 0x19] + Bytes("2001:db8::1\0".utf8),
                Client(address: .ip(ipv6, port: 25), hostName: Bytes("h".utf8))
            ),
            (
                Bytes("[192.0.2.1]\0".utf8) + [0x34, 0x00, 0x00] + Bytes("192.0.2.1\0".utf8),
                Client(address: .ip(ipv4, port: 0))
            ),
            (
                Bytes("unknown\0".utf8) + [0x36, 0x00, 0x19] + Bytes("::ffff:192.0.2.1\0".utf8),
                Client(address: .ip(ipv4, port: 25))
            ),
            (
                Bytes("localhost\0".utf8) + [0x4C, 0x00, 0x00] + Bytes("/run/x\0".utf8),
                Client(address: .unix(path: Bytes("/run/x".utf8)), hostName: Bytes("localhost".utf8))
            ),
            (Bytes("localhost\0U".utf8), Client(address: .unknown, hostName: Bytes("localhost".utf8))),
        ]
        for (data, client) in cases {
            let (peer, log) = try SharedListener.connect()
            #expect(try peer.tell(Packet("C", data)) == Packet("c"))
            #expect(log.told == [.connect(client)])
        }
    }

    @Test func `macros are read at their stage and later`() throws {
        let names: [Macro] = ["j", "{client_addr}", "i", "{mail_addr}", "{absent}"]
        let (peer, log) = try SharedListener.connect(Script(macros: [.connect: names, .endOfMessage: names]))
        try peer.macros(for: "C", [("j", "mx.example"), ("{client_addr}", "192.0.2.1"), ("{empty}", "")])
        try peer.connected()
        _ = try peer.message(queueID: "4F2A1B")
        let macros = log.told.filter { if case .macro = $0 { true } else { false } }
        #expect(
            macros == [
                .macro(.connect, "j", "mx.example"), .macro(.connect, "{client_addr}", "192.0.2.1"),
                .macro(.connect, "i", nil), .macro(.connect, "{mail_addr}", nil), .macro(.connect, "{absent}", nil),
                .macro(.endOfMessage, "j", "mx.example"), .macro(.endOfMessage, "{client_addr}", "192.0.2.1"),
                .macro(.endOfMessage, "i", "4F2A1B"), .macro(.endOfMessage, "{mail_addr}", "<a@example.org>"),
                .macro(.endOfMessage, "{absent}", nil),
            ]
        )
    }

    /// libmilter would read on behind the end of such a list, and crash now and then: often enough, it is seen here.
    @Test func `a list of macros that does not come in pairs is taken for an empty one`() throws {
        let names: [Macro] = ["{auth_type}", "{absent}", "i"]
        for round in 0..<200 {
            let (peer, log) = try SharedListener.connect(Script(macros: [.mail: names]))
            try peer.connected()
            let lists: [Bytes] = [
                Bytes("i\0".utf8), Bytes("i".utf8), Bytes("i\0x".utf8), Bytes("{a}\0b\0{c}\0".utf8), [0], [0, 0, 0],
            ]
            try peer.send(Packet("D", [0x4D] + lists[round % lists.count]))
            try peer.mail("<a@example.org>")
            try peer.abort()
            let macros = log.told.filter { if case .macro = $0 { true } else { false } }
            #expect(macros == ["{auth_type}", "{absent}", "i"].map { .macro(.mail, $0, nil) })
            peer.close()
        }
    }

    @Test func `one letter with and without braces is the same macro`() throws {
        let (peer, log) = try SharedListener.connect(Script(macros: [.connect: ["j", "{i}"]]))
        try peer.macros(for: "C", [("{j}", "mx.example"), ("i", "4F2A1B")])
        try peer.connected()
        #expect(log.told.prefix(2) == [.macro(.connect, "j", "mx.example"), .macro(.connect, "{i}", "4F2A1B")])
    }

    @Test func `a header value is whole with leading blanks agreed`() throws {
        let (peer, log) = try SharedListener.connect()
        try peer.connected()
        _ = try peer.message(headers: [
            ("A", " one"), ("B", "none"), ("C", "  two"), ("D", "\ttab"), ("E", "\n fold"), ("F", ""),
        ])
        #expect(
            headers(log) == [
                .header("A", " one"), .header("B", "none"), .header("C", "  two"), .header("D", "\ttab"),
                .header("E", "\n fold"), .header("F", ""),
            ]
        )
    }

    @Test func `a header value is made whole where the MTA strips a blank`() throws {
        let (peer, log) = try SharedListener.connect(offer: .init(steps: 0x0F_FFFF))
        try peer.connected()
        _ = try peer.message(headers: [("A", " one"), ("C", "  two"), ("D", "\ttab"), ("E", "\n fold"), ("F", " ")])
        #expect(
            headers(log) == [
                .header("A", " one"), .header("C", "  two"), .header("D", "\ttab"), .header("E", "\n fold"),
                .header("F", " "),
            ]
        )
    }

    @Test(
        arguments: [
            (SessionStatus.continue, "c"), (.accept, "a"), (.reject(nil), "r"), (.tempfail(nil), "t"), (.discard, "d"),
        ] as [(SessionStatus, Character)]
    )
    func `a verdict without text is one letter`(status: SessionStatus, letter: Character) throws {
        let (peer, _) = try SharedListener.connect(Script(end: { _ in status }))
        try peer.connected()
        #expect(try peer.message().reply == Packet(letter))
    }

    @Test func `a reply has its code, its enhanced code and its percent signs`() throws {
        let reply = try Reply("550 5.7.1 100% spam")
        let (peer, _) = try SharedListener.connect(Script(end: { _ in .reject(reply) }))
        try peer.connected()
        #expect(try peer.message().reply == Packet("y", "550 5.7.1 100%% spam\0"))
    }

    @Test func `a reply of several lines repeats its codes`() throws {
        let reply = try Reply("451 4.7.1 one\ntwo %d\nthree")
        let (peer, _) = try SharedListener.connect(Script(end: { _ in .tempfail(reply) }))
        try peer.connected()
        let text = "451-4.7.1 one\r\n451-4.7.1 two %%d\r\n451 4.7.1 three\0"
        #expect(try peer.message().reply == Packet("y", text))
    }

    @Test func `the longest reply passes`() throws {
        let line = String(repeating: "x", count: Reply.maximumLineLength)
        let reply = try Reply("550 5.7.1 " + Array(repeating: line, count: Reply.maximumLines).joined(separator: "\n"))
        let (peer, _) = try SharedListener.connect(Script(end: { _ in .reject(reply) }))
        try peer.connected()
        let answer = try peer.message().reply
        #expect(answer.command == "y")
        #expect(answer.data.count == 32 * (10 + 500) + 31 * 2 + 1)
    }

    @Test func `a reply of the wrong class becomes the MTA's own and a problem`() throws {
        let reply = try Reply("451 4.7.77 wrong class")
        let (peer, _) = try SharedListener.connect(Script(end: { _ in .reject(reply) }))
        try peer.connected()
        #expect(try peer.message().reply == Packet("r"))
        #expect(try SharedListener.shared.get().problems.contains("451 4.7.77 wrong class"))
    }

    @Test(arguments: ["C", "H", "M", "R", "T", "L", "N", "B", "U"] as [Character])
    func `a refusal with text works at every stage`(command: Character) throws {
        let reply = try Reply("550 5.7.1 no")
        let (peer, _) = try SharedListener.connect(
            Script(answer: { $0.command == command ? .reject(reply) : .continue })
        )
        let refused = Packet("y", "550 5.7.1 no\0")
        let steps: [(Character, () throws -> Packet?)] = [
            ("C", { try peer.connected() }), ("H", { try peer.helo() }), ("U", { try peer.tell(Packet("U", "X\0")) }),
            ("M", { try peer.mail("<a@b>") }), ("R", { try peer.recipient("<c@d>") }), ("T", { try peer.data() }),
            ("L", { try peer.header("A", " b") }), ("N", { try peer.endOfHeaders() }), ("B", { try peer.body([0x61]) }),
        ]
        for (letter, step) in steps {
            #expect(try step() == (letter == command ? refused : Packet("c")))
            if letter == command { return }
        }
    }

    @Test func `a stage without reply has none and the message goes on`() throws {
        let silent: Stages = [
            .connect, .helo, .mail, .recipient, .data, .header, .endOfHeaders, .body, .unknownCommand,
        ]
        let script = Script(negotiation: Negotiation(withoutReply: silent))
        let (peer, log) = try SharedListener.connect(script)
        #expect(try peer.connected() == nil)
        #expect(try peer.helo() == nil)
        #expect(try peer.tell(Packet("U", "X\0")) == nil)
        let outcome = try peer.message(body: String(repeating: "x", count: 200_000))
        #expect(outcome == Peer.Outcome(reply: Packet("c")))
        #expect(log.told.count == 13)
    }

    @Test func `a status where no reply was agreed is not sent and a problem`() throws {
        let script = Script(
            negotiation: Negotiation(withoutReply: [.endOfHeaders]),
            answer: { $0 == .endOfHeaders ? .reject(nil) : .continue }
        )
        let (peer, _) = try SharedListener.connect(script)
        try peer.connected()
        #expect(try peer.message().reply == Packet("c"))
        #expect(try SharedListener.shared.get().problems.contains("answered reject at endOfHeaders, where no reply"))
    }

    @Test func `skip spares the rest of the body`() throws {
        let (peer, log) = try SharedListener.connect(
            Script(answer: { if case .body = $0 { .skip } else { .continue } })
        )
        try peer.connected()
        #expect(try peer.message(body: String(repeating: "x", count: 200_000)).reply == Packet("c"))
        #expect(log.told.filter { if case .body = $0 { true } else { false } }.count == 1)
    }

    @Test func `skip goes on where the MTA does not know it`() throws {
        let (peer, log) = try SharedListener.connect(
            Script(answer: { if case .body = $0 { .skip } else { .continue } }),
            offer: .init(steps: 0x1F_FFFF & ~0x400)
        )
        try peer.connected()
        #expect(try peer.message(body: String(repeating: "x", count: 200_000)).reply == Packet("c"))
        #expect(log.told.filter { if case .body = $0 { true } else { false } }.count == 4)
    }

    @Test func `a recipient that the MTA refused is told when asked for`() throws {
        let (peer, log) = try SharedListener.connect(Script(negotiation: Negotiation(rejectedRecipients: true)))
        #expect(peer.settled.steps & 0x800 != 0)
        guard case .negotiated(let agreed) = log.all.first else {
            Issue.record("nothing was agreed")
            return
        }
        #expect(agreed.rejectedRecipients)
    }

    @Test func `progress is told while a session works`() throws {
        let (peer, _) = try SharedListener.connect(
            Script(end: { context in context.progress() && context.progress() ? .accept : .tempfail(nil) })
        )
        try peer.connected()
        #expect(try peer.message() == Peer.Outcome(progress: 2, reply: Packet("a")))
    }

    private func headers(_ log: EventLog) -> [SessionEvent] {
        log.told.filter { if case .header = $0 { true } else { false } }
    }

    private func address(_ words: String...) -> Envelope.Address {
        Envelope.Address(wireForm: Bytes(words[0].utf8), parameters: words.dropFirst().map { Bytes($0.utf8) })
    }
}

extension SessionEvent {
    /// The protocol's letter for what led to the event.
    fileprivate var command: Character {
        switch self {
        case .connect: "C"
        case .helo: "H"
        case .mail: "M"
        case .recipient: "R"
        case .data: "T"
        case .header: "L"
        case .endOfHeaders: "N"
        case .body: "B"
        case .unknownCommand: "U"
        default: "?"
        }
    }
}
