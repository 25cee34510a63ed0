import NIOCore
import Synchronization

@testable import Pyzor

/// Names and addresses that a test makes up, and look-ups that take as long as it wants.
final class NameBook: Sendable {
    private struct State {
        var names: [String: [String]] = [:]
        var lookUps = 0
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func enter(_ name: String, _ addresses: String...) {
        state.withLock { $0.names[name] = addresses }
    }

    func remove(_ name: String) {
        state.withLock { $0.names[name] = nil }
    }

    /// From now on look-ups do not end until ``release()``.
    func hold() {
        state.withLock { $0.isHolding = true }
    }

    /// Lets the look-ups end that are held, and later ones at once.
    func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for lookUp in held { lookUp.resume() }
    }

    /// How many look-ups have begun.
    var lookUps: Int { state.withLock { $0.lookUps } }

    var resolver: NameResolver { resolver(firstRetry: .seconds(5)) }

    func resolver(firstRetry: TimeAmount) -> NameResolver {
        NameResolver(firstRetry: firstRetry) { server in
            await self.begin()
            guard let addresses = self.state.withLock({ $0.names[server.host] }) else {
                throw ResolveFailure(reason: "no such name")
            }
            return try addresses.map { try SocketAddress(ipAddress: $0, port: server.port) }
        }
    }

    private func begin() async {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                state.lookUps += 1
                if state.isHolding { state.held.append(continuation) }
                return state.isHolding
            }
            if !isHeld { continuation.resume() }
        }
    }
}
