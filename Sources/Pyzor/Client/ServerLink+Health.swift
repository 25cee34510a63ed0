import NIOCore

/// What answers and their absence mean for the server.
extension ServerLink {
    /// Acts on a change of health.
    func follow(_ change: ServerHealth.Change) {
        switch change {
        case .none: break
        case .back:
            probe?.cancel()
            observer.tell(.back(server))
        case .probe(let wait):
            observer.tell(.leftAlone(server))
            scheduleProbe(after: wait)
        }
    }

    private func scheduleProbe(after wait: TimeAmount) {
        guard !isClosed else { return }
        probe?.cancel()
        // A server with several addresses may be well at another one.
        if !addresses.isEmpty { addressIndex = (addressIndex + 1) % addresses.count }
        let link = NIOLoopBound(self, eventLoop: loop)
        probe = loop.scheduleTask(in: wait) { link.value.sendProbe() }
    }

    private func sendProbe() {
        nextProbe -= 1
        ask(.ping, account: .anonymous, deadline: .now() + timeout, id: nextProbe, isProbe: true) {
            [weak self] result in
            guard let self, case .failure(let error) = result, error != .closed else { return }
            if case .probe(let wait) = health.probeFailed() { scheduleProbe(after: wait) }
        }
    }
}
