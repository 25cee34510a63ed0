public import NIOCore
public import NIOPosix
import Synchronization

/// A client of Pyzor servers: asks whether a message's digest is known as spam, reports digests, and the rest of the
/// protocol.
///
/// Every question has one absolute deadline, kept on the event loop, and ends with a value: an answer or a
/// ``PyzorError``. Cancelling the asking task ends it at once. A check goes to all servers; the largest counts of those
/// that answer are the outcome, so a dead server hides no hit. Checks, infos, pings and pongs are sent a second time
/// after a third of the time; reports and whitelistings never, for each packet that arrives is counted.
///
/// A reply counts only when it comes from the server's address and port, to the port that asked, with the Thread of a
/// question that is in flight there. Anything else is ignored and waiting goes on.
///
/// Names are looked up by ``resolveNames()``, which ``start(_:on:observer:inheriting:)`` calls, or with the first question,
/// and from then on by a timer. Questions wait for the first look-up of a server's name, to their own deadlines; later
/// ones are in no question's way. Without an address a server is ``PyzorError/unresolved(_:reason:)`` and is looked up
/// again soon.
///
/// A client is shared by any number of tasks. Shut it down when it is no longer needed; its sockets close then.
public final class PyzorClient: Sendable {
    public let configuration: Configuration
    let loop: any EventLoop
    let switchboard: NIOLoopBoundBox<Switchboard>
    private let shared: Switchboard.SharedCache
    private let isShutDown = Atomic<Bool>(false)

    private static let ids = Atomic<UInt64>(0)

    /// A number that no other question of this process has.
    static func nextID() -> Exchange.ID {
        ids.add(1, ordering: .relaxed).newValue
    }

    /// Makes a client that knows its servers by address; names are not looked up yet.
    ///
    /// - Parameters:
    ///   - configuration: whom to ask, and how.
    ///   - observer: who is told of what happens.
    ///   - group: one of its event loops does all the work, unless there is an `old` client, whose loop it then is. A
    ///     `MultiThreadedEventLoopGroup`.
    ///   - old: a client with other settings, from which this one takes the health and the sockets of the servers that
    ///     both have, and the cache when all servers are the same. Both stay usable; shut the old one down when
    ///     nobody asks it any more.
    public convenience init(
        configuration: Configuration = .init(),
        group: any EventLoopGroup = NIOSingletons.posixEventLoopGroup,
        observer: PyzorObserver = .none,
        inheriting old: PyzorClient? = nil
    ) {
        self.init(configuration, group: group, observer: observer, inheriting: old, resolver: .system)
    }

    init(
        _ configuration: Configuration,
        group: any EventLoopGroup = NIOSingletons.posixEventLoopGroup,
        observer: PyzorObserver = .none,
        inheriting old: PyzorClient? = nil,
        resolver: NameResolver
    ) {
        let loop = old?.loop ?? group.any()
        let keepsCache = old.map { Set($0.configuration.servers) == Set(configuration.servers) } ?? false
        self.configuration = configuration
        self.loop = loop
        self.shared = (keepsCache ? old?.shared : nil) ?? .init(policy: configuration.cache)
        shared.cache.withLock { $0.policy = configuration.cache }
        self.switchboard = .makeBoxSendingValue(
            Switchboard(loop: loop, accounts: configuration.accounts, shared: shared),
            eventLoop: loop
        )
        loop.execute { [switchboard, other = old?.switchboard] in
            switchboard.value.connect(
                configuration,
                observer: observer,
                resolver: resolver,
                inheriting: other?.value
            )
        }
    }

    /// Makes a client and looks up the names of its servers, once now and then by a timer.
    public static func start(
        _ configuration: Configuration = .init(),
        on group: any EventLoopGroup = NIOSingletons.posixEventLoopGroup,
        observer: PyzorObserver = .none,
        inheriting old: PyzorClient? = nil
    ) async -> PyzorClient {
        let client = PyzorClient(configuration: configuration, group: group, observer: observer, inheriting: old)
        await client.resolveNames()
        return client
    }

    /// Ends all that is under way with ``PyzorError/closed`` and closes the sockets that no other client took over.
    public func shutdown() async {
        isShutDown.store(true, ordering: .releasing)
        try? await loop.submit { [switchboard] in switchboard.value.close() }.get()
    }

    deinit {
        guard !isShutDown.load(ordering: .acquiring) else { return }
        loop.execute { [switchboard] in switchboard.value.close() }
    }

    /// How often the cache and shared questions have spared a question.
    public var cacheCounters: CheckCache.Counters {
        shared.cache.withLock { $0.counters }
    }
}

// MARK: - Questions

extension PyzorClient {
    /// Asks all servers how often a digest was reported and whitelisted.
    ///
    /// - Parameters:
    ///   - digest: what is asked about.
    ///   - deadline: the end of waiting; ``Configuration/timeout`` from now is the end in any case.
    /// - Throws: when no server answered: what a server did instead. ``PyzorError/emptyDigest`` for the digest of
    ///   nothing, which is never asked.
    public func check(_ digest: MessageDigest, deadline: NIODeadline? = nil) async throws(PyzorError) -> CheckOutcome {
        guard digest != .empty else { throw .emptyDigest }
        guard !configuration.servers.isEmpty else { throw .noServers }
        if let kept = cached(digest) { return kept }
        let end = self.end(deadline)
        return try await ask { switchboard, id, result in
            switchboard.check(digest, caller: id, deadline: end, result: result)
        } cancel: { switchboard, id in
            switchboard.leave(digest, caller: id)
        }
    }

    /// Asks one of the configured servers anything, with its account.
    ///
    /// A server that is left alone is asked all the same. A reply other than 200 is returned, not thrown.
    public func send(
        _ request: PyzorRequest,
        to server: PyzorServer,
        deadline: NIODeadline? = nil
    ) async throws(PyzorError) -> PyzorReply {
        let end = self.end(deadline)
        return try await ask { switchboard, id, result in
            guard let link = switchboard.link(to: server) else {
                return result(.failure(.invalidRequest(reason: "\(server) is not among the client's servers")))
            }
            link.ask(request, account: switchboard.account(for: server), deadline: end, id: id, result: result)
        } cancel: { switchboard, id in
            switchboard.link(to: server)?.cancel(id)
        }
    }

    private func cached(_ digest: MessageDigest) -> CheckOutcome? {
        shared.cache.withLock { cache in
            guard let kept = cache.outcome(of: digest, now: .now()) else { return nil }
            cache.counters.hits += 1
            return kept
        }
    }

    private func end(_ deadline: NIODeadline?) -> NIODeadline {
        let latest = NIODeadline.now() + configuration.timeout
        return deadline.map { min($0, latest) } ?? latest
    }

    /// Goes to the event loop, waits there, and leaves at once when the task is cancelled.
    private func ask<Value: Sendable>(
        _ begin: @escaping @Sendable (Switchboard, Exchange.ID, @escaping (Result<Value, PyzorError>) -> Void) -> Void,
        cancel: @escaping @Sendable (Switchboard, Exchange.ID) -> Void
    ) async throws(PyzorError) -> Value {
        let id = Self.nextID()
        let promise = loop.makePromise(of: Result<Value, PyzorError>.self)
        let wasCancelled = CancellationMark()
        let outcome: Result<Value, PyzorError>
        do {
            outcome = try await withTaskCancellationHandler {
                loop.execute { [switchboard] in
                    guard !wasCancelled.isSet else { return promise.succeed(.failure(.cancelled)) }
                    begin(switchboard.value, id) { promise.succeed($0) }
                }
                return try await promise.futureResult.get()
            } onCancel: { [switchboard, loop] in
                wasCancelled.set()
                loop.execute { cancel(switchboard.value, id) }
            }
        } catch {
            throw .closed
        }
        return try outcome.get()
    }
}

/// Whether a task was cancelled before its question reached the event loop.
private final class CancellationMark: Sendable {
    private let mark = Atomic<Bool>(false)

    var isSet: Bool { mark.load(ordering: .acquiring) }

    func set() {
        mark.store(true, ordering: .releasing)
    }
}
