import Foundation
import Glibc
import Synchronization

/// An SMTP server that takes all mail and keeps it: the far end behind Sendmail.
final class MailSink: Sendable {
    let port: Int
    private let listener: Socket
    private let deliveries = Mutex<[Delivery]>([])

    init() throws {
        listener = try Socket.listening()
        port = listener.port
        Thread { self.acceptAll() }.start()
    }

    var received: [Delivery] { deliveries.withLock { $0 } }

    private func acceptAll() {
        while true {
            guard let connection = listener.accepted() else { continue }
            Thread { try? self.serve(connection) }.start()
        }
    }

    private func serve(_ connection: Socket) throws {
        var lines = LineReader(connection)
        var delivery = Delivery(sender: "", recipients: [], bytes: [])
        try connection.write(Array("220 sink\r\n".utf8))
        while let line = try lines.next() {
            let command = String(decoding: line, as: UTF8.self)
            let verb = command.prefix(4).uppercased()
            switch verb {
            case "MAIL": delivery = Delivery(sender: Self.address(in: command), recipients: [], bytes: [])
            case "RCPT": delivery.recipients.append(Self.address(in: command))
            case "DATA":
                try connection.write(Array("354 go on\r\n".utf8))
                while let line = try lines.next(), Array(line) != Array(".\r\n".utf8) {
                    delivery.bytes += line.first == UInt8(ascii: ".") ? line.dropFirst() : line
                }
                let whole = delivery
                deliveries.withLock { $0.append(whole) }
            default: break
            }
            let answer = verb == "EHLO" ? "250-sink\r\n250-8BITMIME\r\n250 SIZE\r\n" : "250 ok\r\n"
            try connection.write(Array((verb == "QUIT" ? "221 bye\r\n" : answer).utf8))
            if verb == "QUIT" { return }
        }
    }

    /// What stands between the first pair of angle brackets.
    private static func address(in command: String) -> String {
        guard let start = command.firstIndex(of: "<"), let end = command[start...].firstIndex(of: ">") else {
            return ""
        }
        return String(command[command.index(after: start)..<end])
    }
}

/// Lines of a connection, each with its LF. Megabytes pass through it, so nothing is moved for a line.
private struct LineReader {
    private let connection: Socket
    private var buffer: [UInt8] = []
    private var start = 0

    init(_ connection: Socket) { self.connection = connection }

    /// The next line; nil at the end of the stream.
    mutating func next() throws -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = lineFeed(from: searched) {
                defer { start = end + 1 }
                return buffer[start...end]
            }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            guard let more = try connection.read() else { return nil }
            buffer += more
        }
    }

    private func lineFeed(from position: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard position < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + position, 10, bytes.count - position)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
