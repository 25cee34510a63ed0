import TestRig
import Testing

/// Tests of the daemon as a process, with a mail server's side that the test plays: no mail server, no root.
@Suite(.ownThread) enum RunningDaemon {}

/// A daemon on a socket of its own, and what is needed to talk to it.
struct Attached {
    let tamisd: Tamisd
    /// `unix:/path` or `inet:127.0.0.1:PORT`
    let address: String

    /// A connection as far as an MTA takes it before the first MAIL; `reply` is what CONNECT met.
    func connected() throws -> (client: MilterClient, reply: String) {
        let client = try MilterClient(address)
        try client.negotiate()
        let reply = try client.connect()
        return (client, reply?.description ?? "")
    }
}

/// The settings of a daemon that asks `spamd` and nobody else.
func daemonSettings(listen: String, spamd: [String], _ more: String = "") -> String {
    """
    milter: { listen: "\(listen)" }
    spamd: { servers: [\(spamd.map { "\"\($0)\"" }.joined(separator: ", "))], user: none }
    pyzor: { enabled: false }
    exempt: { networks: [] }
    \(more)

    """
}

/// Runs `body` with a daemon that listens on a unix socket.
func withDaemon<Value>(
    spamd: [String],
    _ more: String = "",
    openFiles: Int? = nil,
    _ body: (Attached) throws -> Value
) throws -> Value {
    let folder = try PrivateDirectory()
    defer { folder.remove() }
    let address = "unix:\(folder.path("m.sock"))"
    let settings = daemonSettings(listen: address, spamd: spamd, more)
    var start = Tamisd.Start()
    // prlimit becomes the program that it starts.
    if let openFiles { start.launcher = ["/usr/bin/prlimit", "--nofile=\(openFiles):\(openFiles)"] }
    let tamisd = try Tamisd(settings: settings, start)
    defer { tamisd.stop() }
    return try body(Attached(tamisd: tamisd, address: address))
}

extension [MilterPacket] {
    /// The values of the header fields of this name that are to be inserted or added.
    func inserted(_ name: String) -> [String] {
        compactMap { packet in
            switch packet.letter {
            case "i":
                let strings = MilterPacket("i", [UInt8](packet.data.dropFirst(4))).strings
                return strings.first == name ? strings.last?.trimmed : nil
            case "h": return packet.strings.first == name ? packet.strings.last?.trimmed : nil
            default: return nil
            }
        }
    }

    /// The last packet, which says what becomes of the message.
    var verdict: String { last?.description ?? "" }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
