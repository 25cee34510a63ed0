import Mail

/// Where a milter listens and an MTA connects: a unix socket or a TCP port of this machine.
///
/// Reads libmilter's spelling (`inet:PORT@HOST`) and Postfix' (`inet:HOST:PORT`), and prints both, since admins paste from
/// one into the other.
package struct ListenAddress: Hashable, Sendable {
    package enum Endpoint: Hashable, Sendable {
        case unix(path: String)
        /// A name or an IPv4 address.
        case inet(host: String, port: UInt16)
        /// A name or an IPv6 address without brackets.
        case inet6(host: String, port: UInt16)
    }

    package let endpoint: Endpoint

    /// The longest path of a unix socket, in bytes: sun_path holds 108, and libmilter wants one more than the final NUL
    /// (listener.c, mi_milteropen).
    package static let maximumPathLength = 106

    /// Reads `unix:/path` or `local:/path`, `inet:127.0.0.1:8897`, `inet:8897@127.0.0.1`, `inet6:8897@::1`, `inet6:[::1]:8897`.
    ///
    /// A path is absolute and of visible ASCII characters that mean nothing in main.cf and sendmail.mc. An address without a
    /// host is refused: to be reachable by strangers must be said (`0.0.0.0`). Port 0 lets the system choose.
    package init(_ text: String) throws(MilterError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw Self.wrong(text, Self.forms) }
        switch parts[0] {
        case "unix", "local": endpoint = try .unix(path: Self.path(String(parts[1]), of: text))
        case "inet":
            let (host, port) = try Self.hostAndPort(parts[1], of: text)
            endpoint = host.contains(":") ? .inet6(host: host, port: port) : .inet(host: host, port: port)
        case "inet6":
            let (host, port) = try Self.hostAndPort(parts[1], of: text)
            guard IPAddress(host).map(\.isIPv6) ?? true else { throw Self.wrong(text, "an IPv6 address after inet6:") }
            endpoint = .inet6(host: host, port: port)
        default: throw Self.wrong(text, Self.forms)
        }
    }

    package init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// The path of a unix socket.
    package var path: String? { if case .unix(let path) = endpoint { path } else { nil } }

    /// As it stands in Postfix' main.cf: `unix:/path`, `inet:host:port`, `inet:[::1]:port`.
    package var postfixForm: String {
        switch endpoint {
        case .unix(let path): "unix:\(path)"
        case .inet(let host, let port): "inet:\(host):\(port)"
        case .inet6(let host, let port): host.contains(":") ? "inet:[\(host)]:\(port)" : "inet:\(host):\(port)"
        }
    }

    /// As it stands in sendmail.mc: `S=local:/path`, `S=inet:port@host`.
    package var sendmailForm: String {
        switch endpoint {
        case .unix(let path): "S=local:\(path)"
        case .inet, .inet6: "S=\(libmilterForm)"
        }
    }

    /// As smfi_setconn takes it.
    var libmilterForm: String {
        switch endpoint {
        case .unix(let path): "unix:\(path)"
        case .inet(let host, let port): "inet:\(port)@\(host)"
        case .inet6(let host, let port): "inet6:\(port)@\(host.contains(":") ? "[\(host)]" : host)"
        }
    }

    /// The same address with the port that the system chose.
    func with(port: UInt16) -> ListenAddress {
        switch endpoint {
        case .unix: self
        case .inet(let host, _): ListenAddress(.inet(host: host, port: port))
        case .inet6(let host, _): ListenAddress(.inet6(host: host, port: port))
        }
    }

    private static let forms = "unix:/path, inet:HOST:PORT, inet:PORT@HOST or inet6:PORT@HOST"

    private static func wrong(_ text: String, _ expected: String) -> MilterError {
        .address(text: text, expected: expected)
    }

    private static func path(_ path: String, of text: String) throws(MilterError) -> String {
        let bytes = Array(path.utf8)
        guard bytes.first == 0x2F else { throw wrong(text, "an absolute path after unix:") }
        guard bytes.last != 0x2F else { throw wrong(text, "a file name at the end of the path") }
        guard bytes.count <= maximumPathLength else {
            throw wrong(text, "a path of at most \(maximumPathLength) bytes, found \(bytes.count)")
        }
        let special = Set(",;{}()'\"`\\$".utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !special.contains($0) }) else {
            throw wrong(text, "a path without blanks, quotes, commas, braces and characters outside ASCII")
        }
        return path
    }

    private static func hostAndPort(_ text: Substring, of whole: String) throws(MilterError) -> (String, UInt16) {
        let host: Substring
        let port: Substring
        if let at = text.firstIndex(of: "@") {
            (port, host) = (text[..<at], text[text.index(after: at)...])
        } else if let colon = text.lastIndex(of: ":") {
            (host, port) = (text[..<colon], text[text.index(after: colon)...])
            guard !host.contains(":") || host.hasPrefix("[") else {
                throw wrong(whole, "an IPv6 address in brackets, inet:[::1]:8897")
            }
        } else {
            throw wrong(whole, "a host and a port, inet:127.0.0.1:8897 (0.0.0.0 for all addresses of this machine)")
        }
        return (try hostName(host, of: whole), try portNumber(port, of: whole))
    }

    private static func portNumber(_ text: Substring, of whole: String) throws(MilterError) -> UInt16 {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text) else {
            throw wrong(whole, "a port from 0 to 65535, found \"\(text)\"")
        }
        return port
    }

    private static func hostName(_ text: Substring, of whole: String) throws(MilterError) -> String {
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        let host = String(isBracketed ? text.dropFirst().dropLast() : text)
        if let address = IPAddress(host), !host.lowercased().hasPrefix("ipv6:") { return address.description }
        let isName =
            !host.isEmpty && !isBracketed && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte.asciiLowercased) || byte == 0x2D
                    || byte == 0x2E
            }
        guard isName else { throw wrong(whole, "a host name or an IP address, found \"\(text)\"") }
        return host
    }
}

extension ListenAddress: CustomStringConvertible {
    /// As the settings file writes it: Postfix' form.
    package var description: String { postfixForm }
}
