import Glibc

/// A port of loopback at which nobody answers: not even the connection is made, as behind a firewall that drops packets.
///
/// Its queue of connections has room for one and is full, so the kernel drops each further SYN.
package final class BlackHole: Sendable {
    private let listener: Socket
    private let fillers: [Socket]

    package init() throws {
        let listener = try Socket.listening(backlog: 0)
        self.listener = listener
        fillers = try (0..<4).map { _ in try Socket.connecting(toPort: listener.port) }
    }

    /// `127.0.0.1:PORT`, as the settings want it.
    package var address: String { "127.0.0.1:\(listener.port)" }
}
