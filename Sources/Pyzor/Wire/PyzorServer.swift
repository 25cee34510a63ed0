/// A Pyzor server: a host and a UDP port, as an admin writes them.
///
/// The host is kept as it was written (a name, an IPv4 address, or an IPv6 address without its brackets); nothing is
/// resolved here. Accounts are looked up by exactly this pair, as pyzor does (`client.py`), so `localhost` and
/// `127.0.0.1` are two servers.
public struct PyzorServer: Hashable, Sendable, CustomStringConvertible {
    /// The port that pyzord listens on when nothing else is said.
    public static let defaultPort = 24_441

    /// The public server of the Pyzor project, which every pyzor asks when it has no servers file.
    public static let standard = PyzorServer(host: "public.pyzor.org", port: defaultPort)

    /// A name or an address; an IPv6 address stands without brackets.
    public let host: String

    /// 1 to 65535.
    public let port: Int

    /// A server from its parts, which the caller has checked.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST`, `HOST:PORT`, `[IPv6]` or `[IPv6]:PORT`; the port is ``defaultPort`` when it is not given.
    ///
    /// - Throws: ``PyzorError/invalidServer(_:reason:)`` that says what is wrong with the text.
    public init(_ text: some StringProtocol) throws(PyzorError) {
        let text = String(text)
        let (host, port) = try Self.split(text)
        try Self.check(host: host, of: text)
        self.init(host: host, port: try Self.number(port, of: text))
    }

    /// `host:port`, with brackets around an IPv6 address: the form that `init` reads back.
    public var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func split(_ text: String) throws(PyzorError) -> (host: String, port: Substring?) {
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else {
                throw .invalidServer(text, reason: "the bracket is not closed")
            }
            let host = text[text.index(after: text.startIndex)..<close]
            guard host.utf8.contains(UInt8(ascii: ":")) else {
                throw .invalidServer(text, reason: "brackets are for IPv6 addresses only")
            }
            let rest = text[text.index(after: close)...]
            guard rest.isEmpty || rest.first == ":" else {
                throw .invalidServer(text, reason: "expected a colon and a port after the bracket")
            }
            return (String(host), rest.isEmpty ? nil : rest.dropFirst())
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2 else {
            throw .invalidServer(text, reason: "an IPv6 address is written in brackets, as in [::1]:\(defaultPort)")
        }
        return (String(parts[0]), parts.count == 2 ? parts[1] : nil)
    }

    private static func check(host: String, of text: String) throws(PyzorError) {
        guard !host.isEmpty else {
            throw .invalidServer(text, reason: "the host is missing")
        }
        guard host.utf8.count <= 255 else {
            throw .invalidServer(text, reason: "the host is longer than 255 bytes")
        }
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }) else {
            throw .invalidServer(text, reason: "a host holds no blanks, slashes or control characters")
        }
    }

    private static func number(_ port: Substring?, of text: String) throws(PyzorError) -> Int {
        guard let port else { return defaultPort }
        guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(port), (1...65_535).contains(number)
        else {
            throw .invalidServer(text, reason: "the port must be a number from 1 to 65535")
        }
        return number
    }
}
