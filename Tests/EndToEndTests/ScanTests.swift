import TestRig
import Testing

extension EndToEnd {
    /// How the scanners are asked, seen from their side.
    @Suite struct ScanTests {
        @Test(arguments: Server.allCases)
        func `both scanners are asked at once`(_ server: Server) throws {
            let server = try server.get()
            let meeting = Rendezvous(2)
            let spamd = try ScriptedSpamd { _ in
                try meeting.meet()
                return .symbols(["A"], score: "4.5", isSpam: false)
            }
            defer { spamd.stop() }
            let pyzord = try ScriptedPyzord { question in
                try meeting.meet()
                return question.answer(count: 12)
            }
            defer { pyzord.stop() }
            var settings = DaemonSettings(server, spamd: [spamd.address], pyzor: [pyzord.address])
            settings.pyzorLines = ["timeout: 30s"]
            let letter = try pass(.ham(fresh("parallel")), settings, server)
            #expect(
                letter.value("X-Spam-Status")
                    == "Yes, score=5.5 required=5.0 tests=A,PYZOR_CHECK pyzor=12/0 scanned-by=spamd,pyzor"
            )
        }

        @Test(arguments: Server.allCases)
        func `spamd sees where the message came from, and nothing forged`(_ server: Server) throws {
            let server = try server.get()
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            let forged = [("X-Spam-Flag", "NO"), ("Return-Path", "<x@y>"), ("X-Envelope-From", "x@y")]
            let sent = Letter.ham(fresh("seen"), adding: forged)
            _ = try pass(sent, DaemonSettings(server, spamd: [spamd.address]), server)

            let question = try #require(spamd.questions.first)
            #expect(spamd.questions.count == 1)
            #expect(question.verb == "SYMBOLS")
            let seen = question.letter
            #expect(seen.names.first == "Received")
            let received = try #require(seen.value("Received"))
            #expect(received.hasPrefix("from client.example.org ("))
            #expect(received.contains("[127.0.0.1])"))
            #expect(received.contains("by mx.test.local"))
            #expect(received.contains("envelope-from <alice@example.org>"))
            #expect(seen.spamFields.isEmpty)
            #expect(seen.values("Return-Path").isEmpty)
            #expect(seen.values("X-Envelope-From").isEmpty)
            #expect(seen.bodyDigest == sent.bodyDigest)
        }

        @Test func `a large message is judged by its beginning and passes whole`() throws {
            let server = try Server.postfix.get()
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            let pyzord = try ScriptedPyzord { $0.answer() }
            defer { pyzord.stop() }
            var sent = Letter.ham(fresh("large"))
            sent.body = (0..<3000).flatMap { Array("line \($0) of a message that is longer than most\r\n".utf8) }
            let settings = DaemonSettings(
                server,
                spamd: [spamd.address],
                pyzor: [pyzord.address],
                "limits: { max-scan-size: 64KiB }"
            )
            let letter = try pass(sent, settings, server)

            #expect(letter.bodyDigest == sent.bodyDigest)
            let status = try #require(letter.value("X-Spam-Status"))
            #expect(status.contains("truncated="))
            #expect(status.contains("skipped=pyzor:truncated"))
            let body = try #require(spamd.questions.first?.body)
            #expect(body.count <= 66_000 && body.count > 60_000)
            #expect(body.last == 10)
            #expect(pyzord.questions.isEmpty)
        }

        @Test(arguments: Server.allCases)
        func `messages of one session are judged one by one`(_ server: Server) throws {
            let server = try server.get()
            let spamd = try ScriptedSpamd { question in
                let points = question.letter.value("X-Points") ?? "0.0"
                return .symbols(["P"], score: points, isSpam: points == "9.0")
            }
            defer { spamd.stop() }
            try withTamisd(DaemonSettings(server, spamd: [spamd.address])) { _ in
                let client = try SMTPClient(port: server.port)
                try client.hello()
                let names = (1...6).map { fresh("session\($0)") }
                for (number, name) in names.enumerated() {
                    if number % 2 == 1 {
                        try client.mail(from: "carol@example.org")
                        try client.recipient("dave@test.local")
                        #expect(try client.command("RSET").code == 250)
                    }
                    let points = number == 3 ? "9.0" : "0.\(number)"
                    let reply = try client.send(.ham(name, adding: [("X-Points", points)]))
                    #expect(reply.code == 250)
                }
                try client.quit()
                for (number, name) in names.enumerated() {
                    let score = number == 3 ? "9.0" : "0.\(number)"
                    #expect(try server.delivered(name).value("X-Spam-Score") == score)
                }
            }
        }

        private func pass(_ letter: Letter, _ settings: DaemonSettings, _ server: any MailServer) throws -> Letter {
            let identifier = try #require(letter.value("Message-ID")).dropFirst().prefix { $0 != "@" }
            return try withTamisd(settings) { _ in
                let reply = try SMTPClient.deliver(letter, port: server.port)
                #expect(reply.code == 250)
                return try server.delivered(String(identifier))
            }
        }
    }
}
