/// Where a spamd listens: TCP, TLS or a unix socket.
///
/// Written and printed as `HOST:PORT`, `[::1]:783`, `unix:/path` or `tls://HOST:PORT`. Equal values are the same server.
public struct SpamdServer: Hashable, Sendable, CustomStringConvertible {
    /// The way to it.
    public enum Transport: Hashable, Sendable {
        case tcp(host: String, port: Int)
        case tls(host: String, port: Int)
        case unix(path: String)
    }

    public let transport: Transport

    private init(_ transport: Transport) { self.transport = transport }

    init(standardPort port: Int) { transport = .tcp(host: "127.0.0.1", port: port) }

    /// A host name or numeric address, IPv6 without brackets.
    ///
    /// - Throws: ``SpamdError`` with `.invalidConfiguration` for an impossible host or a port outside 1 to 65535.
    public static func tcp(host: String, port: Int = 783) throws(SpamdError) -> Self {
        Self(.tcp(host: try checked(host: host, port: port), port: port))
    }

    /// The same, spoken over TLS.
    public static func tls(host: String, port: Int = 783) throws(SpamdError) -> Self {
        Self(.tls(host: try checked(host: host, port: port), port: port))
    }

    /// A unix socket.
    ///
    /// - Throws: ``SpamdError`` with `.invalidConfiguration` unless the path is absolute, has at most 107 bytes (what the
    ///   system has room for) and no NUL.
    public static func unix(path: String) throws(SpamdError) -> Self {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { throw wrong(path, "a socket's path begins with /") }
        guard path.utf8.count <= 107 else { throw wrong(path, "a socket's path has at most 107 bytes") }
        return Self(.unix(path: path))
    }

    /// Reads one of the four forms. Throws as the makers above do, with what was expected.
    public init(_ text: String) throws(SpamdError) {
        if text.hasPrefix("unix:") {
            self = try .unix(path: String(text.dropFirst(5)))
        } else if text.hasPrefix("tls://") {
            let (host, port) = try Self.split(text, after: 6)
            self = try .tls(host: host, port: port)
        } else if text.contains("/") {
            throw Self.wrong(text, "expected HOST:PORT, [ADDRESS]:PORT, unix:/path or tls://HOST:PORT")
        } else {
            let (host, port) = try Self.split(text, after: 0)
            self = try .tcp(host: host, port: port)
        }
    }

    public var description: String {
        switch transport {
        case .tcp(let host, let port): "\(Self.bracketed(host)):\(port)"
        case .tls(let host, let port): "tls://\(Self.bracketed(host)):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Whether it is spoken to over TLS.
    public var usesTLS: Bool {
        if case .tls = transport { return true }
        return false
    }
}

extension SpamdServer {
    private static func split(_ text: String, after prefix: Int) throws(SpamdError) -> (host: String, port: Int) {
        let rest = text.dropFirst(prefix)
        guard let colon = rest.lastIndex(of: ":") else { throw wrong(text, "the port is missing: HOST:PORT") }
        let digits = rest[rest.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit), let port = Int(digits) else {
            throw wrong(text, "the port is no number from 1 to 65535")
        }
        let host = rest[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.contains(":") else { throw wrong(text, "expected [ADDRESS]:PORT") }
            return (String(host.dropFirst().dropLast()), port)
        }
        guard !host.contains(":") else { throw wrong(text, "an IPv6 address stands in brackets: [::1]:783") }
        return (String(host), port)
    }

    private static func checked(host: String, port: Int) throws(SpamdError) -> String {
        guard (1...65_535).contains(port) else {
            throw wrong("\(host):\(port)", "the port is no number from 1 to 65535")
        }
        // Letters, digits, `.`, `-`, `_`; `:` and a zone's `%` in numeric IPv6.
        let isLawful = { (byte: UInt8) in
            (0x61...0x7a).contains(byte.lowered) || byte.isDigit || [0x2d, 0x2e, 0x5f, 0x3a, 0x25].contains(byte)
        }
        guard !host.isEmpty else { throw wrong(":\(port)", "the host is missing") }
        guard host.utf8.count <= 253, host.utf8.allSatisfy(isLawful), !host.hasPrefix("-") else {
            throw wrong(host, "not a host name or address")
        }
        return host
    }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    private static func wrong(_ text: String, _ why: String) -> SpamdError {
        SpamdError(.invalidConfiguration, text: "server '\(text)': \(why)")
    }
}
