import TestRig
import Testing

extension EndToEnd {
    /// Scanners that are away, slow or talk nonsense: mail flows, and says what it lacks.
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

        @Test func `a silent spamd costs its time limit and no more`() throws {
            let server = try Server.postfix.get()
            let spamd = try ScriptedSpamd { _ in .silence }
            defer { spamd.stop() }
            let pyzord = try ScriptedPyzord { $0.answer(count: 3) }
            defer { pyzord.stop() }
            var settings = DaemonSettings(server, spamd: [spamd.address], pyzor: [pyzord.address])
            settings.spamdLines = ["timeout: 1s"]
            let (letter, line) = try pass(settings, server)
            let status = try #require(letter.value("X-Spam-Status"))
            #expect(status.contains("unscanned=spamd:timeout"))
            #expect(status.hasSuffix("scanned-by=pyzor"))
            #expect(line.facts["unscanned"] == "spamd:timeout")
        }

        @Test func `nonsense from spamd is no verdict`() throws {
            let server = try Server.postfix.get()
            let spamd = try ScriptedSpamd { _ in .garbage }
            defer { spamd.stop() }
            let pyzord = try ScriptedPyzord { $0.answer() }
            defer { pyzord.stop() }
            let (letter, _) = try pass(DaemonSettings(server, spamd: [spamd.address], pyzor: [pyzord.address]), server)
            #expect(try #require(letter.value("X-Spam-Status")).contains("unscanned=spamd:garbage"))
        }

        @Test func `a closed connection is no verdict`() throws {
            let server = try Server.postfix.get()
            let spamd = try ScriptedSpamd { _ in .close }
            defer { spamd.stop() }
            let (letter, _) = try pass(DaemonSettings(server, spamd: [spamd.address]), server)
            #expect(try #require(letter.value("X-Spam-Status")).contains("unscanned=spamd:closed"))
            #expect(try #require(letter.value("X-Spam-Status")).contains("skipped=pyzor:disabled"))
        }

        @Test func `a silent Pyzor is told apart from a message that it does not know`() throws {
            let server = try Server.postfix.get()
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            let pyzord = try ScriptedPyzord { _ in .garbage }
            defer { pyzord.stop() }
            var settings = DaemonSettings(server, spamd: [spamd.address], pyzor: [pyzord.address])
            settings.pyzorLines = ["timeout: 500ms"]
            let (letter, _) = try pass(settings, server)
            let status = try #require(letter.value("X-Spam-Status"))
            #expect(status.contains("unscanned=pyzor:"))
            #expect(!status.contains("pyzor=0/0"))
            #expect(status.hasSuffix("scanned-by=spamd"))
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
