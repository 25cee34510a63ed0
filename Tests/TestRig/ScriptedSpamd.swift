import Foundation
import Glibc
import Synchronization

/// A question that was put to a stand-in for spamd, as it came.
package struct SpamdQuestion: Equatable, Sendable {
    /// `SYMBOLS`, `CHECK` and so on.
    package var verb: String
    package var head: [String]
    package var body: [UInt8]

    /// The message that is to be judged.
    package var letter: Letter { Letter(parsing: body) }

    /// Reads the question from a connection: as far as its Content-length says, else to the end.
    init?(from socket: Socket) throws {
        var bytes: [UInt8] = []
        var headEnd = SpamdQuestion.endOfHead(bytes)
        while headEnd == nil {
            guard let more = try socket.read() else { return nil }
            bytes += more
            headEnd = SpamdQuestion.endOfHead(bytes)
        }
        let lines = String(decoding: bytes[..<(headEnd ?? 0)], as: UTF8.self).split(whereSeparator: \.isNewline)
        verb = lines.first.map { String($0.prefix { $0 != " " }) } ?? ""
        head = lines.map(String.init)
        body = Array(bytes[(headEnd ?? 0)...])
        let length = head.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)) }
        while body.count < length ?? Int.max, let more = try socket.read() { body += more }
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        bytes.firstRange(of: [13, 10, 13, 10])?.upperBound
    }
}

extension ScriptedAnswer {
    /// Spamd's answer to SYMBOLS: `score` and `required` as it would print them, `6.4`.
    package static func symbols(
        _ symbols: [String],
        score: String,
        required: String = "5.0",
        isSpam: Bool
    ) -> ScriptedAnswer {
        let body = symbols.joined(separator: ",")
        return .text(
            "SPAMD/1.1 0 EX_OK\r\nContent-length: \(body.utf8.count)\r\n"
                + "Spam: \(isSpam ? "True" : "False") ; \(score) / \(required)\r\n\r\n\(body)"
        )
    }

    package static let calledHam = symbols(["NO_RELAYS"], score: "-0.1", isSpam: false)
    package static let calledSpam = symbols(["URIBL_BLACK", "BAYES_99"], score: "8.2", isSpam: true)
}

/// A stand-in for spamd on loopback: each connection is read to the end of its question, and a script decides.
///
/// PING is answered as spamd does, without the script; the questions are kept for the test to look at.
package final class ScriptedSpamd: Sendable {
    package let port: Int
    private let listener: Socket
    private let readsNothing: Bool
    private let script: @Sendable (SpamdQuestion) throws -> ScriptedAnswer
    private let state = Mutex(State())

    private struct State {
        var questions: [SpamdQuestion] = []
        var open: [Socket] = []
        var abandoned = 0
        var isStopped = false
    }

    /// - Parameters:
    ///   - port: that of an earlier stand-in which comes back; a free one without.
    ///   - script: called on a thread of the connection's own: it may wait. When it throws, the connection closes.
    ///   - readsNothing: connections are made and nothing is ever read from them; the script is not called.
    package init(
        port: Int = 0,
        readsNothing: Bool = false,
        _ script: @escaping @Sendable (SpamdQuestion) throws -> ScriptedAnswer
    ) throws {
        listener = try Socket.listening(onPort: port)
        self.readsNothing = readsNothing
        self.port = listener.port
        self.script = script
        Thread { self.acceptAll() }.start()
    }

    /// `127.0.0.1:PORT`, as the settings want it.
    package var address: String { "127.0.0.1:\(port)" }

    /// The questions so far, PING left out.
    package var questions: [SpamdQuestion] { state.withLock { $0.questions } }

    /// How many clients went away while an answer was being held back, dripped or endless.
    package var abandoned: Int { state.withLock { $0.abandoned } }

    /// Closes everything: connections are refused from now on.
    package func stop() {
        listener.shut()
        state.withLock { state in
            for connection in state.open { connection.shut() }
            state.open = []
            state.isStopped = true
        }
    }

    private func acceptAll() {
        while let connection = listener.accepted() {
            state.withLock { $0.open.append(connection) }
            Thread { self.serve(connection) }.start()
        }
    }

    private func serve(_ connection: Socket) {
        defer { state.withLock { $0.open.removeAll { $0 === connection } } }
        if readsNothing { return holdOpen(connection) }
        guard let question = try? SpamdQuestion(from: connection) else { return connection.shut() }
        switch answer(to: question) {
        case .bytes(let bytes):
            try? connection.write(bytes)
            connection.shut()
        case .close:
            connection.shut()
        case .silence, .datagrams:
            holdOpen(connection)
        case .drip(let bytes, let milliseconds):
            for byte in bytes {
                usleep(milliseconds * 1_000)
                guard (try? connection.write([byte])) != nil else { return noteAbandoned() }
            }
            connection.shut()
        case .reset(let bytes):
            try? connection.write(bytes)
            connection.reset()
        case .endless(let first, let others):
            guard (try? connection.write(first)) != nil else { return }
            while state.withLock({ !$0.isStopped }) {
                guard (try? connection.write(others)) != nil else { return noteAbandoned() }
            }
        }
    }

    /// A client closes its half behind the question, so the end of its stream says nothing.
    private func holdOpen(_ connection: Socket) {
        try? waitUntil("the stand-in was stopped or left", within: .seconds(300)) {
            connection.isAbandoned || state.withLock { $0.isStopped }
        }
        if connection.isAbandoned { noteAbandoned() }
    }

    private func noteAbandoned() { state.withLock { $0.abandoned += 1 } }

    private func answer(to question: SpamdQuestion) -> ScriptedAnswer {
        if question.verb == "PING" { return .text("SPAMD/1.5 0 PONG\r\n") }
        state.withLock { $0.questions.append(question) }
        return (try? script(question)) ?? .close
    }
}
