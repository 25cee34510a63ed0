import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Finds the addresses of a server, in the order in which they are tried.
///
/// A look-up blocks, so it runs on a thread of its own.
struct NameResolver: Sendable {
    /// The wait between the first look-up that fails and the second.
    var firstRetry = TimeAmount.seconds(5)

    /// The addresses of a name; throws a ``ResolveFailure``.
    let addresses: @Sendable (PyzorServer) async throws -> [SocketAddress]

    /// The addresses of a name, or why it has none.
    func outcome(_ server: PyzorServer) async -> Result<[SocketAddress], ResolveFailure> {
        do {
            return .success(try await addresses(server))
        } catch {
            return .failure(error as? ResolveFailure ?? ResolveFailure(reason: "\(error)"))
        }
    }

    /// The system's resolver.
    static let system = NameResolver { server in
        if let literal = literal(server) { return [literal] }
        return try await threads.runIfActive { try lookUp(server) }
    }

    /// Threads for look-ups alone, for one can take many seconds: nobody else's work may wait behind it. They are
    /// started with the first look-up and stay.
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    /// The address when the host is one already, so that no resolver need be asked.
    static func literal(_ server: PyzorServer) -> SocketAddress? {
        try? SocketAddress(ipAddress: server.host, port: server.port)
    }

    private static func lookUp(_ server: PyzorServer) throws -> [SocketAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        #else
        hints.ai_socktype = SOCK_DGRAM
        #endif
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(server.host, String(server.port), &hints, &found)
        guard status == 0 else { throw ResolveFailure(reason: String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(found) }
        var addresses: [SocketAddress] = []
        var next = found
        while let info = next?.pointee {
            next = info.ai_next
            guard let raw = info.ai_addr else { continue }
            switch info.ai_family {
            case AF_INET:
                addresses.append(
                    raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
                )
            case AF_INET6:
                addresses.append(
                    raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
                )
            default: continue
            }
        }
        guard !addresses.isEmpty else { throw ResolveFailure(reason: "it has no address") }
        return addresses
    }
}

/// Why a name has no address, in the resolver's words.
struct ResolveFailure: Error, Hashable, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
