/// Where a spamd is found, and whether TLS is spoken with it.
package enum SpamdAddress: Hashable, Sendable, CustomStringConvertible {
    case tcp(HostAndPort)
    case tls(HostAndPort)
    case unix(path: String)

    package var description: String {
        switch self {
        case .tcp(let address): address.description
        case .tls(let address): "tls://\(address)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Reads `HOST:PORT`, `tls://HOST:PORT` and `unix:/path`.
    init(parsing text: String) throws(Refusal) {
        if text.hasPrefix("tls://") {
            self = .tls(try HostAndPort(parsing: text.dropFirst(6)))
        } else if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            if let complaint = complaint(aboutSocketPath: path) { throw .wrong(complaint) }
            self = .unix(path: path)
        } else if text.hasPrefix("/") {
            throw .unlike(hint: "write unix:\(text)")
        } else if text.contains("://") {
            throw .unlike()
        } else {
            self = .tcp(try HostAndPort(parsing: text))
        }
    }
}

extension Form where Value == SpamdAddress {
    static var spamdAddress: Form {
        .scalar(
            expected: "HOST:PORT, tls://HOST:PORT or unix:/path",
            parse: { text throws(Refusal) in try SpamdAddress(parsing: text) },
            write: { yamlScalar($0.description) }
        )
    }
}

extension Form where Value == HostAndPort {
    static var hostAndPort: Form {
        .scalar(
            expected: "HOST:PORT",
            parse: { text throws(Refusal) in try HostAndPort(parsing: text) },
            write: { yamlScalar($0.description) }
        )
    }
}
