import NIOCore
import Synchronization

/// The links of one client and the checks under way, which equal digests share. Lives on one event loop.
final class Switchboard {
    /// What a caller of a check gets.
    typealias CheckResult = Result<CheckOutcome, PyzorError>

    /// The outcomes kept for later, seen from every thread.
    final class SharedCache: Sendable {
        let cache: Mutex<CheckCache>

        init(policy: CheckCache.Policy) {
            cache = Mutex(CheckCache(policy: policy))
        }
    }

    let loop: any EventLoop
    private let accounts: [PyzorServer: PyzorAccount]
    private let shared: SharedCache
    /// In the order of the configuration.
    private(set) var links: [ServerLink] = []
    private var questions: [MessageDigest: SharedQuestion] = [:]
    private var isClosed = false

    init(loop: any EventLoop, accounts: [PyzorServer: PyzorAccount], shared: SharedCache) {
        self.loop = loop
        self.accounts = accounts
        self.shared = shared
    }

    /// Takes up the servers, with the links that another switchboard has to the same ones.
    func connect(
        _ configuration: PyzorClient.Configuration,
        observer: PyzorObserver,
        resolver: NameResolver,
        inheriting other: Switchboard?
    ) {
        links = configuration.servers.map { server in
            if let link = other?.link(to: server) {
                link.holders += 1
                link.follow(configuration, observer, resolver)
                return link
            }
            return ServerLink(server, configuration, loop: loop, observer: observer, resolver: resolver)
        }
    }

    func link(to server: PyzorServer) -> ServerLink? {
        isClosed ? nil : links.first { $0.server == server }
    }

    func account(for server: PyzorServer) -> PyzorAccount {
        accounts[server] ?? .anonymous
    }

    /// Ends everything that is under way; links that another client has taken over stay.
    func close() {
        guard !isClosed else { return }
        for question in questions.values { question.end(.closed) }
        questions = [:]
        for link in links {
            link.holders -= 1
            if link.holders == 0 { link.close() }
        }
        isClosed = true
        links = []
    }
}

// MARK: - Checks

extension Switchboard {
    /// Asks all servers about a digest, or joins the question about it that is under way.
    ///
    /// - Parameter caller: the number by which ``leave(_:caller:)`` knows who asked.
    func check(
        _ digest: MessageDigest,
        caller: Exchange.ID,
        deadline: NIODeadline,
        result: @escaping (CheckResult) -> Void
    ) {
        guard !isClosed else { return result(.failure(.closed)) }
        if let question = questions[digest] {
            shared.cache.withLock { $0.counters.coalesced += 1 }
            question.join(caller, deadline: deadline) { result($0.map { $0.reached(by: .coalesced) }) }
            return
        }
        // An answer may have come while the caller was on its way to this thread.
        if let kept = shared.cache.withLock({ $0.outcome(of: digest, now: .now()) }) {
            shared.cache.withLock { $0.counters.hits += 1 }
            return result(.success(kept))
        }
        shared.cache.withLock { $0.counters.misses += 1 }
        let question = SharedQuestion(digest, links: links, loop: loop) { [weak self] in self?.ended($0) }
        questions[digest] = question
        question.join(caller, deadline: deadline, result: result)
        question.start(deadline: deadline, account: account(for:))
    }

    /// A caller no longer wants its answer.
    func leave(_ digest: MessageDigest, caller: Exchange.ID) {
        questions[digest]?.leave(caller)
    }

    private func ended(_ question: SharedQuestion) {
        if questions[question.digest] === question { questions[question.digest] = nil }
        guard let outcome = question.completeOutcome else { return }
        shared.cache.withLock { $0.keep(outcome, now: .now()) }
    }
}
