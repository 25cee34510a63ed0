import Glibc
import TestRig
import Testing

extension EndToEnd {
    /// The ways to attach Tamis to a mail server, each with a server of its own.
    @Suite struct WiringTests {
        @Test func `Postfix finds Tamis from inside its chroot`() throws {
            var options = Postfix.Options()
            options.isChrooted = true
            let server = try Postfix(options)
            defer { server.stop() }
            try expectVerdict(server, DaemonSettings(server))
        }

        @Test func `Postfix talks to Tamis over TCP`() throws {
            let port = try Ports.unusedTCP()
            var options = Postfix.Options()
            options.milter = .inet(port)
            let server = try Postfix(options)
            defer { server.stop() }
            try expectVerdict(server, DaemonSettings(listen: "inet:127.0.0.1:\(port)"))
        }

        @Test func `Sendmail talks to Tamis over TCP`() throws {
            let port = try Ports.unusedTCP()
            let server = try Sendmail(milter: .inet(port))
            defer { server.stop() }
            try expectVerdict(server, DaemonSettings(listen: "inet:127.0.0.1:\(port)"))
        }

        @Test func `local mail passes untouched, unless the admin will have it judged`() throws {
            var options = Postfix.Options()
            options.filtersLocalMail = true
            let server = try Postfix(options)
            defer { server.stop() }
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            let skipped = try sendLocally(server, DaemonSettings(server, spamd: [spamd.address]))
            #expect(skipped.values("X-Spam-Flag") == ["YES"])
            #expect(spamd.questions.isEmpty)
            let settings = DaemonSettings(server, spamd: [spamd.address], "exempt: { networks: [], local: full }")
            let judged = try sendLocally(server, settings)
            #expect(judged.value("X-Spam-Status")?.hasPrefix("No, score=-0.1") == true)
            #expect(judged.values("X-Spam-Flag").isEmpty)
        }

        private func sendLocally(_ server: Postfix, _ settings: DaemonSettings) throws -> Letter {
            let name = fresh("local")
            return try withTamisd(settings) { _ in
                let letter = Letter.ham(name, adding: [("X-Spam-Flag", "YES")])
                try server.sendLocally(letter, from: "alice@test.local", to: "bob@test.local")
                return try server.delivered(name)
            }
        }

        private func expectVerdict(_ server: any MailServer, _ settings: DaemonSettings) throws {
            let spamd = try ScriptedSpamd { question in
                question.letter.value("X-Bad") == nil ? .calledHam : .calledSpam
            }
            defer { spamd.stop() }
            var settings = settings
            settings.spamd = [spamd.address]
            settings.sections = "actions: [{ at: required, do: [reject] }]"
            try withTamisd(settings) { _ in
                let name = fresh("wired")
                #expect(try SMTPClient.deliver(.ham(name), port: server.port).code == 250)
                #expect(try server.delivered(name).value("X-Spam-Status")?.hasPrefix("No, score=-0.1") == true)
                let bad = try SMTPClient.deliver(.ham(fresh("bad"), adding: [("X-Bad", "yes")]), port: server.port)
                #expect(bad == SMTPReply(code: 550, lines: ["5.7.1 Message rejected as spam"]))
            }
        }
    }
}
