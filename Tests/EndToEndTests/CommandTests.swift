import Foundation
import TestRig
import Testing

/// What people type, beside the daemon.
@Suite(.ownThread) struct CommandTests {
    private struct Edit: Equatable, Decodable {
        var edit: String
        var name: String?
        var value: String?
    }

    private struct Judgement: Decodable {
        var verdict: String
        var action: String
        var edits: [Edit]
    }

    @Test(arguments: [(ScriptedAnswer.calledHam, 0), (.calledSpam, 0), (.close, 74)] as [(ScriptedAnswer, Int32)])
    func `scan shows the very edits that the daemon makes`(_ answer: ScriptedAnswer, status: Int32) throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let spamd = try ScriptedSpamd { _ in answer }
        defer { spamd.stop() }
        let address = "unix:\(folder.path("milter.sock"))"
        let settings = DaemonSettings(listen: address, spamd: [spamd.address]).text
        try folder.write(settings, to: "tamis.yaml")
        let letter = Letter.ham(fresh("scan"), adding: [("X-Spam-Flag", "NO"), ("x-spam-flag", "NO")])
        try Data(letter.bytes).write(to: URL(fileURLWithPath: folder.path("letter")))

        let tamisd = try Tamisd(settings: settings)
        defer { tamisd.stop() }
        let client = try MilterClient(address)
        try client.negotiate(leadingSpace: false)
        try client.connect()
        try client.hello()
        let made = try client.deliver(letter).compactMap(edit)

        let scan = try Programs.run(
            "tamis",
            [
                "scan", "--json", "--config", folder.path("tamis.yaml"), "--from", "alice@example.org", "--to",
                "bob@test.local", "--client", "192.0.2.1", "--helo", "client.example.org", folder.path("letter"),
            ]
        )
        #expect(scan.exit == .status(status))
        let judgement = try JSONDecoder().decode(Judgement.self, from: Data(scan.output.utf8))
        #expect(judgement.edits.map(comparable) == made.map(comparable))
        #expect(spamd.questions.count == 2)
        #expect(spamd.questions.first?.letter.fields.dropFirst() == spamd.questions.last?.letter.fields.dropFirst())
    }

    @Test func `a file that is not there ends with its own status`() throws {
        #expect(try Programs.run("tamis", ["scan", "/nowhere/letter"]).exit == .status(66))
        #expect(try Programs.run("tamis", ["scan", "--no-such-option"]).exit == .status(64))
    }

    @Test func `both programs say their version`() throws {
        #expect(try Programs.run("tamis", ["version"]).output.hasPrefix("tamis 0.1.0"))
        #expect(try Programs.run("tamisd", ["--version"]).output.hasPrefix("tamisd 0.1.0"))
    }

    private func edit(_ packet: MilterPacket) -> Edit? {
        guard packet.letter == "i" || packet.letter == "m" else { return nil }
        let strings = MilterPacket(packet.letter, Array(packet.data.dropFirst(4))).strings
        let isInsertion = packet.letter == "i"
        return Edit(
            edit: isInsertion ? "insert-header" : "delete-header",
            name: strings[0],
            value: isInsertion ? strings[1] : nil
        )
    }

    /// Folds are for the wire; and the host's name differs: a mail server tells its own.
    private func comparable(_ edit: Edit) -> Edit {
        let value = edit.name == "X-Spam-Checker-Version" ? nil : edit.value?.replacing("\n\t", with: " ")
        return Edit(edit: edit.edit, name: edit.name, value: value)
    }
}
