import Foundation
import TestRig
import Testing

/// Mail through a real mail server, Tamis and real or scripted scanners.
///
/// All suites are nested here, one test at a time: they share one Postfix and one Sendmail, to whose milter socket
/// each test attaches a daemon of its own.
@Suite(
    .serialized,
    .ownThread,
    .enabled(if: Programs.canRunMailServers, "private mail servers need root and scripts/install-packages")
)
enum EndToEnd {}

/// The mail servers of the tests, by name; each is started once.
enum Server: String, CaseIterable, CustomTestStringConvertible {
    case postfix = "Postfix"
    case sendmail = "Sendmail"

    var testDescription: String { rawValue }

    func get() throws -> any MailServer {
        switch self {
        case .postfix: try Shared.postfix.get()
        case .sendmail: try Shared.sendmail.get()
        }
    }
}

/// What is started once for all tests; it ends with the test run.
enum Shared {
    static let postfix = Result { try Postfix() }
    static let sendmail = Result { try Sendmail() }
    static let spamd = Result { try RealSpamd() }
    static let pyzord = Result { try RealPyzord() }
}

/// A name that no other message of this run has.
func fresh(_ name: String) -> String { "\(name).\(UInt32.random(in: 0 ... .max))" }

/// The settings of a daemon for a test. Loopback is nobody's friend here: without `networks: []` all would be exempt.
struct DaemonSettings {
    var listen: String
    /// The group of the socket; without one it stays as it is made.
    var group: String?
    var spamd: [String]
    var pyzor: [String]
    /// More lines of the section `spamd`, indented by two blanks.
    var spamdLines: [String] = []
    /// More lines of the section `pyzor`, indented by two blanks.
    var pyzorLines: [String] = []
    /// More sections.
    var sections: String

    /// - Parameter listen: `unix:/path` or `inet:HOST:PORT`.
    init(listen: String, spamd: [String] = [], pyzor: [String] = [], _ sections: String = "") {
        self.listen = listen
        self.spamd = spamd
        self.pyzor = pyzor
        self.sections = sections
    }

    /// A daemon that sits where the server looks for its filter. Postfix of the rig runs as the user daemon, Sendmail
    /// connects as root.
    init(_ server: any MailServer, spamd: [String] = [], pyzor: [String] = [], _ sections: String = "") {
        self.init(listen: "unix:\(server.milterSocket)", spamd: spamd, pyzor: pyzor, sections)
        group = "daemon"
    }

    /// Real spamd, real pyzord.
    static func real(_ server: any MailServer, _ sections: String = "") throws -> DaemonSettings {
        try DaemonSettings(
            server,
            spamd: [Shared.spamd.get().address],
            pyzor: [Shared.pyzord.get().address],
            sections
        )
    }

    var text: String {
        """
        milter:
          listen: \(listen)
          \(group.map { "socket-group: \($0)" } ?? "")
        spamd:
        \(section(spamd, spamdLines))
        pyzor:
        \(section(pyzor, pyzorLines))
        \(sections.contains("exempt:") ? "" : "exempt: { networks: [] }")
        \(sections)

        """
    }

    private func section(_ servers: [String], _ lines: [String]) -> String {
        guard !servers.isEmpty else { return "  enabled: false" }
        return (["  servers: [\(servers.map { "\"\($0)\"" }.joined(separator: ", "))]"] + lines.map { "  \($0)" })
            .joined(separator: "\n")
    }
}

/// Runs a test's body with a daemon, and ends the daemon.
func withTamisd<Value>(_ settings: DaemonSettings, _ body: (Tamisd) throws -> Value) throws -> Value {
    let tamisd = try Tamisd(settings: settings.text)
    defer { tamisd.stop() }
    return try body(tamisd)
}

func withTamisd<Value>(_ settings: DaemonSettings, _ body: (Tamisd) async throws -> Value) async throws -> Value {
    let tamisd = try Tamisd(settings: settings.text)
    defer { tamisd.stop() }
    return try await body(tamisd)
}
