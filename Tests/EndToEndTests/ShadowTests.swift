import Glibc
import TestRig
import Testing

/// The second policy beside the live one: told and counted, and without effect.
@Suite(.ownThread) struct ShadowTests {
    /// A daemon with a shadow; `body` gets both, the settings' text and the shadow's file.
    private func withShadow(
        _ shadow: String,
        _ sections: String = "",
        _ body: (Tamisd, MilterClient, PrivateDirectory, String) throws -> Void
    ) throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let spamd = try ScriptedSpamd { $0.letter.value("X-Bad") == nil ? .calledHam : .calledSpam }
        defer { spamd.stop() }
        try folder.write(shadow, to: "next.yaml")
        let address = "unix:\(folder.path("milter.sock"))"
        let all = "shadow: \(folder.path("next.yaml"))\n\(sections)"
        let settings = DaemonSettings(listen: address, spamd: [spamd.address], all).text
        let tamisd = try Tamisd(settings: settings)
        defer { tamisd.stop() }
        let client = try MilterClient(address)
        try client.negotiate(leadingSpace: false)
        try client.connect()
        try client.hello()
        try body(tamisd, client, folder, settings)
    }

    private let bad = [("X-Bad", "yes")]

    @Test func `a message on which they differ has one line more, and is treated as without a shadow`() throws {
        let shadow =
            "actions: [{ at: required, do: [reject], reply: \"550 5.7.1 Go away\" }]\nexempt: { networks: [] }\n"
        try withShadow(shadow) { tamisd, client, _, _ in
            let packets = try client.deliver(.ham(fresh("shadowbad"), adding: bad))
            #expect(packets.last?.letter == "c" || packets.last?.letter == "a")
            #expect(packets.contains { $0.letter == "i" && $0.strings.contains { $0.contains("X-Spam-Flag") } })
            _ = try client.deliver(.ham(fresh("shadowham")))
            let line = try tamisd.logLine(having: "shadow differs")
            let own = try tamisd.logLine(having: "verdict=spam", "client=")
            #expect(line.queueID == own.queueID)
            #expect(line.priority == 5)
            #expect(
                line.keys == [
                    "in", "verdict", "shadow-verdict", "action", "shadow-action", "score", "shadow-score", "required",
                    "shadow-required", "reply", "shadow-reply", "lacks",
                ]
            )
            #expect(line.facts["in"] == "action,reply")
            #expect(line.facts["action"] == "tag" && line.facts["shadow-action"] == "reject")
            #expect(line.facts["reply"] == "-" && line.facts["shadow-reply"] == "550 5.7.1 Go away")
            #expect(line.facts["lacks"] == "none")

            tamisd.signal(SIGTERM)
            try tamisd.waitForExit()
            #expect(tamisd.log.filter { $0.text.contains("shadow differs") }.count == 1)
            let counts = try tamisd.logLine(having: "shadow policy", "messages=")
            #expect(counts.facts["messages"] == "2")
            #expect(counts.facts["differ"] == "1")
            #expect(counts.facts["verdict"] == "0" && counts.facts["action"] == "1" && counts.facts["reply"] == "1")
            #expect(counts.facts["missed"] == "0" && counts.facts["lacking"] == "0")
        }
    }

    @Test func `a reload takes both policies or neither, and tells what was counted`() throws {
        try withShadow("score: { required: 20 }\nexempt: { networks: [] }\n") { tamisd, client, folder, settings in
            _ = try client.deliver(.ham(fresh("first"), adding: bad))
            #expect(try tamisd.logLine(having: "shadow differs").facts["shadow-verdict"] == "ham")

            try folder.write("score: { required: x }\n", to: "next.yaml")
            try tamisd.reload(settings.replacing("exempt:", with: "mode: observe\nexempt:"))
            try tamisd.logLine(having: "settings not reloaded", "next.yaml:1:20: score.required")
            try tamisd.logLine(having: "the old settings stay in force")
            #expect(!tamisd.log.contains { $0.text.contains("shadow policy") })

            try folder.write("exempt: { networks: [] }\n", to: "next.yaml")
            try tamisd.reload(settings)
            try tamisd.logLine(having: "settings reloaded")
            let counts = try tamisd.logLine(having: "shadow policy", "messages=1")
            #expect(counts.facts["verdict"] == "1")
            let later = try MilterClient("unix:\(folder.path("milter.sock"))")
            try later.negotiate(leadingSpace: false)
            try later.connect()
            try later.hello()
            _ = try later.deliver(.ham(fresh("second"), adding: bad))
            tamisd.signal(SIGTERM)
            try tamisd.waitForExit()
            #expect(tamisd.log.filter { $0.text.contains("shadow differs") }.count == 1)
            try tamisd.logLine(having: "shadow policy", "messages=1", "differ=0")
        }
    }

    @Test func `a shadow that cannot be read keeps the daemon from starting, and check-config tells it`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write("shadow: \(folder.path("next.yaml"))\n", to: "tamis.yaml")
        try folder.write("mode: x\n", to: "next.yaml")
        let problem = "\(folder.path("next.yaml")):1:7: mode: expected enforce or observe, found \"x\""
        for command in ["check-config", "run"] {
            let run = try Tamisd.run([command, "--config", folder.path("tamis.yaml")])
            #expect(run.exit == .status(78))
            #expect(run.output.contains(problem))
        }
        try folder.write("limits: { drain: 1s }\n", to: "next.yaml")
        let fine = try Tamisd.run(["check-config", "--config", folder.path("tamis.yaml")])
        #expect(fine.exit == .status(0))
        #expect(
            fine.output == "\(folder.path("next.yaml")): does not count in a second policy: limits.drain\n"
                + "\(folder.path("tamis.yaml")): fine\n"
        )
    }
}
