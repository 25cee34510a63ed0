package import Mail

/// The MTA's side of the milter protocol, version 6, for tests: says what it is told to say and reads what comes back.
///
/// A stage that was negotiated away is not sent, and a reply that was is not waited for, as an MTA does it. Every wait has
/// a deadline. Not for several threads at once.
package final class Peer {
    /// What the MTA can do: all by default.
    package struct Offer: Sendable {
        package var version: UInt32 = 6
        package var actions: UInt32 = 0x1FF
        package var steps: UInt32 = 0x1F_FFFF

        package init(version: UInt32 = 6, actions: UInt32 = 0x1FF, steps: UInt32 = 0x1F_FFFF) {
            self.version = version
            self.actions = actions
            self.steps = steps
        }
    }

    /// What the filter answered to the offer.
    package struct Settled: Sendable, Equatable {
        package var version: UInt32
        package var actions: UInt32
        package var steps: UInt32
        /// The macros asked for, by the protocol's number of the stage (SMFIM_*).
        package var macros: [UInt32: String]
    }

    package enum Failure: Error, Equatable {
        case cannotConnect(errno: Int32)
        case closed
        case timeout
        case tooLarge
        case malformed
    }

    /// The option bits that have to do with one command: 0 for none.
    private struct Bits {
        var notWanted: UInt32 = 0
        var noReply: UInt32 = 0
    }

    package private(set) var settled = Settled(version: 0, actions: 0, steps: 0, macros: [:])
    private let socket: PeerSocket

    /// Connects to a unix socket. `timeout` is for each wait, in seconds.
    package init(path: String, timeout: Int32 = 30) throws {
        socket = try PeerSocket(path: path, timeout: timeout)
    }

    /// Connects to a port of 127.0.0.1 or of ::1.
    package init(port: UInt16, isIPv6: Bool = false, timeout: Int32 = 30) throws {
        socket = try PeerSocket(port: port, isIPv6: isIPv6, timeout: timeout)
    }

    /// Ends the connection without a word.
    package func close() { socket.close() }

    // MARK: Packets

    /// One unit of the protocol: a letter and data.
    package struct Packet: Sendable, Equatable, CustomStringConvertible {
        package var command: Character
        package var data: Bytes

        package init(_ command: Character, _ data: Bytes = []) {
            self.command = command
            self.data = data
        }

        package init(_ command: Character, _ text: String) { self.init(command, Bytes(text.utf8)) }

        /// As it is sent.
        package var wire: Bytes { Peer.number(UInt32(data.count + 1)) + Bytes(String(command).utf8) + data }

        package var description: String { "\(command) \(String(decoding: data, as: UTF8.self).debugDescription)" }
    }

    package func send(_ packet: Packet) throws { try sendRaw(packet.wire) }

    /// Sends bytes as they are: garbage too.
    package func sendRaw(_ bytes: Bytes) throws { try socket.send(bytes) }

    package func receive() throws -> Packet {
        let length = try Self.number(socket.read(4)[...])
        guard length >= 1, length < 1 << 20 else { throw Failure.tooLarge }
        let bytes = try socket.read(Int(length))
        return Packet(Character(Unicode.Scalar(bytes[0])), Bytes(bytes.dropFirst()))
    }

    /// Waits until the filter has closed the connection; false when it said something or did nothing.
    package func isClosedByFilter() -> Bool {
        do {
            _ = try socket.read(1)
            return false
        } catch {
            return error as? Failure == .closed
        }
    }

    private static func number(_ value: UInt32) -> Bytes { withUnsafeBytes(of: value.bigEndian) { Bytes($0) } }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    // MARK: A session

    /// Settles what will be sent. The first thing on a connection.
    @discardableResult
    package func negotiate(_ offer: Offer = Offer()) throws -> Settled {
        try send(Packet("O", Self.number(offer.version) + Self.number(offer.actions) + Self.number(offer.steps)))
        let answer = try receive()
        guard answer.command == "O", answer.data.count >= 12 else { throw Failure.malformed }
        var rest = answer.data.dropFirst(12)
        var macros: [UInt32: String] = [:]
        while rest.count > 4 {
            let names = rest.dropFirst(4).prefix { $0 != 0 }
            macros[Self.number(rest)] = String(decoding: names, as: UTF8.self)
            rest = rest.dropFirst(5 + names.count)
        }
        settled = Settled(
            version: Self.number(answer.data[...]),
            actions: Self.number(answer.data[4...]),
            steps: Self.number(answer.data[8...]),
            macros: macros
        )
        return settled
    }

    /// Sends macros for the next command, which `command` names; names as `i` or `{name}`.
    package func macros(for command: Character, _ values: [(String, String)]) throws {
        let words = values.flatMap { [$0.0, $0.1] }
        try send(Packet("D", Bytes(String(command).utf8) + Self.strings(words)))
    }

    /// Sends a command as it was negotiated; nil when it was not sent or has no reply.
    @discardableResult
    package func tell(_ packet: Packet) throws -> Packet? {
        let bits = Self.bits(packet.command)
        guard settled.steps & bits.notWanted == 0 else { return nil }
        try send(packet)
        return settled.steps & bits.noReply == 0 ? try receive() : nil
    }

    /// CONNECT. A nil address is an unknown one.
    @discardableResult
    package func connected(
        host: String = "mail.example",
        ip: String? = "192.0.2.1",
        port: UInt16 = 4321
    ) throws -> Packet? {
        var data = Bytes(host.utf8) + [0]
        if let ip {
            let family: Character = ip.contains(":") ? "6" : "4"
            data +=
                Bytes(String(family).utf8) + withUnsafeBytes(of: port.bigEndian) { Bytes($0) } + Bytes(ip.utf8) + [0]
        } else {
            data += Bytes("U".utf8)
        }
        return try tell(Packet("C", data))
    }

    @discardableResult
    package func helo(_ name: String = "mail.example") throws -> Packet? { try tell(Packet("H", name + "\0")) }

    @discardableResult
    package func mail(_ words: String...) throws -> Packet? { try tell(Packet("M", Self.strings(words))) }

    @discardableResult
    package func recipient(_ words: String...) throws -> Packet? { try tell(Packet("R", Self.strings(words))) }

    @discardableResult
    package func data() throws -> Packet? { try tell(Packet("T")) }

    /// A header field; `value` is what stands after the colon. Its leading space is sent only where that was agreed.
    @discardableResult
    package func header(_ name: String, _ value: String) throws -> Packet? {
        let isWhole = settled.steps & 0x10_0000 != 0 || !value.hasPrefix(" ")
        return try tell(Packet("L", name + "\0" + (isWhole ? value : String(value.dropFirst())) + "\0"))
    }

    @discardableResult
    package func endOfHeaders() throws -> Packet? { try tell(Packet("N")) }

    /// A body, in pieces of 65535 bytes; stops after a skip or a refusal and gives the last reply.
    @discardableResult
    package func body(_ bytes: Bytes) throws -> Packet? {
        var rest = bytes[...]
        var last: Packet?
        while !rest.isEmpty {
            last = try tell(Packet("B", Bytes(rest.prefix(65_535))))
            if let last, last.command != "c" { return last }
            rest = rest.dropFirst(65_535)
        }
        return last
    }

    /// What came of a message: the edits in order, how often progress was told, and the verdict.
    package struct Outcome: Sendable, Equatable {
        package var edits: [Edit]
        package var progress: Int
        /// `c` and `a` accept, `y` has a reply text, `r`, `t`, `d`.
        package var reply: Packet

        package init(edits: [Edit] = [], progress: Int = 0, reply: Packet) {
            self.edits = edits
            self.progress = progress
            self.reply = reply
        }
    }

    package func endOfMessage() throws -> Outcome {
        try send(Packet("E"))
        var outcome = Outcome(reply: Packet("?"))
        while true {
            let packet = try receive()
            if packet.command == "p" {
                outcome.progress += 1
            } else if let edit = Edit(packet) {
                outcome.edits.append(edit)
            } else {
                outcome.reply = packet
                return outcome
            }
        }
    }

    package func abort() throws { try send(Packet("A")) }

    /// Says goodbye and closes.
    package func quit() throws {
        try send(Packet("Q"))
        close()
    }

    /// Ends this SMTP session; another one follows on the same connection.
    package func quitForNewConnection() throws { try send(Packet("K")) }

    /// A whole message after CONNECT and HELO; stops with the first reply that is no continue.
    package func message(
        from sender: String = "<a@example.org>",
        to recipients: [String] = ["<b@example.org>"],
        queueID: String = "4F2A1B",
        headers: [(String, String)] = [("Subject", " hello")],
        body: String = "text\r\n"
    ) throws -> Outcome {
        try macros(for: "M", [("{mail_addr}", sender)])
        var replies = [try mail(sender)]
        for recipient in recipients { replies.append(try self.recipient(recipient)) }
        try macros(for: "T", [("i", queueID)])
        replies.append(try data())
        for (name, value) in headers { replies.append(try header(name, value)) }
        replies.append(try endOfHeaders())
        if let reply = replies.compactMap({ $0 }).first(where: { $0.command != "c" }) {
            return Outcome(reply: reply)
        }
        if let reply = try self.body(Bytes(body.utf8)), !"cs".contains(reply.command) {
            return Outcome(reply: reply)
        }
        try macros(for: "E", [("i", queueID)])
        return try endOfMessage()
    }

    private static func strings(_ words: [String]) -> Bytes { words.flatMap { Bytes($0.utf8) + [0] } }

    private static func bits(_ command: Character) -> Bits {
        switch command {
        case "C": Bits(notWanted: 0x01, noReply: 0x1000)
        case "H": Bits(notWanted: 0x02, noReply: 0x2000)
        case "M": Bits(notWanted: 0x04, noReply: 0x4000)
        case "R": Bits(notWanted: 0x08, noReply: 0x8000)
        case "B": Bits(notWanted: 0x10, noReply: 0x80000)
        case "L": Bits(notWanted: 0x20, noReply: 0x80)
        case "N": Bits(notWanted: 0x40, noReply: 0x40000)
        case "U": Bits(notWanted: 0x100, noReply: 0x20000)
        case "T": Bits(notWanted: 0x200, noReply: 0x10000)
        default: Bits()
        }
    }
}
