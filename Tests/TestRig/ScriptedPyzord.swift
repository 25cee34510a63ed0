import Foundation
import Synchronization

/// A question that was put to a stand-in for pyzord: its lines as names and values, in order.
package struct PyzordQuestion: Equatable, Sendable {
    package var fields: [Letter.Field]

    init(_ datagram: [UInt8]) { fields = Letter(parsing: datagram).fields }

    package func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// `check`, `ping` and so on.
    package var operation: String { value("Op") ?? "" }
    package var digest: String? { value("Op-Digest") }

    /// The server's answer to this very question.
    ///
    /// - Parameter thread: in place of the question's own.
    package func answer(
        count: Int = 0,
        whitelisted: Int = 0,
        code: Int = 200,
        diagnosis: String = "OK",
        thread: String? = nil
    ) -> ScriptedAnswer {
        let thread = thread ?? value("Thread") ?? ""
        var lines = ["Code: \(code)", "Diag: \(diagnosis)", "PV: 2.1", "Thread: \(thread)"]
        if operation == "check", code == 200 { lines += ["Count: \(count)", "WL-Count: \(whitelisted)"] }
        return .text(lines.joined(separator: "\n") + "\n\n")
    }
}

/// A stand-in for pyzord on loopback: a script decides on each datagram. The questions are kept.
///
/// A ping is answered without the script.
package final class ScriptedPyzord: Sendable {
    package let port: Int
    private let script: @Sendable (PyzordQuestion) throws -> ScriptedAnswer
    /// Another port of ours, which nobody has asked.
    private let stranger: Socket
    private let state: Mutex<State>

    private struct State {
        var socket: Socket?
        var questions: [PyzordQuestion] = []
    }

    /// - Parameters:
    ///   - port: that of an earlier stand-in which comes back; a free one without.
    ///   - script: called on a thread of the question's own: it may wait. When it throws, there is no answer.
    package init(
        port: Int = 0,
        _ script: @escaping @Sendable (PyzordQuestion) throws -> ScriptedAnswer
    ) throws {
        let socket = try Socket.datagrams(onPort: port)
        socket.waitForComers()
        self.port = socket.port
        self.script = script
        stranger = try Socket.datagrams()
        state = Mutex(State(socket: socket))
        Thread { self.answerAll(socket) }.start()
    }

    /// `127.0.0.1:PORT`, as the settings want it.
    package var address: String { "127.0.0.1:\(port)" }

    /// The questions so far, ping left out; a retransmitted one counts twice.
    package var questions: [PyzordQuestion] { state.withLock { $0.questions } }

    /// Closes the port: who asks is refused from now on.
    package func stop() {
        state.withLock { state in
            state.socket?.shut()
            state.socket = nil
        }
    }

    private func answerAll(_ socket: Socket) {
        while state.withLock({ $0.socket != nil }) {
            guard let (bytes, sender) = socket.receive() else { continue }
            let question = PyzordQuestion(bytes)
            Thread {
                switch self.answer(to: question) {
                case .bytes(let bytes): socket.send(bytes, to: sender)
                case .datagrams(let datagrams):
                    for datagram in datagrams {
                        (datagram.isFromStranger ? self.stranger : socket).send(datagram.bytes, to: sender)
                    }
                case .silence, .close, .drip, .reset, .endless: break
                }
            }.start()
        }
    }

    private func answer(to question: PyzordQuestion) -> ScriptedAnswer {
        if question.operation == "ping" { return question.answer() }
        state.withLock { $0.questions.append(question) }
        return (try? script(question)) ?? .silence
    }
}
