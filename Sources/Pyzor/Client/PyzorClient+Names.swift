import NIOCore
import Synchronization

extension PyzorClient {
    /// Looks up the names of all servers at once, and again every ``Configuration/resolveInterval`` from then on.
    ///
    /// - Returns: the servers that have no address now. That is worth a warning: they are silent until a later look-up
    ///   finds one.
    @discardableResult
    public func resolveNames() async -> [PyzorError] {
        startTimer()
        return await lookUp()
    }

    private func lookUp() async -> [PyzorError] {
        await withTaskGroup(of: PyzorError?.self) { group in
            for server in Set(configuration.servers) where NameResolver.literal(server) == nil {
                group.addTask { await self.lookUp(server) }
            }
            return await group.reduce(into: []) { if let error = $1 { $0.append(error) } }
        }
    }

    private func lookUp(_ server: PyzorServer) async -> PyzorError? {
        let outcome: Result<[SocketAddress], ResolveFailure>
        do {
            outcome = .success(try await resolver.addresses(server))
        } catch {
            outcome = .failure(error as? ResolveFailure ?? ResolveFailure(reason: "\(error)"))
        }
        try? await loop.submit { [switchboard] in switchboard.value.link(to: server)?.resolved(outcome) }.get()
        if case .failure(let failure) = outcome { return .unresolved(server, reason: failure.reason) }
        return nil
    }

    private func startTimer() {
        let interval = configuration.resolveInterval
        guard configuration.servers.contains(where: { NameResolver.literal($0) == nil }) else { return }
        lifetime.withLock { lifetime in
            guard lifetime.timer == nil, !lifetime.isShutDown else { return }
            lifetime.timer = loop.scheduleRepeatedAsyncTask(initialDelay: interval, delay: interval) {
                [weak self, loop] _ in
                guard let self else { return loop.makeSucceededVoidFuture() }
                return loop.makeFutureWithTask { _ = await self.lookUp() }
            }
        }
    }
}
