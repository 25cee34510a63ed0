/// A name that no other message of this run has.
package func fresh(_ name: String) -> String { "\(name).\(UInt32.random(in: 0 ... .max))" }

/// The settings of a daemon for a test. Loopback is nobody's friend here: without `networks: []` all would be exempt.
package struct DaemonSettings {
    package var listen: String
    /// The group of the socket; without one it stays as it is made.
    package var group: String?
    package var spamd: [String]
    package var pyzor: [String]
    /// More lines of the section `spamd`, indented by two blanks.
    package var spamdLines: [String] = []
    /// More lines of the section `pyzor`, indented by two blanks.
    package var pyzorLines: [String] = []
    /// More sections.
    package var sections: String

    /// - Parameter listen: `unix:/path` or `inet:HOST:PORT`.
    package init(listen: String, spamd: [String] = [], pyzor: [String] = [], _ sections: String = "") {
        self.listen = listen
        self.spamd = spamd
        self.pyzor = pyzor
        self.sections = sections
    }

    /// A daemon that sits where the server looks for its filter. Postfix of the rig runs as the user daemon, Sendmail
    /// connects as root.
    package init(_ server: any MailServer, spamd: [String] = [], pyzor: [String] = [], _ sections: String = "") {
        self.init(listen: "unix:\(server.milterSocket)", spamd: spamd, pyzor: pyzor, sections)
        group = "daemon"
    }

    package var text: String {
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
package func withTamisd<Value>(_ settings: DaemonSettings, _ body: (Tamisd) throws -> Value) throws -> Value {
    let tamisd = try Tamisd(settings: settings.text)
    defer { tamisd.stop() }
    return try body(tamisd)
}

package func withTamisd<Value>(_ settings: DaemonSettings, _ body: (Tamisd) async throws -> Value) async throws -> Value
{
    let tamisd = try Tamisd(settings: settings.text)
    defer { tamisd.stop() }
    return try await body(tamisd)
}
