import TestRig
import Testing

extension EndToEnd {
    /// What is done with spam, and what the client is told.
    @Suite struct ActionTests {
        @Test(arguments: Server.allCases)
        func `spam is refused with the admin's own words`(_ server: Server) throws {
            let server = try server.get()
            let identifier = fresh("rejected")
            let actions = """
                actions:
                  - { at: required, do: [tag] }
                  - { at: 15.0, do: [reject], reply: "554 5.7.1 No, thank you: 100% spam" }
                """
            try withTamisd(.real(server, actions)) { tamisd in
                let reply = try SMTPClient.deliver(.spam(identifier), port: server.port)
                #expect(reply == SMTPReply(code: 554, lines: ["5.7.1 No, thank you: 100% spam"]))
                #expect(try tamisd.logLine(identifier).facts["action"] == "reject")
                try expectHamStillPasses(server)
            }
            #expect(try !server.hasDelivered(identifier))
        }

        @Test(arguments: Server.allCases)
        func `quarantine holds the message`(_ server: Server) throws {
            let server = try server.get()
            let identifier = fresh("held")
            let before = try server.quarantined()
            try withTamisd(.real(server, "actions: [{ at: required, do: [tag, quarantine] }]")) { tamisd in
                let reply = try SMTPClient.deliver(.spam(identifier), port: server.port)
                #expect(reply.code == 250)
                #expect(try tamisd.logLine(identifier).facts["action"] == "tag,quarantine")
                try waitUntil("it was held") { try server.quarantined() == before + 1 }
                try expectHamStillPasses(server)
            }
            #expect(try !server.hasDelivered(identifier))
        }

        @Test(arguments: Server.allCases)
        func `tempfail asks to come again`(_ server: Server) throws {
            let server = try server.get()
            try withTamisd(.real(server, "actions: [{ at: required, do: [tempfail] }]")) { _ in
                let reply = try SMTPClient.deliver(.spam(fresh("later")), port: server.port)
                #expect(reply == SMTPReply(code: 451, lines: ["4.7.1 Try again later"]))
            }
        }

        @Test(arguments: Server.allCases)
        func `discard takes the message and says nothing`(_ server: Server) throws {
            let server = try server.get()
            let identifier = fresh("discarded")
            try withTamisd(.real(server, "actions: [{ at: required, do: [discard], discard-confirmed: true }]")) {
                tamisd in
                #expect(try SMTPClient.deliver(.spam(identifier), port: server.port).code == 250)
                #expect(try tamisd.logLine(identifier).facts["action"] == "discard")
                try expectHamStillPasses(server)
            }
            #expect(try !server.hasDelivered(identifier))
        }

        @Test(arguments: Server.allCases)
        func `an observer changes nothing at all`(_ server: Server) throws {
            let server = try server.get()
            let identifier = fresh("observed")
            let sent = Letter.spam(identifier, adding: [("X-Spam-Flag", "NO")])
            let sections = "mode: observe\nactions: [{ at: required, do: [reject] }]"
            try withTamisd(.real(server, sections)) { tamisd in
                #expect(try SMTPClient.deliver(sent, port: server.port).code == 250)
                let letter = try server.delivered(identifier)
                #expect(letter.spamFields == sent.spamFields)
                let line = try tamisd.logLine(identifier)
                #expect(line.facts["verdict"] == "spam")
                #expect(line.facts["action"] == "would-reject")
            }
        }

        @Test(arguments: Server.allCases)
        func `mail from an exempt network passes untouched`(_ server: Server) throws {
            let server = try server.get()
            let identifier = fresh("exempt")
            let sent = Letter.spam(identifier, adding: [("X-Spam-Flag", "NO")])
            try withTamisd(.real(server, "exempt: { networks: [127.0.0.0/8] }")) { tamisd in
                #expect(try SMTPClient.deliver(sent, port: server.port).code == 250)
                #expect(try server.delivered(identifier).spamFields == sent.spamFields)
                try tamisd.logLine(having: "NOQUEUE:", "exempt=network", "client=")
            }
        }

        /// Delivered behind another message: by then that one would be there, too.
        private func expectHamStillPasses(_ server: any MailServer) throws {
            let identifier = fresh("behind")
            #expect(try SMTPClient.deliver(.ham(identifier), port: server.port).code == 250)
            _ = try server.delivered(identifier)
        }
    }
}
