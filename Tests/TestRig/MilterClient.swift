import Glibc

/// A packet of the milter protocol: a command or reply letter and what comes with it.
package struct MilterPacket: Equatable, Sendable, CustomStringConvertible {
    package var letter: Character
    package var data: [UInt8]

    package init(_ letter: Character, _ data: [UInt8] = []) {
        self.letter = letter
        self.data = data
    }

    /// The NUL-terminated strings in it.
    package var strings: [String] {
        data.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    package var description: String { "\(letter) \(String(decoding: data, as: UTF8.self).debugDescription)" }

    var bytes: [UInt8] { MilterPacket.number(data.count + 1) + [letter.asciiValue ?? 0] + data }

    static func number(_ value: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(value).bigEndian) { Array($0) } }
}

/// The mail server's side of the milter protocol, version 6, without a mail server.
///
/// It sends what it is told, in any order, and knows from the negotiation which commands get a reply. Everything
/// blocks; one client is one connection.
package final class MilterClient {
    /// What the filter asked for in the negotiation (the SMFIP_ bits of libmilter's mfdef.h).
    package private(set) var steps: UInt32 = 0
    /// The modifications that the filter wants to make (SMFIF_ bits).
    package private(set) var actions: UInt32 = 0
    /// How often the filter said that it was still at work.
    package private(set) var signsOfProgress = 0
    private let socket: Socket
    private var received: [UInt8] = []

    /// - Parameter address: `unix:/path` or `inet:127.0.0.1:PORT`.
    package init(_ address: String) throws {
        if address.hasPrefix("unix:") {
            socket = try Socket.connected(toPath: String(address.dropFirst(5)))
        } else {
            guard let port = address.split(separator: ":").last.flatMap({ Int($0) }) else {
                throw RigError("no address of a milter: \(address)")
            }
            socket = try Socket.connected(toPort: port)
        }
    }

    package func send(_ packet: MilterPacket) throws { try socket.write(packet.bytes) }

    package func send(bytes: [UInt8]) throws { try socket.write(bytes) }

    /// The next packet of the filter.
    package func receive() throws -> MilterPacket {
        while true {
            if received.count >= 5 {
                let length = received[..<4].reduce(0) { $0 << 8 | Int($1) }
                if received.count >= 4 + length {
                    let letter = Character(UnicodeScalar(received[4]))
                    let data = Array(received[5..<(4 + length)])
                    received.removeFirst(4 + length)
                    return MilterPacket(letter, data)
                }
            }
            guard let more = try socket.read() else { throw RigError("the filter closed the connection") }
            received += more
        }
    }

    /// Has the filter give so many answers that it can write only `count` packets more before it waits until some are read: libmilter asks
    /// whether it can write. Through a unix socket, whose room is a matter of packets rather than bytes.
    package func fillAnswers(leaving count: Int) throws {
        let answers = try Socket.packets(ofLength: MilterPacket("c").bytes.count) - count
        for _ in 0..<answers {
            try send(.init("M", strings: ["<nobody@example.org>"]))
            try abort()
        }
        try waitUntil("\(answers) answers were there") { waitingBytes == answers * MilterPacket("c").bytes.count }
    }

    /// How much the filter has written that was not received here.
    package var waitingBytes: Int { socket.waitingBytes }

    /// Drops the connection without a word.
    package func disconnect() { socket.shut() }

    // MARK: Commands

    /// - Parameters:
    ///   - actions: all that libmilter knows.
    ///   - steps: all that Postfix 3.7 offers, `leadingSpace` aside.
    package func negotiate(actions: UInt32 = 0x1ff, steps: UInt32 = 0x0f_ffff, leadingSpace: Bool = true) throws {
        let offered = leadingSpace ? steps | Step.leadingSpace : steps
        let numbers = [6, Int(actions), Int(offered)].flatMap(MilterPacket.number)
        try send(MilterPacket("O", numbers))
        let answer = try receive()
        guard answer.letter == "O", answer.data.count >= 12 else { throw RigError("no negotiation: \(answer)") }
        let words = stride(from: 0, to: 12, by: 4).map { start in
            answer.data[start..<(start + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        self.actions = words[1]
        self.steps = words[2]
    }

    /// - Parameter letter: that of the command which the macros come before.
    package func macros(_ letter: Character, _ macros: KeyValuePairs<String, String>) throws {
        let text = macros.map { "\($0.key)\0\($0.value)\0" }.joined()
        try send(MilterPacket("D", [letter.asciiValue ?? 0] + Array(text.utf8)))
    }

    @discardableResult
    package func connect(name: String = "client.example.org", address: String = "192.0.2.1") throws -> MilterPacket? {
        let data = Array(name.utf8) + [0, UInt8(ascii: "4")] + [0x30, 0x39] + Array(address.utf8) + [0]
        return try exchange(MilterPacket("C", data), without: Step.noConnect, silent: Step.silentConnect)
    }

    @discardableResult
    package func hello(_ name: String = "client.example.org") throws -> MilterPacket? {
        try exchange(.init("H", strings: [name]), without: Step.noHello, silent: Step.silentHello)
    }

    @discardableResult
    package func mail(from sender: String, _ parameters: String...) throws -> MilterPacket? {
        try exchange(.init("M", strings: ["<\(sender)>"] + parameters), without: Step.noMail, silent: Step.silentMail)
    }

    @discardableResult
    package func recipient(_ address: String) throws -> MilterPacket? {
        try exchange(.init("R", strings: ["<\(address)>"]), without: Step.noRecipient, silent: Step.silentRecipient)
    }

    @discardableResult
    package func data() throws -> MilterPacket? {
        try exchange(MilterPacket("T"), without: Step.noData, silent: Step.silentData)
    }

    /// - Parameter value: without the blank behind the colon; it is added when the filter asked for it.
    @discardableResult
    package func header(_ name: String, _ value: String) throws -> MilterPacket? {
        let value = steps & Step.leadingSpace != 0 ? " " + value : value
        return try exchange(.init("L", strings: [name, value]), without: Step.noHeaders, silent: Step.silentHeader)
    }

    @discardableResult
    package func endOfHeaders() throws -> MilterPacket? {
        try exchange(MilterPacket("N"), without: Step.noEndOfHeaders, silent: Step.silentEndOfHeaders)
    }

    @discardableResult
    package func body(_ bytes: [UInt8]) throws -> MilterPacket? {
        try exchange(MilterPacket("B", bytes), without: Step.noBody, silent: Step.silentBody)
    }

    /// All packets up to the verdict, which is the last; signs of progress are left out.
    package func endOfMessage() throws -> [MilterPacket] {
        try send(MilterPacket("E"))
        var packets: [MilterPacket] = []
        while true {
            let packet = try receive()
            if packet.letter == "p" {
                signsOfProgress += 1
                continue
            }
            packets.append(packet)
            if "acrtdy4".contains(packet.letter) { return packets }
        }
    }

    package func abort() throws { try send(MilterPacket("A")) }

    package func quit() throws { try send(MilterPacket("Q")) }

    /// MAIL, RCPT and a whole message; the answer to MAIL alone when that is no "go on".
    package func deliver(
        _ letter: Letter,
        from sender: String = "alice@example.org",
        to recipients: [String] = ["bob@test.local"],
        queueID: String = "4F2A1B"
    ) throws -> [MilterPacket] {
        if let answer = try mail(from: sender), answer.letter != "c" { return [answer] }
        for address in recipients { try recipient(address) }
        try macros("T", ["i": queueID])
        try data()
        try macros("L", ["i": queueID])
        for field in letter.fields { try header(field.name, field.value) }
        try macros("N", ["i": queueID])
        try endOfHeaders()
        for start in stride(from: 0, to: letter.body.count, by: 65_535) {
            try body(Array(letter.body[start..<min(start + 65_535, letter.body.count)]))
        }
        try macros("E", ["i": queueID])
        return try endOfMessage()
    }

    /// Sends a command unless the filter wants none of its kind; reads the reply unless the filter gives none.
    private func exchange(_ packet: MilterPacket, without: UInt32, silent: UInt32) throws -> MilterPacket? {
        guard steps & without == 0 else { return nil }
        try send(packet)
        return steps & silent == 0 ? try receive() : nil
    }
}

extension MilterPacket {
    init(_ letter: Character, strings: [String]) {
        self.init(letter, strings.flatMap { Array($0.utf8) + [0] })
    }
}

/// Bits of the negotiation, as libmilter's mfdef.h names them SMFIP_NOCONNECT, SMFIP_NR_CONN and so on.
private enum Step {
    static let noConnect: UInt32 = 0x1
    static let noHello: UInt32 = 0x2
    static let noMail: UInt32 = 0x4
    static let noRecipient: UInt32 = 0x8
    static let noBody: UInt32 = 0x10
    static let noHeaders: UInt32 = 0x20
    static let noEndOfHeaders: UInt32 = 0x40
    static let silentHeader: UInt32 = 0x80
    static let noData: UInt32 = 0x200
    static let silentConnect: UInt32 = 0x1000
    static let silentHello: UInt32 = 0x2000
    static let silentMail: UInt32 = 0x4000
    static let silentRecipient: UInt32 = 0x8000
    static let silentData: UInt32 = 0x1_0000
    static let silentEndOfHeaders: UInt32 = 0x4_0000
    static let silentBody: UInt32 = 0x8_0000
    static let leadingSpace: UInt32 = 0x10_0000
}
