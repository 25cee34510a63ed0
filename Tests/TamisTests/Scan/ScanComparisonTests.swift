import Foundation
import TestRig
import Testing

@testable import tamis

/// `tamis scan --policy A --against B`, run as people run it.
@Suite struct ScanComparisonTests {
    private struct Line: Decodable {
        struct Opinion: Decodable {
            var verdict: String
            var action: String
            var score: Double?
            var required: Double
            var reply: String?
        }

        var file: String
        var differs: [String]?
        var lacks: [String]?
        var policy: Opinion?
        var against: Opinion?
        var error: String?
    }

    private func compare(
        _ first: String,
        _ second: String,
        _ arguments: [String] = [],
        spamd script: @escaping @Sendable (TestRig.SpamdQuestion) -> ScriptedAnswer = { question in
            question.letter.value("X-Bad") == nil ? .calledHam : .calledSpam
        }
    ) throws -> (lines: [String], exit: ChildProcess.Exit, verbs: [String], folder: String) {
        let spamd = try ScriptedSpamd(script)
        defer { spamd.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let servers = "spamd: { servers: [\(spamd.address)] }\npyzor: { enabled: false }\n"
        try folder.write(servers + first, to: "a.yaml")
        try folder.write(second, to: "b.yaml")
        try FileManager.default.createDirectory(atPath: folder.path("mail"), withIntermediateDirectories: true)
        try folder.write("Subject: one\n\nham\n", to: "mail/1")
        try folder.write("Subject: two\nX-Bad: yes\n\nspam\n", to: "mail/2")
        let run = try Programs.run(
            "tamis",
            ["scan", "--policy", folder.path("a.yaml"), "--against", folder.path("b.yaml"), "--from", "a@example.org"]
                + arguments
                + [folder.path("mail")]
        )
        let lines = run.output.split(separator: "\n").map { String($0).replacing(folder.path, with: "") }
        return (lines, run.exit, spamd.questions.map(\.verb), folder.path)
    }

    private func decoded(_ line: String) throws -> Line { try JSONDecoder().decode(Line.self, from: Data(line.utf8)) }

    @Test func `what would change is listed, and each message is judged once`() throws {
        let run = try compare("", "actions: [{ at: required, do: [reject], reply: \"550 5.7.1 No\" }]\n")
        #expect(run.verbs == ["SYMBOLS", "SYMBOLS"])
        #expect(
            run.lines == [
                "/mail/2: verdict spam, action tag -> reject, score 8.2, required 5.0, reply none -> 550 5.7.1 No",
                "2 messages, 1 differ: action 1, reply 1, edits 1", "  action tag -> reject: 1",
            ]
        )
        #expect(run.exit == .status(0))
    }

    @Test func `differences alone end with 1 only when that is asked for`() throws {
        let second = "score: { required: 20 }\n"
        #expect(try compare("", second, ["--exit-code"]).exit == .status(1))
        #expect(try compare("", "", ["--exit-code"]).exit == .status(0))
        #expect(try compare("", "").lines == ["2 messages, 0 differ"])
    }

    @Test func `where only headers differ, these are shown`() throws {
        let run = try compare("", "headers: { version: never, status: spam }\n")
        #expect(run.lines.contains { $0.hasPrefix("/mail/1: verdict ham, action none, score -0.1, required 5.0") })
        #expect(run.lines.contains { $0.hasPrefix("  - insert-header 1 X-Spam-Checker-Version: tamis ") })
        #expect(run.lines.contains { $0.hasPrefix("  - insert-header 1 X-Spam-Status: No, score=-0.1") })
        #expect(run.lines.last == "2 messages, 2 differ: edits 2")
    }

    @Test func `as JSON every message is an object with every key, and nothing else is printed`() throws {
        let run = try compare("", "score: { required: 20 }\nheaders: { report: spam }\n", ["--json", "/nonexistent"])
        let lines = run.lines.filter { $0.hasPrefix("{") }
        #expect(lines.count == 3 && run.exit == .status(66))
        #expect(
            run.lines.filter { !$0.hasPrefix("{") } == [
                "tamis scan: /b.yaml: headers.report: is on in this second policy, and spamd is not asked for it;"
                    + " other headers and actions are compared"
            ]
        )
        let keys = ["file", "differs", "lacks", "policy", "against", "unscanned", "skipped", "error"]
        for line in lines {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(Set(object.keys) == Set(keys))
        }
        let missing = try decoded(lines[0])
        #expect(missing.file == "/nonexistent" && missing.error != nil && missing.policy == nil)
        let spam = try decoded(lines[2])
        #expect(spam.differs == ["verdict", "action", "required", "edits"])
        #expect(spam.lacks == ["report"])
        #expect(spam.policy?.verdict == "spam" && spam.policy?.action == "tag" && spam.policy?.score == 8.2)
        #expect(spam.against?.verdict == "ham" && spam.against?.required == 20)
    }

    @Test func `a scanner that is silent shows in the exit status, as it does without a second policy`() throws {
        let run = try compare("", "unscanned: { without-spamd: tempfail }\n") { _ in .close }
        #expect(run.exit == .status(74))
        #expect(run.lines.contains("  action none -> tempfail: 2"))
    }

    @Test func `settings that are wrong are told with their own file`() throws {
        let first = try compare("mode: x\n", "")
        #expect(first.exit == .status(78))
        #expect(first.lines == ["tamis scan: /a.yaml:3:7: mode: expected enforce or observe, found \"x\""])
        let second = try compare("", "mode: x\n")
        #expect(second.exit == .status(78))
        #expect(second.lines == ["tamis scan: /b.yaml:1:7: mode: expected enforce or observe, found \"x\""])
        #expect(second.verbs.isEmpty)
    }

    @Test(arguments: [["--policy", "a"], ["--against", "b"], ["--policy", "a", "--against", "b", "--config", "c"]])
    func `options that do not go together are refused`(_ arguments: [String]) throws {
        #expect(try Programs.run("tamis", ["scan"] + arguments + ["/dev/null"]).exit == .status(64))
    }
}
