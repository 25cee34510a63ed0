import NIOCore

/// The second question to another server, when the first takes longer than most.
extension SpamdClient {
    /// What a Task of the race comes back with.
    private enum News: Sendable {
        /// The first server has had its time.
        case isLate
        case ended(SpamdServer, Result<Response, SpamdError>)
    }

    /// Asks `first`, and one of `others` as well if it is late; the first answer counts and the other question is cancelled.
    ///
    /// - Parameter others: the server that was asked beside is taken out.
    /// - Returns: the first answer, or the last failure. After an early failure nobody else is asked here.
    func race(
        _ first: SpamdServer,
        _ others: inout [SpamdServer],
        after delay: TimeAmount,
        _ ask: @escaping @Sendable (SpamdServer) async -> Result<Response, SpamdError>
    ) async -> (server: SpamdServer, result: Result<Response, SpamdError>) {
        let candidates = others
        let start = NIODeadline.now()
        let (server, result, second) = await withTaskGroup(of: News.self) { group in
            group.addTask { .ended(first, await ask(first)) }
            group.addTask {
                try? await Task.sleep(nanoseconds: UInt64(max(delay.nanoseconds, 0)))
                return .isLate
            }
            var second: SpamdServer?
            var failed: (SpamdServer, SpamdError)?
            while let news = await group.next() {
                switch news {
                case .isLate:
                    guard !Task.isCancelled, let server = pool.acquireForHedge(candidates) else { continue }
                    second = server
                    configuration.observer?.tell(.askedSecond(server, insteadOf: first))
                    group.addTask { .ended(server, await ask(server)) }
                case .ended(let server, .success(let response)):
                    group.cancelAll()
                    if let second, failed == nil {
                        let loser = server == second ? first : second
                        pool.noteRace(won: server == second, over: loser, NIODeadline.now() - start)
                    }
                    return (server, Result<Response, SpamdError>.success(response), second)
                case .ended(let server, .failure(let error)):
                    // The other one may still answer, if there is one.
                    let isLast = failed != nil || second == nil
                    failed = (server, error)
                    guard isLast else { continue }
                    group.cancelAll()
                    return (server, .failure(error), second)
                }
            }
            let (server, error) = failed ?? (first, SpamdError(.cancelled))
            return (server, .failure(error), second)
        }
        if let second { others.removeAll { $0 == second } }
        return (server, result)
    }
}
