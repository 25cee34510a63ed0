import NIOCore

/// Where the server is: its name is looked up when somebody asks for that, with the first question at the latest, and
/// from then on by a timer.
extension ServerLink {
    /// What is known of the look-ups of one name.
    struct Names {
        var resolver: NameResolver
        var pace: LookUpPace
        var underWay: EventLoopFuture<PyzorError?>?
        var timer: Scheduled<Void>?

        /// Whether the first one has ended, so that nobody waits for a look-up any more.
        var isLookedUp = false

        /// Why the last one failed; nil when it did not.
        var failure: String?

        init(_ resolver: NameResolver, interval: TimeAmount) {
            self.resolver = resolver
            pace = LookUpPace(interval: interval, firstRetry: resolver.firstRetry)
        }
    }

    /// Looks the name up, once for all who want that at the same time.
    ///
    /// - Returns: why the server has no address, when it has none then.
    @discardableResult
    func lookUp() -> EventLoopFuture<PyzorError?> {
        if let underWay = names.underWay { return underWay }
        guard !isClosed, NameResolver.literal(server) == nil else { return loop.makeSucceededFuture(nil) }
        names.timer?.cancel()
        let link = NIOLoopBound(self, eventLoop: loop)
        let underWay = loop.makeFutureWithTask { [server, resolver = names.resolver] in await resolver.outcome(server) }
            .map { link.value.lookedUp($0) }
        names.underWay = underWay
        return underWay
    }

    /// After a failure the old addresses stay in use. Only a change is told, not each try.
    private func lookedUp(_ outcome: Result<[SocketAddress], ResolveFailure>) -> PyzorError? {
        names.underWay = nil
        guard !isClosed else { return nil }
        let hadFailed = names.failure != nil
        switch outcome {
        case .success(let found):
            names.failure = nil
            // Name servers give the same addresses in turn in another order.
            if Set(found) != Set(addresses) || hadFailed {
                observer.tell(.resolved(server, addresses: found.map { $0.ipAddress ?? $0.description }))
            }
            let inUse = addresses.isEmpty ? nil : addresses[addressIndex]
            addresses = found
            addressIndex = found.firstIndex { $0 == inUse } ?? 0
        case .failure(let failure):
            names.failure = failure.reason
            if !hadFailed { observer.tell(.unresolved(server, reason: failure.reason)) }
        }
        names.isLookedUp = true
        let link = NIOLoopBound(self, eventLoop: loop)
        let wait = names.pace.wait(hasAddress: !addresses.isEmpty)
        names.timer = loop.scheduleTask(in: wait) { _ = link.value.lookUp() }
        askHeld()
        return addresses.isEmpty ? unanswered : nil
    }
}
