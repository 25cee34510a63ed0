import Glibc
import TestRig
import Testing

extension Faults {
    /// Faults that Postfix had with milters, in settings of Postfix that bring them out. Each has a Postfix of its own.
    @Suite struct PostfixFaultTests {
        @Test
        func `fault 24a, Postfix 20220417: a header check on our mark holds this message and not the next`() throws {
            var options = Postfix.Options()
            options.lines = ["milter_header_checks = regexp:{{/^X-Spam-Flag: YES/ HOLD spam}}"]
            let server = try Postfix(options)
            defer { server.stop() }
            try withScore(
                server,
                "actions: [{ at: required, do: [tag] }, { at: 20.0, do: [reject], reply: \"\(reply)\" }]"
            ) {
                let client = try SMTPClient(port: server.port)
                try client.hello()
                let names = (0..<3).map { _ in fresh("checked") }
                #expect(try client.send(.ham(names[0], adding: [("X-Points", "9.0")])).code == 250)
                #expect(try client.send(.ham(names[1], adding: [("X-Points", "0.0")])).code == 250)
                let refused = try client.send(.ham(names[2], adding: [("X-Points", "30.0")]))
                #expect(refused == SMTPReply(code: 550, lines: ["5.7.1 no thanks"]))
                #expect(try client.send(.ham(fresh("behind"), adding: [("X-Points", "1.0")])).code == 250)
                #expect(try server.delivered(names[1]).value("X-Spam-Status")?.hasPrefix("No, score=0.0") == true)
                try waitUntil("the first one was held") { try server.quarantined() == 1 }
                #expect(try !server.hasDelivered(names[0]))
            }
        }

        private var reply: String { "550 5.7.1 no thanks" }

        @Test func `fault 24, Postfix 20200308: beside a milter that was killed nothing is lost`() async throws {
            let expected = "put off while one of two milters is away, delivered once, filtered by both"
            let name = "fault 24, one of two milters is killed"
            try await FaultRow.run(name, expecting: expected) { row in
                let folder = try PrivateDirectory()
                defer { folder.remove() }
                let second = "unix:\(folder.path("second.sock"))"
                var options = Postfix.Options()
                options.milterBehind = folder.path("second.sock")
                let server = try Postfix(options)
                defer { server.stop() }
                let spamd = try ScriptedSpamd { _ in
                    usleep(20_000)
                    return .calledHam
                }
                defer { spamd.stop() }
                let first = try Tamisd(settings: DaemonSettings(server, spamd: [spamd.address]).text)
                defer { first.stop() }
                var other = DaemonSettings(
                    listen: second,
                    spamd: [spamd.address],
                    "headers: { remove: [], status: never, extra: { X-Second: \"yes\" } }"
                )
                other.group = "daemon"
                var killed = try Tamisd(settings: other.text)
                defer { killed.stop() }
                let load = Load(Load.Plan(messages: 60, tries: 400), through: server)
                async let whole: Void = load.run()
                try waitUntil("mail was under way") { load.answered >= 15 }
                killed.signal(SIGKILL)
                try killed.waitForExit()
                killed.stop()
                killed = try Tamisd(settings: other.text)
                try await whole
                let tally = try load.tally()
                row.count(tally)
                #expect(tally.delivered == 60)
                #expect(try load.delivered().values.allSatisfy { $0.values("X-Second") == ["yes"] })
                row.note("\(tally.deferrals) answers 4xx")
            }
        }

        @Test func `fault 26, Postfix 20231213: a prepended field stays when forged ones go`() throws {
            var options = Postfix.Options()
            options.lines = [
                "smtpd_recipient_restrictions = check_client_access static:{PREPEND X-Spam-Checked-By: us},"
                    + " check_client_access static:{PREPEND X-Prepended: yes}, permit_mynetworks, reject"
            ]
            let server = try Postfix(options)
            defer { server.stop() }
            try withScore(server, "") {
                let name = fresh("prepended")
                let forged = [("X-Spam-Flag", "1"), ("X-Kept", "a"), ("x-spam-flag", "2"), ("X-Kept", "b")]
                #expect(try SMTPClient.deliver(.ham(name, adding: forged), port: server.port).code == 250)
                let letter = try server.delivered(name)
                #expect(letter.values("X-Spam-Flag").isEmpty)
                #expect(letter.values("X-Prepended") == ["yes"])
                #expect(letter.values("X-Kept") == ["a", "b"])
                #expect(letter.values("Subject").count == 1)
                #expect(letter.values("X-Spam-Status").count == 1)
            }
        }

        /// Runs a daemon whose spamd gives as many points as a message says in X-Points.
        private func withScore(_ server: Postfix, _ sections: String, _ body: () throws -> Void) throws {
            let spamd = try ScriptedSpamd { question in
                let points = question.letter.value("X-Points") ?? "0.0"
                return .symbols(["P"], score: points, isSpam: Double(points) ?? 0 >= 5)
            }
            defer { spamd.stop() }
            try withTamisd(DaemonSettings(server, spamd: [spamd.address], sections)) { _ in try body() }
        }
    }
}
