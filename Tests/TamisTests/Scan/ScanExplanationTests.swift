import Foundation
import TestRig
import Testing

@testable import tamis

/// `tamis scan --explain`, run as people run it.
@Suite(.ownThread) struct ScanExplanationTests {
    private static let report = """
        Spam detection software, running on the system "mx", has NOT identified this.

        Content analysis details:   (7.4 points, 5.0 required)

         pts rule name              description
        ---- ---------------------- --------------------------------------------------
         3.5 BAYES_99               BODY: Bayes spam probability is 99 to 100%
                                    [score: 0.9999]
         3.9 URIBL_BLACK            Contains an URL listed in a blacklist
        -0.1 HOSTILE                a \u{1B}[2Jdescription

        """

    /// Runs it on a message, with scanners that answer so.
    private func explain(
        _ message: String,
        _ arguments: [String] = [],
        settings: String = "",
        spamd answer: ScriptedAnswer = explained(report),
        count: Int = 12
    ) throws -> (lines: [String], exit: ChildProcess.Exit, verbs: [String]) {
        let spamd = try ScriptedSpamd { _ in answer }
        defer { spamd.stop() }
        let pyzord = try ScriptedPyzord { $0.answer(count: count) }
        defer { pyzord.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let servers = "spamd: { servers: [\(spamd.address)] }\npyzor: { servers: [\(pyzord.address)] }\n"
        try folder.write(servers + settings, to: "tamis.yaml")
        try folder.write(message, to: "letter")
        let run = try Programs.run(
            "tamis",
            ["scan", "--explain", "--config", folder.path("tamis.yaml")] + arguments + [folder.path("letter")]
        )
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return (lines, run.exit, spamd.questions.map(\.verb))
    }

    private static func explained(_ report: String, score: String = "7.4") -> ScriptedAnswer {
        .text(
            "SPAMD/1.1 0 EX_OK\r\nContent-length: \(report.utf8.count)\r\nSpam: True ; \(score) / 5.0\r\n\r\n\(report)"
        )
    }

    /// The lines below a title, without their indent.
    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.drop { $0 != title }.dropFirst().prefix { !$0.isEmpty }.map { String($0.dropFirst(2)) }
    }

    private let letter = """
        Return-Path: <forged@example.com>
        X-Spam-Flag: NO
        x-spam-flag: NO
        Subject: a mail
        From: a@example.org

        first line of the text of this mail
        second
        third
        fourth
        fifth
        sixth

        """

    private let sent = [
        "--client", "81.2.69.142", "--helo", "mx.example", "--from", "a@example.org", "--to", "b@x.example",
    ]

    @Test func `all that decided is told, in order`() throws {
        let settings = """
            recipients: [{ match: ["*@x.example"], required: 6.0, actions: [{ at: required, do: [tag] }, { at: 8.0, do: [reject] }] }]

            """
        let (lines, exit, verbs) = try explain(letter, sent, settings: settings)
        #expect(exit == .status(0))
        #expect(verbs == ["REPORT"])
        #expect(lines.first?.hasSuffix("/letter: spam, score 8.4, required 6.0, action reject") == true)

        let copy = section("What the scanners see", lines)
        #expect(copy[0] == "The first field, Received, is written by Tamis: the mail server does not show its own.")
        #expect(copy[1] == "spamd's user: none is named")
        #expect(copy[2] == "| Received: from mx.example (unknown [81.2.69.142])")
        #expect(copy.contains(#"| \tfor <b@x.example>;"#))
        #expect(copy.contains("| Subject: a mail"))
        #expect(copy.contains("taken out, since a sender can forge it: Return-Path, X-Spam-Flag (2 times)"))
        #expect(!copy.contains { $0.hasPrefix("| Return-Path") || $0.lowercased().hasPrefix("| x-spam") })
        #expect(copy.suffix(7).first == "body: 74 bytes, 6 lines")
        #expect(copy.last == "(1 more line)")

        let spamd = section("spamd", lines)
        #expect(spamd[0].hasPrefix("7.4 of 5.0 points from 127.0.0.1:"))
        #expect(
            Array(spamd.dropFirst()) == [
                "   3.5 BAYES_99     BODY: Bayes spam probability is 99 to 100% [score: 0.9999]",
                "   3.9 URIBL_BLACK  Contains an URL listed in a blacklist",
                #"  -0.1 HOSTILE      a \u{1B}[2Jdescription"#,
                "the lines add up to 7.3: spamd prints each rule's points rounded",
            ]
        )
        let pyzor = section("Pyzor", lines)
        #expect(pyzor[0].hasPrefix("digest ") && pyzor[0].contains(", asked of 127.0.0.1:"))
        #expect(pyzor[1] == "reported 12 times, whitelisted 0 times")

        let decision = section("What decided", lines)
        #expect(decision.first == "mode: enforce")
        #expect(decision.contains("recipient <b@x.example>: recipients row 1"))
        #expect(decision.contains("pyzor: count 12, whitelist 0: 1.0 points, by score.pyzor.points from count 5 on"))
        #expect(decision.contains("spam: score 8.4, required 6.0 by recipients row 1"))
        #expect(decision.contains("step: recipients row 1, number 2 (at 8.0: reject)"))
        #expect(decision.last == "action: reject")
        #expect(section("Edits, in this order", lines) == ["none"])
        #expect(section("Answer to the mail server", lines) == ["550 5.7.1 Message rejected as spam"])
    }

    @Test func `each edit is told in its order`() throws {
        let (lines, _, _) = try explain(letter, count: 0)
        let edits = section("Edits, in this order", lines)
        #expect(edits[0] == "1. delete-header 2 X-Spam-Flag" || edits[0] == "1. delete-header 2 x-spam-flag")
        #expect(edits[1].hasPrefix("2. delete-header 1 "))
        #expect(edits.last == "\(edits.count). insert-header 1 X-Spam-Flag: YES")
        #expect(section("Answer to the mail server", lines) == ["accept"])
        #expect(
            section("What the scanners see", lines)[0] == "No Received field is written, since --client was not given."
        )
    }

    @Test(arguments: ["no table here\n", "", "---- ----\nwhat is this\n"])
    func `a table that cannot be read is told of`(report: String) throws {
        let (lines, exit, _) = try explain(letter, spamd: Self.explained(report))
        #expect(exit == .status(0))
        #expect(
            section("spamd", lines).dropFirst() == [
                "the table of rules in spamd's report cannot be read, so the points of its rules are unknown"
            ]
        )
    }

    @Test func `a silent scanner and an exempt message are told of`() throws {
        let (lines, exit, _) = try explain(letter, spamd: .close)
        #expect(exit == .status(74))
        #expect(section("spamd", lines).first?.hasPrefix("silent: closed (127.0.0.1:") == true)
        #expect(section("What decided", lines).contains { $0.hasPrefix("spamd: silent, closed") })

        let exempt = try explain(letter, ["--client", "127.0.0.1"])
        #expect(exempt.verbs.isEmpty)
        #expect(section("What the scanners see", exempt.lines) == ["nothing: nobody is asked"])
        #expect(section("What decided", exempt.lines).last == "exempt: network; neither scanned nor changed")
    }

    @Test func `a hostile and huge message leaves no control behind, and is shortened`() throws {
        let hostile = "Subject: \u{1B}[31mred\u{7}\u{9B}2J\nX-\u{202E}: y\n"
        let fields = (0..<400).map { "X-\($0): \(String(repeating: "a", count: 2_000))\n" }.joined()
        let body = String(repeating: String(repeating: "b\u{1B}", count: 2_000) + "\n", count: 300)
        let (lines, exit, _) = try explain(hostile + fields + "\n" + body)
        #expect(exit == .status(0))
        let text = lines.joined(separator: "\n")
        #expect(text.utf8.count < 150_000)
        #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
        #expect(!text.unicodeScalars.contains("\u{202E}"))
        let counts = section("What the scanners see", lines).filter { $0.hasSuffix("more lines)") }
        #expect(counts == ["(202 more lines)", "(295 more lines)"])
    }

    @Test func `it is for people, not for programs`() throws {
        let run = try Programs.run("tamis", ["scan", "--explain", "--json", "/dev/null"])
        #expect(run.exit == .status(64))
        #expect(run.output.contains("--explain is for people; leave it or --json out"))
    }

    @Test(.enabled(if: Programs.canRunSpamd, "spamd is not installed"))
    func `the points of a real spamd's rules are shown`() throws {
        let spamd = try RealSpamd()
        defer { spamd.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write("spamd: { servers: [\(spamd.address)] }\npyzor: { enabled: false }\n", to: "tamis.yaml")
        try Data(Letter.spam("explained").bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
        let arguments = ["scan", "--explain", "--config", folder.path("tamis.yaml")] + sent
        let run = try Programs.run("tamis", arguments + [folder.path("letter")])
        #expect(run.exit == .status(0))
        let rules = section(
            "spamd",
            run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        )
        #expect(
            rules.contains { $0.hasPrefix("  1000 GTUBE") && $0.contains("Generic Test for Unsolicited Bulk Email") }
        )
        #expect(!rules.contains { $0.contains("cannot be read") || $0.hasPrefix("without points") })
    }
}
