import Foundation
import Mail
import Milter
import MilterPeer
import Synchronization

/// The one listener of this test process: libmilter can listen only once. Each test scripts the sessions of its own
/// connections, so that tests run beside each other.
final class SharedListener: Sendable {
    static let shared = Result { try SharedListener() }

    let path: String
    let problems = ProblemLog()
    let listener: MilterListener

    /// Whose turn it is: the next connection that negotiates gets the script that stands here.
    private static let turn = Mutex(())
    private static let next = Mutex<(script: Script, log: EventLog)?>(nil)

    private init() throws {
        let problems = problems
        path = try temporaryFolder() + "/milter.sock"
        let configuration = ListenerConfiguration(
            name: "milter-tests",
            address: try ListenAddress("unix:\(path)"),
            negotiation: Negotiation(actions: .all)
        )
        listener = try MilterListener.open(
            configuration,
            onProblem: { problems.append($0) },
            makeSession: {
                let scripted = Self.next.withLock { $0 }
                return ScriptedSession(script: scripted?.script ?? Script(), log: scripted?.log ?? EventLog())
            }
        )
        try listener.start { _ in problems.append("libmilter ended") }
    }

    /// A connection whose sessions follow `script`, with the offer settled.
    static func connect(
        _ script: Script = Script(),
        offer: Peer.Offer = Peer.Offer()
    ) throws -> (peer: Peer, log: EventLog) {
        let shared = try shared.get()
        let log = EventLog()
        return try turn.withLock { _ in
            next.withLock { $0 = (script, log) }
            let peer = try Peer(path: shared.path)
            try peer.negotiate(offer)
            return (peer, log)
        }
    }

    /// A connection on which nothing was said yet.
    static func connectSilently() throws -> Peer { try Peer(path: try shared.get().path) }

    /// Runs `body` while the next sessions, also those that begin without negotiation, follow `script`.
    static func scripting<T>(_ script: Script, _ body: (EventLog) throws -> T) throws -> T {
        _ = try shared.get()
        let log = EventLog()
        return try turn.withLock { _ in
            next.withLock { $0 = (script, log) }
            return try body(log)
        }
    }
}

/// What the listener complained of, from all tests.
final class ProblemLog: Sendable {
    private let lines = Mutex<[String]>([])

    func append(_ line: String) { lines.withLock { $0.append(line) } }

    func contains(_ part: String) -> Bool { lines.withLock { $0.contains { $0.contains(part) } } }
}

/// A new folder for sockets, removed when the tests end: short, since a socket's path is.
func temporaryFolder() throws -> String {
    var template = Array("/tmp/tamis-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw MilterError.system(call: "mkdtemp", errno: errno) }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    TemporaryFolders.remember(path)
    return path
}

private enum TemporaryFolders {
    private static let paths = Mutex<[String]>([])
    private static let atExit: Void = {
        atexit {
            for path in TemporaryFolders.paths.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
        }
    }()

    static func remember(_ path: String) {
        _ = atExit
        paths.withLock { $0.append(path) }
    }
}
