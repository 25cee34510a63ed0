import Foundation
import Synchronization

/// An SMTP server that takes all mail and keeps it: the far end behind Sendmail.
final class MailSink: Sendable {
    let port: Int
    private let listener: Socket
    private let letters = Mutex<[Letter]>([])

    init() throws {
        listener = try Socket.listening()
        port = listener.port
        Thread { self.acceptAll() }.start()
    }

    var received: [Letter] { letters.withLock { $0 } }

    private func acceptAll() {
        while true {
            guard let connection = listener.accepted() else { continue }
            Thread { try? self.serve(connection) }.start()
        }
    }

    private func serve(_ connection: Socket) throws {
        var buffer: [UInt8] = []
        try connection.write(Array("220 sink\r\n".utf8))
        while let line = try MailSink.line(from: connection, &buffer) {
            let command = String(decoding: line, as: UTF8.self).uppercased()
            if command.hasPrefix("DATA") {
                try connection.write(Array("354 go on\r\n".utf8))
                var message: [UInt8] = []
                while let line = try MailSink.line(from: connection, &buffer), line != Array(".\r\n".utf8) {
                    message += line.first == UInt8(ascii: ".") ? line.dropFirst() : line[...]
                }
                let letter = Letter(parsing: message)
                letters.withLock { $0.append(letter) }
            }
            let answer = command.hasPrefix("EHLO") ? "250-sink\r\n250-8BITMIME\r\n250 SIZE\r\n" : "250 ok\r\n"
            try connection.write(Array((command.hasPrefix("QUIT") ? "221 bye\r\n" : answer).utf8))
            if command.hasPrefix("QUIT") { return }
        }
    }

    /// The next line with its end; nil at the end of the stream.
    private static func line(from connection: Socket, _ buffer: inout [UInt8]) throws -> [UInt8]? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                defer { buffer.removeFirst(end + 1) }
                return Array(buffer[...end])
            }
            guard let more = try connection.read() else { return nil }
            buffer += more
        }
    }
}
