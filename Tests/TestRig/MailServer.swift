import Glibc

/// A private mail server with a milter attached: what Postfix and Sendmail have in common for a test.
package protocol MailServer: Sendable {
    /// Where it speaks SMTP, on loopback.
    var port: Int { get }
    /// The unix socket at which it expects its milter. Nobody has to be there when it starts.
    var milterSocket: String { get }
    /// The messages that it has delivered, in no order.
    func delivered() throws -> [Letter]
    /// The same with their envelopes, byte for byte; one for each recipient where the server parts them.
    func deliveries() throws -> [Delivery]
    /// Messages put aside by a quarantine.
    func quarantined() throws -> Int
    /// Whether one of these holds this text, in its envelope or its header.
    func holds(_ text: String) throws -> Bool
    /// Another port where it speaks SMTP, without the milter, if that was asked for.
    var barePort: Int? { get }
    func stop()
}

extension MailServer {
    /// Waits for the one message with this `Message-ID: <identifier@example.org>`.
    package func delivered(_ identifier: String) throws -> Letter {
        try waitFor("delivery of \(identifier)") {
            try delivered().first { $0.value("Message-ID") == "<\(identifier)@example.org>" }
        }
    }

    /// Whether it has delivered it by now.
    package func hasDelivered(_ identifier: String) throws -> Bool {
        try delivered().contains { $0.value("Message-ID") == "<\(identifier)@example.org>" }
    }
}

/// How to reach the milter.
package enum MilterAddress: Equatable, Sendable {
    /// A socket in the server's own folder.
    case unix
    /// A port of loopback.
    case inet(Int)
}

/// Starts a server on a free port, again on another one if somebody was quicker to take it.
func onFreePort<Server>(_ start: (Int) throws -> Server) throws -> Server {
    for _ in 0..<4 {
        do {
            return try start(Ports.unusedTCP())
        } catch let error as RigError where error.description.contains("in use") {
            continue
        }
    }
    return try start(Ports.unusedTCP())
}
