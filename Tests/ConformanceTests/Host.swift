import Foundation
import TestRig

/// A mail server of the suite: real or played.
protocol Host: Sendable {
    /// Where Tamis has to listen.
    var milterSocket: String { get }
    /// Sends a message by way of Tamis.
    func send(_ mailing: Mailing, mark: String) throws -> Told
    /// Sends a message past Tamis: what the server by itself makes of it.
    func sendBare(_ mailing: Mailing, mark: String) throws -> Told
    /// What has arrived of a mailing by now.
    func deliveries(of mark: String) throws -> [Delivery]
    /// Whether it is held in quarantine.
    func holds(_ mark: String) throws -> Bool
    func stop()
}

/// Postfix or Sendmail.
struct MailServerHost: Host {
    let server: any MailServer

    var milterSocket: String { server.milterSocket }

    func send(_ mailing: Mailing, mark: String) throws -> Told {
        try send(mailing, mark: mark, port: server.port)
    }

    func sendBare(_ mailing: Mailing, mark: String) throws -> Told {
        guard let port = server.barePort else { throw RigError("this server has no bare port") }
        return try send(mailing, mark: mark, port: port)
    }

    private func send(_ mailing: Mailing, mark: String, port: Int) throws -> Told {
        let client = try SMTPClient(port: port)
        try client.hello()
        defer { client.disconnect() }
        return try client.send(mailing, mark: mark)
    }

    func deliveries(of mark: String) throws -> [Delivery] {
        try server.deliveries().filter { delivery in
            delivery.sender.contains(mark) || delivery.recipients.contains { $0.contains(mark) }
        }
    }

    func holds(_ mark: String) throws -> Bool { try server.holds(mark) }

    func stop() { server.stop() }
}

extension SMTPClient {
    /// One mailing over this connection. Recipients may be refused, as long as one of them is not.
    func send(_ mailing: Mailing, mark: String) throws -> Told {
        let mail = try mail(from: mailing.sender(mark), mailing.parameters)
        guard mail.isPositive else { return Told(recipients: [], end: mail) }
        let replies = try mailing.recipients(mark).map { try recipient($0) }
        guard replies.contains(where: \.isPositive) else {
            return Told(recipients: replies, end: replies.last ?? mail)
        }
        return Told(recipients: replies, end: try data(mailing.message))
    }
}
