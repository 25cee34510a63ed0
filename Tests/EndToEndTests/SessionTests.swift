import TestRig
import Testing

/// The daemon spoken to in the milter protocol, without a mail server: sessions that no server would begin.
@Suite(.ownThread) struct SessionTests {
    @Test(arguments: [true, false])
    func `edits come in the order of the manual, with and without leading blanks`(_ leadingSpace: Bool) throws {
        try withDaemon(.calledSpam) { _, address in
            let client = try session(address, leadingSpace: leadingSpace)
            let letter = Letter.ham(fresh("x"), adding: [("X-Spam-Flag", "a"), ("To", "x"), ("x-spam-flag", "b")])
            let packets = try client.deliver(letter)
            #expect(packets.last?.letter == "c" || packets.last?.letter == "a")
            // Deleted from the highest index down; Postfix would count on otherwise.
            let deleted = packets.filter { $0.letter == "m" }
            #expect(deleted.map { $0.data.prefix(4).last } == [2, 1])
            let inserted = packets.filter { $0.letter == "i" }.map {
                MilterPacket("i", Array($0.data.dropFirst(4))).strings
            }
            #expect(
                Set(inserted.map { $0[0] }) == [
                    "X-Spam-Flag", "X-Spam-Score", "X-Spam-Level", "X-Spam-Status", "X-Spam-Checker-Version",
                ]
            )
            #expect(inserted.allSatisfy { $0[1].hasPrefix(" ") == leadingSpace })
        }
    }

    @Test func `a hundred messages of one connection are judged one by one`() throws {
        try withDaemon(.calledHam) { tamisd, address in
            let client = try session(address)
            for number in 0..<100 {
                if number % 3 == 0 {
                    try client.mail(from: "x@example.org")
                    try client.abort()
                }
                let packets = try client.deliver(.ham(fresh("m")), queueID: "ID\(number)")
                #expect(packets.contains { $0.description.contains("No, score=-0.1") })
            }
            try waitUntil("all were logged") { tamisd.log.filter { $0.facts["verdict"] == "ham" }.count == 100 }
        }
    }

    @Test func `a client that vanishes in the middle of a message harms nobody`() throws {
        try withDaemon(.calledHam) { tamisd, address in
            for _ in 0..<50 {
                let client = try session(address)
                try client.mail(from: "x@example.org")
                try client.recipient("y@test.local")
                try client.header("Subject", "half")
                try client.send(bytes: [0, 0, 255, 255, 0x42, 1, 2, 3])
                client.disconnect()
            }
            let packets = try session(address).deliver(.ham(fresh("whole")))
            #expect(packets.contains { $0.description.contains("No, score=-0.1") })
            #expect(tamisd.isRunning)
            try waitUntil("the whole one was logged") { tamisd.log.contains { $0.facts["verdict"] != nil } }
            #expect(tamisd.log.filter { $0.facts["verdict"] != nil }.count == 1)
        }
    }

    @Test(arguments: [
        [0, 0, 0, 0], [255, 255, 255, 255, 0x4f], Array("EHLO not.a.milter\r\n".utf8), [0, 0, 0, 1, 0x45],
    ])
    func `bytes that are no milter protocol end that connection only`(_ bytes: [UInt8]) throws {
        try withDaemon(.calledHam) { tamisd, address in
            let other = try session(address)
            let client = try MilterClient(address)
            try client.send(bytes: bytes)
            client.disconnect()
            #expect(try other.deliver(.ham(fresh("other"))).contains { $0.letter == "i" })
            #expect(tamisd.isRunning)
        }
    }

    @Test func `an empty message is judged too`() throws {
        try withDaemon(.calledHam) { _, address in
            let packets = try session(address).deliver(Letter(fields: [], body: ""))
            #expect(packets.contains { $0.description.contains("X-Spam-Status") })
        }
    }

    @Test func `hostile bytes cannot forge the log or a header field`() throws {
        try withDaemon(.symbols(["EVIL\nX-Forged: yes", "A"], score: "6.0", isSpam: true)) { tamisd, address in
            let client = try session(address)
            let packets = try client.deliver(
                .ham("evil\"\n<3>4F2A1B: verdict=ham"),
                from: "a\u{1b}[2J\"b verdict=ham@example.org",
                queueID: "QQ"
            )
            #expect(!packets.contains { $0.description.contains("\nX-Forged") })
            let line = try waitFor("the line") { tamisd.log.first { $0.queueID == "QQ" } }
            #expect(line.text.utf8.allSatisfy { (0x20...0x7e).contains($0) })
            #expect(line.text.utf8.count <= 1000)
            #expect(tamisd.log.filter { $0.queueID == "4F2A1B" }.isEmpty)
        }
    }

    private func session(_ address: String, leadingSpace: Bool = true) throws -> MilterClient {
        let client = try MilterClient(address)
        try client.negotiate(leadingSpace: leadingSpace)
        try client.macros("C", ["j": "mx.test.local", "{daemon_name}": "mx", "v": "Postfix 3.7.11"])
        try client.connect()
        try client.hello()
        return client
    }

    private func withDaemon(_ answer: ScriptedAnswer, _ body: (Tamisd, String) throws -> Void) throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let spamd = try ScriptedSpamd { _ in answer }
        defer { spamd.stop() }
        let address = "unix:\(folder.path("milter.sock"))"
        let tamisd = try Tamisd(settings: DaemonSettings(listen: address, spamd: [spamd.address]).text)
        defer { tamisd.stop() }
        try body(tamisd, address)
    }
}
