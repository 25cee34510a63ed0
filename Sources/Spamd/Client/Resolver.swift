import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// From a server to its addresses. The only file that asks the system for names.
///
/// Asking blocks, for seconds if the name servers are away, so it is done on threads of its own and never in a
/// message's way.
enum Resolver {
    /// Two threads, so that one name that hangs does not keep another waiting. They live as long as the process.
    private static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        return threads
    }()

    /// The address of a unix socket or a numeric host, which needs no asking; nil for a name.
    static func fixedAddress(of server: SpamdServer) -> SocketAddress? {
        switch server.transport {
        case .unix(let path): try? SocketAddress(unixDomainSocketPath: path)
        case .tcp(let host, let port), .tls(let host, let port): try? SocketAddress(ipAddress: host, port: port)
        }
    }

    /// Asks for the addresses of the server's name, in the system's order of preference.
    static func resolve(_ server: SpamdServer, on loop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        if let address = fixedAddress(of: server) { return loop.makeSucceededFuture([address]) }
        return threads.runIfActive(eventLoop: loop) { try addresses(of: server) }
    }

    private static func addresses(of server: SpamdServer) throws -> [SocketAddress] {
        guard let (host, port) = server.hostAndPort else { return [] }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Darwin)
        hints.ai_socktype = SOCK_STREAM
        #else
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else {
            throw SpamdError(.resolveFailed, server: server, text: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        let found = sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { $0.flatMap(address) }
        guard !found.isEmpty else { throw SpamdError(.resolveFailed, server: server, text: "no address") }
        return found
    }

    private static func address(_ info: UnsafeMutablePointer<addrinfo>) -> SocketAddress? {
        guard let raw = UnsafeRawPointer(info.pointee.ai_addr) else { return nil }
        switch info.pointee.ai_family {
        case AF_INET: return SocketAddress(raw.load(as: sockaddr_in.self))
        case AF_INET6: return SocketAddress(raw.load(as: sockaddr_in6.self))
        default: return nil
        }
    }
}

extension SpamdServer {
    /// Host and port; nil for a unix socket.
    var hostAndPort: (host: String, port: Int)? {
        switch transport {
        case .unix: nil
        case .tcp(let host, let port), .tls(let host, let port): (host, port)
        }
    }

    /// The name for TLS to ask and check for; nil for a numeric address, which cannot stand in SNI (RFC 6066, 3).
    var nameForTLS: String? {
        guard case .tls(let host, _) = transport, Resolver.fixedAddress(of: self) == nil else { return nil }
        return host
    }
}
