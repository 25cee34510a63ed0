/// Where the MTA finds the filter.
package enum MilterAddress: Hashable, Sendable, CustomStringConvertible {
    case unix(path: String)
    case inet(HostAndPort)

    /// As it stands in the settings file and in Postfix' main.cf.
    package var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .inet(let address): "inet:\(address)"
        }
    }

    /// Reads `unix:/path`, Postfix' `inet:HOST:PORT` and libmilter's `inet:PORT@HOST` (smfi_setconn).
    init(parsing text: String) throws(Refusal) {
        guard let (scheme, rest) = text.splitAtColon else {
            throw .unlike(hint: text.hasPrefix("/") ? "write unix:\(text)" : nil)
        }
        switch scheme {
        case "unix":
            if let complaint = complaint(aboutSocketPath: rest, limit: 106) { throw .wrong(complaint) }
            // Admins paste the path into main.cf and sendmail.mc, where these mean something.
            guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !",;{}()'\"`\\$".utf8.contains($0) }) else {
                throw .wrong(
                    "a path without blanks, quotes, commas, braces and characters outside ASCII is needed here"
                )
            }
            self = .unix(path: rest)
        case "inet": self = .inet(try Self.inet(rest))
        case "local": throw .unlike(hint: "write unix:\(rest)")
        case "inet6": throw .unlike(hint: "write inet:[::1]:8897")
        default: throw .unlike()
        }
    }

    private static func inet(_ text: String) throws(Refusal) -> HostAndPort {
        guard let sign = text.firstIndex(of: "@") else {
            guard text.contains(":") else { throw .unlike(hint: "the host is missing") }
            return try checked(try HostAndPort(parsing: text))
        }
        let port = try HostAndPort.port(text[..<sign])
        var host = text[text.index(after: sign)...]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return try checked(HostAndPort(host: try HostAndPort.host(host), port: port))
    }

    private static func checked(_ address: HostAndPort) throws(Refusal) -> HostAndPort {
        guard !address.host.contains("_") else { throw .wrong("an underscore in the name of this host") }
        return address
    }
}

extension Form where Value == MilterAddress {
    static var milterAddress: Form {
        .scalar(
            expected: "unix:/path or inet:HOST:PORT",
            parse: { text throws(Refusal) in try MilterAddress(parsing: text) },
            write: { yamlScalar($0.description) }
        )
    }
}

extension String {
    /// What stands before and behind the first colon.
    var splitAtColon: (String, String)? {
        firstIndex(of: ":").map { (String(self[..<$0]), String(self[index(after: $0)...])) }
    }
}
