import NIOCore
import Synchronization

@testable import Pyzor

/// Names and addresses that a test makes up.
final class NameBook: Sendable {
    private let names = Mutex<[String: [String]]>([:])

    func enter(_ name: String, _ addresses: String...) {
        names.withLock { $0[name] = addresses }
    }

    func remove(_ name: String) {
        names.withLock { $0[name] = nil }
    }

    var resolver: NameResolver {
        NameResolver { server in
            guard let addresses = self.names.withLock({ $0[server.host] }) else {
                throw ResolveFailure(reason: "no such name")
            }
            return try addresses.map { try SocketAddress(ipAddress: $0, port: server.port) }
        }
    }
}
