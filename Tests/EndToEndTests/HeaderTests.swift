import TestRig
import Testing

extension EndToEnd {
    /// What is written into a message, with real scanners.
    @Suite struct HeaderTests {
        @Test(arguments: Server.allCases)
        func `ham gets its score and keeps its bytes`(_ server: Server) throws {
            let server = try server.get()
            let sent = Letter.ham(fresh("ham"))
            let (letter, line) = try pass(sent, server)

            #expect(letter.bodyDigest == sent.bodyDigest)
            let status = try #require(letter.value("X-Spam-Status"))
            #expect(status.hasPrefix("No, score="))
            #expect(status.contains(" required=5.0 tests="))
            #expect(status.hasSuffix("pyzor=0/0 scanned-by=spamd,pyzor"))
            #expect(letter.values("X-Spam-Flag").isEmpty)
            for field in sent.fields { #expect(letter.values(field.name) == [field.value]) }
            #expect(line.priority == 5)
            #expect(line.facts["verdict"] == "ham")
            #expect(line.facts["unscanned"] == "none")
        }

        @Test(arguments: Server.allCases)
        func `spam is marked, in the order of the manual, below the server's own Received`(_ server: Server) throws {
            let server = try server.get()
            let (letter, line) = try pass(.spam(fresh("spam")), server)

            #expect(
                letter.spamFields.map(\.name) == [
                    "X-Spam-Flag", "X-Spam-Score", "X-Spam-Level", "X-Spam-Status", "X-Spam-Checker-Version",
                ]
            )
            let own = try #require(letter.names.firstIndex(of: "Received"))
            #expect(letter.names.firstIndex(of: "X-Spam-Flag") == own + 1)
            #expect(letter.names.firstIndex(of: "X-Spam-Checker-Version") == own + 5)
            #expect(letter.value("X-Spam-Flag") == "YES")
            #expect(letter.value("X-Spam-Level") == String(repeating: "*", count: 50))
            let score = try #require(letter.value("X-Spam-Score").flatMap { Double($0) })
            #expect(score > 900)
            let status = try #require(letter.value("X-Spam-Status"))
            #expect(status.hasPrefix("Yes, score="))
            #expect(status.contains("GTUBE"))
            #expect(letter.value("X-Spam-Checker-Version")?.hasPrefix("tamis ") == true)
            #expect(line.facts["verdict"] == "spam")
            #expect(line.facts["action"] == "tag")
        }

        @Test(arguments: Server.allCases)
        func `forged headers are gone, every copy and any case`(_ server: Server) throws {
            let server = try server.get()
            let forged = [
                ("x-spam-flag", "NO"), ("X-SPAM-FLAG", "NO"), ("X-Spam-Flag", "NO"), ("X-Spam-Status", "No, score=-99"),
                ("X-spam-Anything", "a folded\n\tvalue"), ("X-Spamd-Other", "stays"), ("x-SPAM-status", "No"),
            ]
            let (letter, _) = try pass(.ham(fresh("forged"), adding: forged), server)
            #expect(letter.spamFields.map(\.name) == ["X-Spam-Score", "X-Spam-Status", "X-Spam-Checker-Version"])
            #expect(letter.values("X-Spamd-Other") == ["stays"])
        }

        @Test(.enabled(if: Programs.canRunPyzord, "pyzord is not installed"), arguments: Server.allCases)
        func `what Pyzor knows is counted`(_ name: Server) throws {
            let server = try name.get()
            var sent = Letter.ham(fresh("known"))
            sent.body += Array("Fences and carpenters behind \(name.rawValue), call us today\r\n".utf8)
            try Shared.pyzord.get().report(sent, times: 6)
            let (letter, line) = try pass(sent, server)
            let status = try #require(letter.value("X-Spam-Status"))
            #expect(status.contains("pyzor=6/0"))
            #expect(status.contains("PYZOR_CHECK"))
            #expect(line.facts["pyzor"]?.hasPrefix("6/0/ok/") == true)
        }

        private func pass(_ letter: Letter, _ server: any MailServer) throws -> (Letter, LogLine) {
            let identifier = try #require(letter.value("Message-ID")).dropFirst().prefix { $0 != "@" }
            return try withTamisd(.real(server)) { tamisd in
                let reply = try SMTPClient.deliver(letter, port: server.port)
                #expect(reply.code == 250)
                return try (server.delivered(String(identifier)), tamisd.logLine(String(identifier)))
            }
        }
    }
}
