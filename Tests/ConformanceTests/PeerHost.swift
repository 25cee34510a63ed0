import Mail
import MilterPeer
import Synchronization
import TestRig

/// A mail server that is played: it speaks milter as the protocol's documents say, performs the edits, and keeps the mail.
final class PeerHost: Host {
    private let folder: PrivateDirectory
    private let kept = Mutex(Kept())

    private struct Kept {
        var deliveries: [Delivery] = []
        var held: [Delivery] = []
        var serial = 0
    }

    let milterSocket: String

    init() throws {
        folder = try PrivateDirectory()
        milterSocket = folder.path("milter.sock")
    }

    func stop() { folder.remove() }

    func deliveries(of mark: String) -> [Delivery] { kept.withLock { $0.deliveries.filter { $0.isMarked(mark) } } }

    func holds(_ mark: String) -> Bool { kept.withLock { $0.held.contains { $0.isMarked(mark) } } }

    /// A connection to Tamis, as far as HELO; nil when Tamis wants to hear no more of this client.
    func connection(port: UInt16 = 4321) throws -> Peer? {
        let peer = try Peer(path: milterSocket, timeout: 20)
        try peer.negotiate()
        try peer.macros(for: "C", [("j", "mx.test.local"), ("{daemon_name}", "mx.test.local")])
        guard try peer.connected(host: "localhost", ip: "127.0.0.1", port: port)?.command != "a" else {
            peer.close()
            return nil
        }
        try peer.helo("client.example.org")
        return peer
    }

    func send(_ mailing: Mailing, mark: String) throws -> Told {
        guard let peer = try connection() else { return try sendBare(mailing, mark: mark) }
        defer { peer.close() }
        return try send(mailing, mark: mark, over: peer)
    }

    func sendBare(_ mailing: Mailing, mark: String) throws -> Told {
        let message = PlayedMessage(mailing, mark: mark, accepted: mailing.recipients(mark))
        kept.withLock { $0.deliveries.append(message.delivery) }
        return Told(recipients: [], end: SMTPReply(code: 250, lines: ["2.0.0 Ok"]))
    }

    /// One message over a connection that has said HELO.
    func send(_ mailing: Mailing, mark: String, over peer: Peer) throws -> Told {
        let serial = kept.withLock { kept in
            kept.serial += 1
            return kept.serial
        }
        let answer = try peer.mail("<\(mailing.sender(mark))>")
        if answer?.command == "a" { return try sendBare(mailing, mark: mark) }
        if let refused = Self.refusal(answer) { return Told(recipients: [], end: refused) }
        var replies: [SMTPReply] = []
        var accepted: [String] = []
        for address in mailing.recipients(mark) {
            let refused = Self.refusal(try peer.recipient("<\(address)>"))
            replies.append(refused ?? SMTPReply(code: 250, lines: ["2.1.5 Ok"]))
            if refused == nil { accepted.append(address) }
        }
        let message = PlayedMessage(mailing, mark: mark, accepted: accepted)
        try message.play(to: peer)
        try peer.macros(for: "E", [("i", "PEER\(serial)")])
        let outcome = try peer.endOfMessage()
        if let refused = Self.refusal(outcome.reply) { return Told(recipients: replies, end: refused) }
        if outcome.reply.command != "d" { keep(try message.edited(outcome.edits)) }
        return Told(recipients: replies, end: SMTPReply(code: 250, lines: ["2.0.0 Ok"]))
    }

    private func keep(_ message: PlayedMessage) {
        kept.withLock { kept in
            if message.isHeld {
                kept.held.append(message.delivery)
            } else if !message.recipients.isEmpty {
                kept.deliveries.append(message.delivery)
            }
        }
    }

    /// What a client is told for a filter's answer; nil when it goes on.
    private static func refusal(_ packet: Peer.Packet?) -> SMTPReply? {
        switch packet?.command {
        case "r": SMTPReply(code: 550, lines: ["5.7.1 Command rejected"])
        case "t": SMTPReply(code: 451, lines: ["4.7.1 Service unavailable"])
        case "y": Self.reply(String(decoding: (packet?.data ?? []).prefix { $0 != 0 }, as: UTF8.self))
        default: nil
        }
    }

    /// As both servers do, `%%` is `%`.
    private static func reply(_ text: String) -> SMTPReply {
        let lines = text.replacing("%%", with: "%").replacing("\r\n", with: "\n").split(separator: "\n")
        return SMTPReply(code: Int(text.prefix(3)) ?? 0, lines: lines.map { String($0.dropFirst(4)) })
    }
}

extension Delivery {
    fileprivate func isMarked(_ mark: String) -> Bool {
        sender.contains(mark) || recipients.contains { $0.contains(mark) }
    }
}
