import TestRig

/// A daemon without a mail server, for what no mail server would do; or for more sessions than one would keep.
struct LoneDaemon: Sendable {
    let tamisd: Tamisd
    let address: String

    /// A connection that has said HELO.
    func connect() throws -> MilterClient {
        let client = try MilterClient(address)
        try client.negotiate()
        try client.macros("C", ["j": "mx.test.local", "{daemon_name}": "mx", "v": "Postfix 3.7.11"])
        try client.connect()
        try client.hello()
        return client
    }
}

/// Runs a test's body with a daemon of its own, and ends the daemon.
///
/// - Parameter settings: an empty `listen` stands for a unix socket in a folder of its own.
func withDaemon(
    _ settings: DaemonSettings,
    _ start: Tamisd.Start = Tamisd.Start(),
    _ body: (LoneDaemon) async throws -> Void
) async throws {
    let folder = try PrivateDirectory()
    defer { folder.remove() }
    var settings = settings
    if settings.listen.isEmpty { settings.listen = "unix:\(folder.path("milter.sock"))" }
    let tamisd = try Tamisd(settings: settings.text, start)
    defer { tamisd.stop() }
    try await body(LoneDaemon(tamisd: tamisd, address: settings.listen))
}

extension MilterClient {
    /// MAIL, RCPT, a header field and its end.
    func begin() throws {
        try mail(from: "alice@example.org")
        try recipient("bob@test.local")
        try macros("L", ["i": "4F2A1B"])
        try header("Subject", "half")
        try endOfHeaders()
    }
}

extension Tamisd {
    /// The lines of the log that say what became of a message.
    var verdicts: [LogLine] { log.filter { $0.facts["verdict"] != nil } }
}
