import Glibc
import TestRig
import Testing

extension Faults {
    /// Mail servers and clients that go away in the middle, and sessions that go on for long.
    @Suite struct SessionFaultTests {
        @Test func `the client goes away in mid body`() async throws {
            try await FaultRow.run(expecting: "no verdict line, nobody asked, all memory given back") { row in
                let server = try postfix.get()
                let spamd = try ScriptedSpamd { _ in .calledHam }
                defer { spamd.stop() }
                try await withTamisd(DaemonSettings(server, spamd: [spamd.address])) { tamisd in
                    for _ in 0..<20 {
                        let client = try SMTPClient(port: server.port)
                        try client.hello()
                        try client.mail(from: "alice@example.org")
                        try client.recipient("bob@test.local")
                        #expect(try client.command("DATA").code == 354)
                        try client.send("Subject: half\r\n\r\nand then noth")
                        client.disconnect()
                    }
                    let tally = try await Load(Load.Plan(messages: 10), through: server).runAndCount()
                    row.count(tally)
                    #expect(tally.delivered == 10)
                    #expect(spamd.questions.count == 10)
                    #expect(tamisd.verdicts.count == 10)
                    row.note("20 went away, \(tamisd.verdicts.count) verdict lines for the 10 whole ones")
                }
            }
        }

        @Test func `the MTA goes away in mid body`() async throws {
            try await FaultRow.run(expecting: "no verdict line, nobody asked") { row in
                let spamd = try ScriptedSpamd { _ in .calledHam }
                defer { spamd.stop() }
                try await withDaemon(DaemonSettings(listen: "", spamd: [spamd.address])) { daemon in
                    for _ in 0..<20 {
                        let client = try daemon.connect()
                        try client.begin()
                        try client.body(Array("half a li".utf8))
                        client.disconnect()
                    }
                    _ = try daemon.connect().deliver(.ham(fresh("whole")))
                    try waitUntil("the whole one was logged") { daemon.tamisd.verdicts.count == 1 }
                    #expect(spamd.questions.count == 1)
                    row.note("20 went away, 1 verdict line for the whole one")
                }
            }
        }

        @Test(arguments: ["unix", "inet"])
        func `the MTA goes away after end of message`(_ kind: String) async throws {
            let title = "the MTA goes away after end of message, \(kind)"
            try await FaultRow.run(title, expecting: "spamd's connection is closed, no verdict line") { row in
                let spamd = try ScriptedSpamd { _ in .silence }
                defer { spamd.stop() }
                let listen = kind == "inet" ? "inet:127.0.0.1:\(try Ports.unusedTCP())" : ""
                try await withDaemon(DaemonSettings(listen: listen, spamd: [spamd.address])) { daemon in
                    let clients = try (0..<10).map { _ in
                        let client = try daemon.connect()
                        try client.begin()
                        try client.body(Array("a line\r\n".utf8))
                        try client.send(MilterPacket("E"))
                        return client
                    }
                    try waitUntil("all were being scanned") { spamd.questions.count == 10 }
                    let left = ContinuousClock.now
                    for client in clients { client.disconnect() }
                    // spamd's own time limit is 40 s and the deadline 45 s: it is the lost MTA that ends the questions.
                    try waitUntil("all questions were dropped", within: .seconds(15)) { spamd.abandoned == 10 }
                    let wait = (ContinuousClock.now - left).rounded
                    #expect(daemon.tamisd.verdicts.isEmpty)
                    row.note("10 questions dropped within \(wait), \(daemon.tamisd.verdicts.count) verdict lines")
                }
            }
        }

        @Test func `100 messages in one session with RSET`() async throws {
            try await FaultRow.run(expecting: "each judged by itself, nothing kept from one for the next") { row in
                let server = try postfix.get()
                let spamd = try ScriptedSpamd { question in
                    .symbols(["P"], score: question.letter.value("X-Points") ?? "0.0", isSpam: false)
                }
                defer { spamd.stop() }
                try withTamisd(DaemonSettings(server, spamd: [spamd.address])) { tamisd in
                    var tally = Tally()
                    let before = Set(server.folder.names(in: "mail/inbox/new"))
                    let client = try SMTPClient(port: server.port)
                    try client.hello()
                    let names = (0..<100).map { fresh("s\($0)") }
                    for (number, name) in names.enumerated() {
                        if number % 3 == 0 {
                            try client.mail(from: "carol@example.org")
                            try client.recipient("dave@test.local")
                            #expect(try client.command("RSET").code == 250)
                        }
                        tally.sent += 1
                        let reply = try client.send(.ham(name, adding: [("X-Points", points(number))]))
                        #expect(reply.code == 250)
                        tally.answered += 1
                    }
                    try client.quit()
                    try waitUntil("all were delivered") {
                        server.folder.names(in: "mail/inbox/new").count - before.count >= 100
                    }
                    let letters = try server.delivered(except: before)
                    for (number, name) in names.enumerated() {
                        let letter = letters.first { $0.value("Message-ID") == "<\(name)@example.org>" }
                        #expect(letter?.value("X-Spam-Score") == points(number))
                        tally.delivered += letter == nil ? 0 : 1
                    }
                    row.count(tally)
                    #expect(tamisd.verdicts.count == 100)
                    row.note("100 scores, each its own")
                }
            }
        }

        private func points(_ number: Int) -> String { "\(number / 25).\(number % 10)" }
    }
}
