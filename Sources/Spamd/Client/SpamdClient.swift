public import NIOCore
public import NIOPosix
import NIOSSL
import Synchronization

/// Asks spamd.
///
/// ```swift
/// let client = try SpamdClient(configuration: .init(servers: [.init("127.0.0.1:783")]))
/// let scan = try await client.symbols(message)
/// print(scan.verdict.isSpam, scan.verdict.score, scan.symbols)
/// ```
///
/// **What it does.** One connection a request, over TCP, TLS or a unix socket, IPv4 and IPv6. Several servers: the one with the fewest requests
/// under way is asked; a request goes on to the next after a failed connection, an empty or cut answer, 75 and 79, and meets each server
/// at most once. TELL, and verbs it does not know, go on only if no connection was made, because asking twice would do it twice. A
/// server that fails is left alone and probed with PING. No more than `maxConcurrent` requests are under way at a server; further ones wait.
///
/// **What it will not do.** It never changes the message, never takes an answer it does not understand for "not spam", and never waits
/// past the deadline, which holds for all tries together.
///
/// **What goes wrong** is one ``SpamdError``. Cancelling the Task closes the connection at once.
///
/// It lives as long as someone holds it; nothing needs to be shut down. It can be used from any number of Tasks.
public final class SpamdClient: Sendable {
    /// What it was made with.
    public let configuration: Configuration
    let pool: ServerPool
    private let context: NIOSSLContext?
    private let running = Mutex(Running())

    private struct Running {
        var isShutDown = false
        var exchanges: [ObjectIdentifier: Exchange] = [:]
    }

    /// A client of its own. Names are being resolved from now on; files of TLS are read here.
    ///
    /// - Parameter group: who does the input and output; NIO's shared threads unless given.
    /// - Throws: ``SpamdError`` with `.invalidConfiguration` if there is no server, a limit is no positive number, or a
    ///   TLS file cannot be read.
    public convenience init(
        configuration: Configuration,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws(SpamdError) {
        try self.init(configuration, pool: nil, group: group)
    }

    private init(_ configuration: Configuration, pool: ServerPool?, group: any EventLoopGroup) throws(SpamdError) {
        guard !configuration.servers.isEmpty else { throw SpamdError(.invalidConfiguration, text: "no server") }
        guard configuration.maxConcurrent > 0 else {
            throw SpamdError(.invalidConfiguration, text: "maxConcurrent is not positive")
        }
        var configuration = configuration
        configuration.servers = configuration.servers.withoutRepetitions
        self.configuration = configuration
        context = configuration.servers.contains(where: \.usesTLS) ? try configuration.tls.makeContext() : nil
        let manner = ServerPool.Manner(
            tls: configuration.tls,
            context: context,
            connectTimeout: configuration.connectTimeout,
            resolveInterval: configuration.resolveInterval,
            observer: configuration.observer
        )
        self.pool = pool ?? ServerPool(probing: configuration.probing, manner: manner, group: group)
        self.pool.join(
            configuration.servers,
            limit: configuration.maxConcurrent,
            probing: configuration.probing,
            manner: manner
        )
    }

    deinit { pool.leave(configuration.servers) }

    /// A client for new settings that knows what this one knows of the servers that both have: health, addresses, and the
    /// requests under way, which count towards the limit. This one goes on working.
    ///
    /// Files of TLS are read anew. Throws as ``init(configuration:group:)`` does; then nothing has changed.
    public func reconfigured(_ configuration: Configuration) throws(SpamdError) -> SpamdClient {
        try SpamdClient(configuration, pool: pool, group: pool.group)
    }

    /// Ends the requests under way with `.shutDown` and refuses new ones.
    public func shutdown() {
        let exchanges = running.withLock { running in
            running.isShutDown = true
            return running.exchanges.values.map(\.self)
        }
        for exchange in exchanges { exchange.settle(.failure(SpamdError(.shutDown))) }
    }

    /// Resolves the names of the servers anew and waits for it. Good at a start, to hear what is wrong.
    ///
    /// - Returns: what failed, with the server in it. Those servers stay silent until their name resolves.
    @discardableResult
    public func resolve() async -> [SpamdError] {
        var errors: [SpamdError] = []
        for (server, future) in configuration.servers.map({ ($0, pool.resolve($0)) }) {
            do {
                _ = try await future.get()
            } catch {
                errors.append(error as? SpamdError ?? SpamdError(.resolveFailed, server: server, text: "\(error)"))
            }
        }
        return errors
    }

    /// The servers that are being left alone.
    public var serversDown: [SpamdServer] { configuration.servers.filter(pool.isDown) }
}

// MARK: Asking

extension SpamdClient {
    /// Sends the request to one server after another until one answers, by the rules above.
    ///
    /// - Parameters:
    ///   - request: any request; if it names no user, the configuration's is added.
    ///   - deadline: when to give up, for all tries together; now and the configuration's `timeout` unless given.
    /// - Throws: ``SpamdError``: with `.serverStatus` for any status but 0; if several servers failed, what the last one did.
    public func send(_ request: Request, deadline: NIODeadline? = nil) async throws(SpamdError) -> Answer {
        let deadline = deadline ?? .now() + configuration.timeout
        let encoded = try await encode(request)
        var left = configuration.servers
        var failure: SpamdError?
        while !left.isEmpty {
            let server: SpamdServer
            do {
                server = try await pool.acquire(left, deadline: deadline)
            } catch {
                throw error.reason == .cancelled ? error : failure ?? error
            }
            left.removeAll { $0 == server }
            do {
                return try await answer(of: server, &left, request, encoded, deadline)
            } catch {
                failure = error
                guard error.allowsNextServer(after: request.verb), NIODeadline.now() < deadline else { throw error }
                if !left.isEmpty { configuration.observer?.tell(.triedNext(error)) }
            }
        }
        throw failure ?? SpamdError(.invalidConfiguration, text: "no server")
    }

    /// Adds the user and makes bytes of it; compressing a large message is done on threads made for such work.
    private func encode(_ request: Request) async throws(SpamdError) -> EncodedRequest {
        var request = request
        if request.user == nil, request.verb.carriesBody, let user = configuration.user { try request.setUser(user) }
        guard request.compress, request.body.readableBytes > 16 << 10 else { return try request.encoded() }
        let heavy = request
        do {
            return try await NIOThreadPool.singleton.runIfActive { try heavy.encoded() }
        } catch {
            throw error as? SpamdError ?? SpamdError(.cancelled, text: "\(error)")
        }
    }

    /// Asks the server, and another one beside it where that is wanted and the first takes long.
    private func answer(
        of server: SpamdServer,
        _ others: inout [SpamdServer],
        _ request: Request,
        _ encoded: EncodedRequest,
        _ deadline: NIODeadline
    ) async throws(SpamdError) -> Answer {
        guard configuration.hedges, request.verb.isRepeatable, !others.isEmpty, let delay = pool.hedgeDelay() else {
            return Answer(response: try await ask(server, request, encoded, deadline).get(), server: server)
        }
        let (server, result) = await race(server, &others, after: delay) { server in
            await self.ask(server, request, encoded, deadline)
        }
        return Answer(response: try result.get(), server: server)
    }

    /// How often a second server was asked, by this client and those that it was reconfigured from.
    public var hedgeCounters: HedgeCounters { pool.hedgeCounters }

    /// One try. The place that it has at the server is given back.
    private func ask(
        _ server: SpamdServer,
        _ request: Request,
        _ encoded: EncodedRequest,
        _ deadline: NIODeadline
    ) async -> Result<Response, SpamdError> {
        let order = Exchange.Order(
            server: server,
            addresses: pool.addresses(of: server),
            verb: request.verb,
            version: request.version,
            request: encoded,
            tls: server.usesTLS ? context : nil,
            connectTimeout: configuration.connectTimeout,
            deadline: deadline,
            limits: configuration.limits
        )
        let exchange = Exchange(order, on: pool.nextLoop())
        let begin = NIODeadline.now()
        let result = await run(exchange)
        if result.error == nil || result.error?.reason == .timedOut(.response) {
            pool.noteTime(NIODeadline.now() - begin, isAnswered: result.error == nil)
        }
        // Most of the time may have gone by in our own queue: then an answer that came too late says nothing of the server.
        let hadItsTime = NIODeadline.now() - begin >= .nanoseconds(configuration.timeout.nanoseconds / 2)
        let isUnfair = result.error?.reason == .timedOut(.response) && !hadItsTime
        pool.release(server, isUnfair ? .unknown : ServerTable.Outcome(result), result.error)
        return result.flatMap { response in
            Result { () throws(SpamdError) in try response.checked() }
        }
        .mapError { $0.at(server) }
    }

    private func run(_ exchange: Exchange) async -> Result<Response, SpamdError> {
        let isShutDown = running.withLock { running in
            if !running.isShutDown { running.exchanges[ObjectIdentifier(exchange)] = exchange }
            return running.isShutDown
        }
        guard !isShutDown else { return .failure(SpamdError(.shutDown)) }
        let result = await exchange.run()
        running.withLock { $0.exchanges[ObjectIdentifier(exchange)] = nil }
        return result
    }
}

extension SpamdError {
    /// Whether another server may be asked after this.
    fileprivate func allowsNextServer(after verb: Verb) -> Bool {
        switch reason {
        case .resolveFailed, .connectFailed, .outOfResources, .timedOut(.connect): true
        // A handshake that failed: the request was not read. (With TLS 1.3 a refused certificate shows only later.)
        case .tlsFailed, .emptyResponse, .truncatedResponse: verb.isRepeatable
        case .serverStatus(let status): verb.isRepeatable && status.isTemporary
        default: false
        }
    }
}

extension ServerTable.Outcome {
    init(_ result: Result<Response, SpamdError>) {
        switch result.error?.reason {
        case nil: self = .answered
        case .resolveFailed, .connectFailed, .tlsFailed: self = .unreachable
        // That is our own system's trouble.
        case .outOfResources: self = .unknown
        // Of a connection that takes too long one cannot be sure: it may be we who are slow.
        case .emptyResponse, .truncatedResponse, .malformedResponse, .timedOut: self = .faulty
        default: self = .unknown
        }
    }
}

extension Result where Failure == SpamdError {
    fileprivate var error: SpamdError? {
        if case .failure(let error) = self { return error }
        return nil
    }
}

extension [SpamdServer] {
    /// Each server once, where it stands first.
    fileprivate var withoutRepetitions: Self {
        var seen: Set<SpamdServer> = []
        return filter { seen.insert($0).inserted }
    }
}
