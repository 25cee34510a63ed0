import Foundation
import Glibc

/// A stand-in for spamd that answers every question at once, or after a fixed while, always the same, and keeps nothing: for load.
///
/// A few threads serve a connection each, from its first byte to its end; the end of the question is the end of the client's half, as
/// every client closes it behind a question over TCP.
package final class InstantSpamd: Sendable {
    package let port: Int
    private let listener: Socket
    private let answer: [UInt8]
    private let delay: useconds_t

    /// - Parameters:
    ///   - threads: how many questions are answered at the same time.
    ///   - milliseconds: how long each waits for its answer.
    ///   - answer: what is said to everything but PING.
    package init(
        threads: Int = 4,
        after milliseconds: Int = 0,
        answering answer: ScriptedAnswer = .calledHam
    ) throws {
        delay = useconds_t(milliseconds * 1000)
        guard case .bytes(let bytes) = answer else { throw RigError("nothing to say at once: \(answer)") }
        self.answer = bytes
        listener = try Socket.listening()
        port = listener.port
        for _ in 0..<threads {
            let thread = Thread { [self] in while let connection = listener.accepted() { serve(connection) } }
            thread.start()
        }
    }

    /// `127.0.0.1:PORT`, as the settings want it.
    package var address: String { "127.0.0.1:\(port)" }

    package func stop() { listener.shut() }

    private func serve(_ connection: Socket) {
        guard let first = try? connection.read() else { return }
        while let more = try? connection.read(), !more.isEmpty {}
        let isPing = first.starts(with: Array("PING".utf8))
        if delay > 0 { usleep(delay) }
        try? connection.write(isPing ? Array("SPAMD/1.5 0 PONG\r\n".utf8) : answer)
    }
}

/// A stand-in for pyzord that answers every datagram at once, or after a fixed while, always the same, and keeps nothing: for load.
package final class InstantPyzord: Sendable {
    package let port: Int
    private let socket: Socket

    /// - Parameter milliseconds: how long each question waits for its answer.
    package init(count: Int = 3, after milliseconds: Int = 0) throws {
        socket = try Socket.datagrams()
        socket.waitForComers()
        port = socket.port
        let rest = "Code: 200\nDiag: OK\nPV: 2.1\nCount: \(count)\nWL-Count: 0\n"
        Thread { [socket] in
            while let (question, sender) = socket.receive() {
                guard let line = Self.thread(of: question) else { continue }
                let answer = Array("\(rest)\(line)\n\n".utf8)
                if milliseconds == 0 {
                    socket.send(answer, to: sender)
                } else {
                    Thread {
                        usleep(useconds_t(milliseconds * 1000))
                        socket.send(answer, to: sender)
                    }.start()
                }
            }
        }.start()
    }

    /// `127.0.0.1:PORT`, as the settings want it.
    package var address: String { "127.0.0.1:\(port)" }

    package func stop() { socket.shut() }

    /// The line by which the answer is known again.
    private static func thread(of question: [UInt8]) -> String? {
        let line = question.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: Array("Thread: ".utf8)) }
        return line.map { String(decoding: $0, as: UTF8.self) }
    }
}
