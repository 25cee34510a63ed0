import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import Spamd

/// A scripted spamd: each connection is served in one of the modes below, and what it saw can be waited for.
final class StandIn: Sendable {
    /// How a connection is served.
    enum Mode: Sendable {
        /// As spamd 4.0.1 does: score and symbols are those of X-Test-Score and X-Test-Symbols in the message.
        case ok
        /// The same, after the gate was opened.
        case gated(Gate)
        /// As ok, one byte after the other with this pause.
        case drip(TimeAmount)
        /// Reads the request and never answers.
        case hang
        /// Never reads.
        case hangEarly
        /// Reads the request, then resets.
        case reset
        /// Half of the answer, then a reset.
        case resetMid
        /// Closes after the header of the request.
        case closeEarly
        /// Half of the answer, then the end.
        case halfResponse
        case garbage
        /// A body, a header line, a status line without end.
        case huge
        case hugeHeader
        case hugeStatus
        /// An error status.
        case status(Int, String)
        /// Closes at once.
        case refuse
        /// Answers 76 before the body is read and closes with the body unread.
        case earlyError
        case extraLineEnds
        case noLength
        /// Content-length is 5 more than the body.
        case shortLength
        /// These bytes, then the end.
        case raw(String)
        /// These bytes, and the connection stays open.
        case rawOpen(String)
    }

    /// Lets connections go on that wait at it.
    final class Gate: Sendable {
        private let promise: EventLoopPromise<Void>
        init() { promise = MultiThreadedEventLoopGroup.singleton.next().makePromise() }
        func open() { promise.succeed() }
        var opened: EventLoopFuture<Void> { promise.futureResult }
    }

    /// What it saw so far.
    struct Seen: Sendable {
        var connections = 0
        var open = 0
        var mostOpen = 0
        var requests: [Request] = []
        /// Of each request, whether the end of input had come when it was answered.
        var ends: [Bool] = []
        var bytesOut = 0
    }

    let server: SpamdServer
    let port: Int
    private let channel: any Channel
    private let script: Script

    /// Where it listens.
    enum Place {
        case tcp
        case tcp6
        case unix
        case tls(NIOSSLContext)
        /// On all addresses of this machine.
        case tlsEverywhere(NIOSSLContext)
        /// A port that nobody uses now.
        case port(Int)
    }

    /// One that serves the first connection in the first mode and so on; the last mode stays.
    convenience init(_ modes: Mode..., on place: Place = .tcp, slowly: Bool = false) async throws {
        try await self.init(on: place, slowly: slowly) { modes[min($0, modes.count) - 1] }
    }

    /// One that chooses the mode by the connection's number, from 1 on.
    init(on place: Place = .tcp, slowly: Bool = false, _ choose: @escaping @Sendable (Int) -> Mode) async throws {
        let script = Script(choose: choose)
        let context: NIOSSLContext? =
            switch place {
            case .tls(let context), .tlsEverywhere(let context): context
            default: nil
            }
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: CInt(slowly ? 1 : 1_024))
            .serverChannelOption(.maxMessagesPerRead, value: UInt(slowly ? 1 : 16))
            .serverChannelOption(.autoRead, value: !slowly)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(StandInHandler(script))
                }
            }
        switch place {
        case .tcp, .tls: channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        case .tlsEverywhere: channel = try await bootstrap.bind(host: "0.0.0.0", port: 0).get()
        case .tcp6: channel = try await bootstrap.bind(host: "::1", port: 0).get()
        case .port(let port): channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
        case .unix: channel = try await bootstrap.bind(unixDomainSocketPath: Self.freePath()).get()
        }
        port = channel.localAddress?.port ?? 0
        switch place {
        case .tcp, .port: server = try .tcp(host: "127.0.0.1", port: port)
        case .tcp6: server = try .tcp(host: "::1", port: port)
        case .tls, .tlsEverywhere: server = try .tls(host: "127.0.0.1", port: port)
        case .unix: server = try .unix(path: channel.localAddress?.pathname ?? "")
        }
        self.script = script
        if slowly { Self.acceptSlowly(channel) }
    }

    /// A socket's path in the folder for temporary files that nobody else has.
    static func freePath() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("tamis-\(UUID().uuidString.prefix(8))").path
    }

    private static func acceptSlowly(_ channel: any Channel) {
        channel.eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(50), delay: .milliseconds(50)) { task in
            if channel.isActive { channel.read() } else { task.cancel() }
        }
    }

    /// Closes the listening socket.
    func stop() async {
        try? await channel.close().get()
        if case .unix(let path) = server.transport { try? FileManager.default.removeItem(atPath: path) }
    }

    var sight: Seen { script.sight }

    /// Waits until what it saw is so.
    ///
    /// - Throws: if it is not so after 20 seconds.
    func wait(_ what: String = #function, until isSo: (Seen) -> Bool) async throws {
        try await eventually(what) { isSo(sight) }
    }
}

/// Waits until something is so, 20 seconds at most.
func eventually(_ what: String = #function, _ isSo: () async -> Bool) async throws {
    for _ in 0..<4_000 {
        if await isSo() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw WaitedTooLong(what: what)
}

struct WaitedTooLong: Error {
    let what: String
}

/// What a stand-in is to do, and what it saw: shared by its connections.
final class Script: Sendable {
    let choose: @Sendable (Int) -> StandIn.Mode
    private let seen = Mutex(StandIn.Seen())

    init(choose: @escaping @Sendable (Int) -> StandIn.Mode) { self.choose = choose }

    var sight: StandIn.Seen { seen.withLock { $0 } }

    func note(_ change: (inout StandIn.Seen) -> Void) { seen.withLock { change(&$0) } }

    func begin() -> StandIn.Mode {
        choose(
            seen.withLock { seen in
                seen.connections += 1
                seen.open += 1
                seen.mostOpen = max(seen.mostOpen, seen.open)
                return seen.connections
            }
        )
    }
}
