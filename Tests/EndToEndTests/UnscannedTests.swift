import TestRig
import Testing

extension EndToEnd {
    /// Scanners that are away: mail flows, and says what it lacks. (What else they do wrong is in FaultTests.)
    @Suite struct UnscannedTests {
        @Test(arguments: Server.allCases)
        func `without any scanner mail is marked unscanned and forged headers are gone`(_ server: Server) throws {
            let server = try server.get()
            let spamd = try RefusingPort()
            let pyzord = try RefusingPort.udp()
            let settings = DaemonSettings(server, spamd: [spamd.address], pyzor: [pyzord.address])
            let (letter, line) = try withExtendedLifetime((spamd, pyzord)) {
                try pass(settings, server, adding: [("X-Spam-Flag", "NO"), ("x-spam-score", "-5")])
            }
            #expect(
                letter.value("X-Spam-Status") == "No, unscanned=spamd:refused,pyzor:refused required=5.0"
            )
            #expect(letter.spamFields.map(\.name) == ["X-Spam-Status", "X-Spam-Checker-Version"])
            #expect(line.facts["verdict"] == "unscanned")
            #expect(line.facts["score"] == "-")
            #expect(line.facts["unscanned"] == "spamd:refused,pyzor:refused")
        }

        @Test(arguments: Server.allCases)
        func `an admin who will have no unscanned mail asks senders to come again`(_ server: Server) throws {
            let server = try server.get()
            let spamd = try RefusingPort()
            defer { withExtendedLifetime(spamd) {} }
            let settings = DaemonSettings(server, spamd: [spamd.address], "unscanned: { without-spamd: tempfail }")
            try withTamisd(settings) { _ in
                let reply = try SMTPClient.deliver(.ham(fresh("later")), port: server.port)
                #expect(reply == SMTPReply(code: 451, lines: ["4.7.1 Spam check not available, try again later"]))
            }
        }

        private func pass(
            _ settings: DaemonSettings,
            _ server: any MailServer,
            adding fields: [(String, String)] = []
        ) throws -> (Letter, LogLine) {
            let identifier = fresh("unscanned")
            return try withTamisd(settings) { tamisd in
                let reply = try SMTPClient.deliver(.ham(identifier, adding: fields), port: server.port)
                #expect(reply.code == 250)
                return try (server.delivered(identifier), tamisd.logLine(identifier))
            }
        }
    }
}
