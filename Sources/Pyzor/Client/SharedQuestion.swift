import NIOCore

/// One check of a digest with all servers, and everybody who waits for it. Lives on one event loop.
///
/// The servers are asked as long as somebody waits: each caller has a deadline of its own, a caller with a later one
/// gives the question more time, and when the last one has gone the question ends.
final class SharedQuestion {
    private struct Caller {
        let timer: Scheduled<Void>
        let result: (Switchboard.CheckResult) -> Void

        func finish(_ outcome: Switchboard.CheckResult) {
            timer.cancel()
            result(outcome)
        }
    }

    let digest: MessageDigest
    private let links: [ServerLink]
    private let loop: any EventLoop
    private let ended: (SharedQuestion) -> Void
    private var callers: [Exchange.ID: Caller] = [:]
    private var results: [Result<PyzorReply, PyzorError>?]
    private var exchanges: [Exchange.ID?]
    private var isEnded = false

    /// - Parameter ended: called once, on the event loop, before the last callers get their result.
    init(
        _ digest: MessageDigest,
        links: [ServerLink],
        loop: any EventLoop,
        ended: @escaping (SharedQuestion) -> Void
    ) {
        self.digest = digest
        self.links = links
        self.loop = loop
        self.ended = ended
        self.results = Array(repeating: nil, count: links.count)
        self.exchanges = Array(repeating: nil, count: links.count)
    }

    /// The outcome when every server that was asked answered, so that it is worth keeping; servers left alone do not
    /// count as asked.
    var completeOutcome: CheckOutcome? {
        let answers = self.answers
        let isComplete = answers.allSatisfy { answer in
            switch answer.result {
            case .success, .failure(.leftAlone): true
            default: false
            }
        }
        return isComplete ? CheckOutcome(digest: digest, answers: answers, origin: .asked) : nil
    }

    /// Sends the questions.
    func start(deadline: NIODeadline, account: (PyzorServer) -> PyzorAccount) {
        for (index, link) in links.enumerated() {
            guard !link.isLeftAlone else {
                results[index] = .failure(.leftAlone(link.server))
                continue
            }
            let id = PyzorClient.nextID()
            exchanges[index] = id
            link.ask(.check(digest), account: account(link.server), deadline: deadline, id: id) { [weak self] in
                self?.received($0, from: index)
            }
        }
        endIfComplete()
    }

    /// Adds somebody who waits, until the deadline at the latest.
    func join(_ id: Exchange.ID, deadline: NIODeadline, result: @escaping (Switchboard.CheckResult) -> Void) {
        let question = NIOLoopBound(self, eventLoop: loop)
        let timer = loop.scheduleAfterReading(deadline: deadline) { question.value.expire(id) }
        callers[id] = Caller(timer: timer, result: result)
        for (index, exchange) in exchanges.enumerated() where results[index] == nil {
            if let exchange { links[index].extend(exchange, to: deadline) }
        }
    }

    /// Somebody was cancelled.
    func leave(_ id: Exchange.ID) {
        guard let caller = callers.removeValue(forKey: id) else { return }
        caller.finish(.failure(.cancelled))
        guard callers.isEmpty else { return }
        stop { $0.cancel($1) }
    }

    /// Ends it for everybody.
    func end(_ error: PyzorError) {
        for (_, caller) in callers { caller.finish(.failure(error)) }
        callers = [:]
        stop { $0.cancel($1) }
    }

    // MARK: - What happens

    private func received(_ result: Result<PyzorReply, PyzorError>, from index: Int) {
        results[index] = result
        endIfComplete()
    }

    private func endIfComplete() {
        guard !isEnded, results.allSatisfy({ $0 != nil }) else { return }
        isEnded = true
        ended(self)
        let result = combined
        for (_, caller) in callers { caller.finish(result) }
        callers = [:]
    }

    /// A caller's deadline: it gets what is known by then.
    private func expire(_ id: Exchange.ID) {
        guard let caller = callers.removeValue(forKey: id) else { return }
        if callers.isEmpty { stop { $0.giveUp($1) } }
        caller.finish(combined)
    }

    private func stop(_ end: (ServerLink, Exchange.ID) -> Void) {
        for (index, exchange) in exchanges.enumerated() where results[index] == nil {
            if let exchange { end(links[index], exchange) }
        }
        guard !isEnded else { return }
        isEnded = true
        ended(self)
    }

    private var answers: [ServerAnswer] {
        zip(links, results).map { ServerAnswer(server: $0.server, result: $1 ?? .failure($0.unanswered)) }
    }

    private var combined: Switchboard.CheckResult {
        let answers = self.answers
        return CheckOutcome(digest: digest, answers: answers, origin: .asked).map { .success($0) }
            ?? .failure(answers.telling)
    }
}
