package import Mail

/// A host and a port, `127.0.0.1:783`, `[::1]:783` or `spamd.example.org:783`. Nothing is resolved here.
package struct HostAndPort: Hashable, Sendable, CustomStringConvertible {
    /// A name, or an address without brackets.
    package let host: String
    /// 1 to 65535.
    package let port: Int

    /// Whether the host is an address, and if so which.
    package var address: IPAddress? { IPAddress(host) }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
    init(parsing text: some StringProtocol) throws(Refusal) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), text[text.index(after: end)...].hasPrefix(":") else {
                throw .unlike(hint: "an IPv6 address stands in brackets, \"[::1]:783\"")
            }
            let host = text[text.index(after: text.startIndex)..<end]
            guard let address = IPAddress(host), host.contains(":") else {
                throw .wrong("\(quoted(String(host))) is no IPv6 address")
            }
            self.host = address.description
            port = try Self.port(text[text.index(end, offsetBy: 2)...])
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            guard parts.count > 1 else { throw .unlike(hint: "the port is missing") }
            let isIPv6 = IPAddress(text) != nil || IPAddress(parts.dropLast().joined(separator: ":")) != nil
            throw .unlike(hint: isIPv6 ? "an IPv6 address stands in brackets, \"[::1]:783\"" : nil)
        }
        host = try Self.host(parts[0])
        port = try Self.port(parts[1])
    }

    /// A host name or an address, as it came but for the case of an address.
    static func host(_ text: some StringProtocol) throws(Refusal) -> String {
        guard !text.isEmpty else { throw .wrong("the host is missing") }
        if let address = IPAddress(text), !text.lowercased().hasPrefix("ipv6:") { return address.description }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isName = text.utf8.count <= 253 && labels.allSatisfy { isLabel(String($0)) }
        guard isName else { throw .wrong("\(quoted(String(text))) is no host name or address") }
        let isNumeric = labels.last?.utf8.allSatisfy { (0x30...0x39).contains($0) } ?? false
        guard !isNumeric else { throw .wrong("\(quoted(String(text))) is no IPv4 address") }
        return String(text)
    }

    static func port(_ text: some StringProtocol) throws(Refusal) -> Int {
        guard let port = wholeNumber(text), (1...65_535).contains(port) else {
            throw .wrong("expected a port from 1 to 65535, found \(quoted(String(text)))")
        }
        return port
    }

    /// Letters, digits, hyphens within (RFC 1123 section 2.1).
    /// QUIRK: underscores pass, since names in container networks have them.
    private static func isLabel(_ label: String) -> Bool {
        let bytes = Array(label.utf8)
        return (1...63).contains(bytes.count) && bytes.first != 0x2D && bytes.last != 0x2D
            && bytes.allSatisfy { byte in
                let letter = byte.asciiLowercased
                return (0x61...0x7A).contains(letter) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
            }
    }
}

/// Why a unix socket cannot have this path; nil if it can.
///
/// - Parameter limit: in bytes. The system has room for 107 (sun_path); libmilter wants one more for itself (listener.c).
func complaint(aboutSocketPath path: String, limit: Int = 107) -> String? {
    guard path.utf8.first == 0x2F else { return "a socket's path must begin with /, found \(quoted(path))" }
    guard path.utf8.count <= limit else {
        return "a socket's path can have \(limit) bytes, this one has \(path.utf8.count)"
    }
    return complaint(aboutPath: path)
}
