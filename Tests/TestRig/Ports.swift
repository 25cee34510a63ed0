import Foundation
import Glibc

/// Ports of loopback that nobody uses at this moment.
///
/// Somebody else may take one before the program that it is meant for does; who starts such a program tries again.
package enum Ports {
    package static func unusedTCP() throws -> Int { try Socket.listening().port }
    package static func unusedUDP() throws -> Int { try Socket.datagrams().port }

    /// Whether somebody listens on a port of 127.0.0.1 or of all addresses, without a connection that he would see.
    static func isListened(_ port: Int) throws -> Bool {
        let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
        let number = String(port, radix: 16, uppercase: true)
        let place = ":" + String(repeating: "0", count: 4 - number.count) + number
        return table.split(separator: "\n").dropFirst().contains { line in
            // Local address, remote address, state: 0A is LISTEN (proc(5)).
            let words = line.split(separator: " ")
            return words.count > 3 && words[3] == "0A" && ["0100007F", "00000000"].contains { words[1] == $0 + place }
        }
    }
}

/// A port of loopback at which whoever asks is refused, for as long as this value lives.
///
/// It is better than a port that was free a moment ago: nobody else can come to listen there, and it never listened. A
/// socket that did may still accept for a moment after its close, in a program that was just being started and has not
/// let go of our descriptors yet.
package final class RefusingPort: Sendable {
    private let socket: Socket

    /// A TCP port.
    package init() throws { socket = try Socket.refusing(SOCK_STREAM) }

    private init(_ socket: Socket) { self.socket = socket }

    /// A UDP port: datagrams come back as ICMP errors.
    package static func udp() throws -> RefusingPort { RefusingPort(try Socket.refusing(SOCK_DGRAM)) }

    package var port: Int { socket.port }

    /// `127.0.0.1:PORT`, as the settings want it.
    package var address: String { "127.0.0.1:\(port)" }
}
