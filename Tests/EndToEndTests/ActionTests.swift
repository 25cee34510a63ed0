import TestRig
import Testing

extension EndToEnd {
    /// What is done with spam, and what the client is told, with real scanners. Every action is a row of ConformanceTests.
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

        /// Delivered behind another message: by then that one would be there, too.
        private func expectHamStillPasses(_ server: any MailServer) throws {
            let identifier = fresh("behind")
            #expect(try SMTPClient.deliver(.ham(identifier), port: server.port).code == 250)
            _ = try server.delivered(identifier)
        }
    }
}
