import Foundation
import TestRig
import Testing

/// What SpamAssassin writes by its own `add_header`, beside a score.
private let rules = [
    "add_header all Foo _STARS(*)_", "add_header all Relays-Seen _RELAYSUNTRUSTED_", "add_header all Bar never wanted",
    "header FOO_HEADER X-Foo =~ /yes/", "score FOO_HEADER 3.5", "describe FOO_HEADER Somebody says yes",
]

@Suite(.enabled(if: Programs.canRunSpamd, "spamd is not installed"), .ownThread)
struct TakeOverScanTests {
    private struct Edit: Decodable {
        var edit: String
        var name: String?
        var value: String?
    }

    private struct Judgement: Decodable {
        struct Spamd: Decodable {
            var score: Double?
            var symbols: [String]?
        }

        var verdict: String
        var tests: [String]
        var spamd: Spamd
        var edits: [Edit]
    }

    @Test func `scan shows what real SpamAssassin's own fields become`() throws {
        let spamd = try RealSpamd(lines: rules)
        defer { spamd.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let sections = "headers: { take-over: [X-Spam-Foo, \"X-Spam-Relays-*\"] }"
        let settings = DaemonSettings(listen: "inet:127.0.0.1:1", spamd: [spamd.address], sections)
        try folder.write(settings.text, to: "tamis.yaml")
        let letter = Letter.ham(fresh("taken"), adding: [("X-Foo", "yes"), ("X-Spam-Foo", "forged")])
        try Data(letter.bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
        let scan = try Programs.run(
            "tamis",
            ["scan", "--json", "--config", folder.path("tamis.yaml"), "--client", "81.2.69.142", folder.path("letter")]
        )
        #expect(scan.exit == .status(0))
        let judgement = try JSONDecoder().decode(Judgement.self, from: Data(scan.output.utf8))
        #expect(judgement.tests.contains("FOO_HEADER"))
        #expect(judgement.spamd.symbols?.contains("FOO_HEADER") == true)
        let score = try #require(judgement.spamd.score)
        let inserted = judgement.edits.filter { $0.edit == "insert-header" }
        let stars = String(repeating: "*", count: Int(score))
        #expect(score >= 3 && inserted.filter { $0.name == "X-Spam-Foo" }.map(\.value) == [stars])
        #expect(inserted.contains { $0.name == "X-Spam-Relays-Seen" && $0.value?.contains("81.2.69.142") == true })
        #expect(!inserted.contains { $0.name == "X-Spam-Bar" })
        #expect(inserted.filter { $0.name == "X-Spam-Status" }.count == 1)
        #expect(judgement.edits.filter { $0.edit == "delete-header" }.map(\.name) == ["X-Spam-Foo"])
    }
}

extension EndToEnd {
    /// `headers.take-over` through a mail server.
    @Suite struct TakeOverTests {
        @Test func `SpamAssassin's own fields arrive below ours, in spam and ham, and forged ones do not`() throws {
            let server = try Server.postfix.get()
            let spamd = try RealSpamd(lines: rules)
            defer { spamd.stop() }
            let sections = "headers: { take-over: [X-Spam-Foo], report: never }"
            try withTamisd(DaemonSettings(server, spamd: [spamd.address], sections)) { _ in
                let spam = fresh("takespam")
                #expect(try SMTPClient.deliver(.spam(spam), port: server.port).code == 250)
                let marked = try server.delivered(spam)
                #expect(
                    marked.spamFields.map(\.name) == [
                        "X-Spam-Flag", "X-Spam-Score", "X-Spam-Level", "X-Spam-Status", "X-Spam-Checker-Version",
                        "X-Spam-Foo",
                    ]
                )
                #expect(marked.value("X-Spam-Foo") == String(repeating: "*", count: 50))
                #expect(marked.value("X-Spam-Status")?.contains("GTUBE") == true)

                let ham = fresh("takeham")
                let forged = Letter.ham(ham, adding: [("X-Foo", "yes"), ("X-Spam-Foo", "forged"), ("X-Spam-Bar", "x")])
                #expect(try SMTPClient.deliver(forged, port: server.port).code == 250)
                let clean = try server.delivered(ham)
                #expect(clean.value("X-Spam-Foo")?.allSatisfy { $0 == "*" } == true)
                #expect(clean.values("X-Spam-Bar").isEmpty)
                #expect(clean.bodyDigest == forged.bodyDigest)
            }
        }

        @Test func `a scripted spamd is asked HEADERS, and what it says comes through safe`() throws {
            let server = try Server.postfix.get()
            let long = String(repeating: "word ", count: 40)
            let header =
                "Subject: x\r\nX-Spam-Status: No, score=1.0 tests=A,\r\n\tB autolearn=no\r\n"
                + "X-Spam-Foo: \(long)\r\n\t\u{1}end\r\nX-Spam-Flag: NO\r\n\r\n"
            let spamd = try ScriptedSpamd { _ in
                .text(
                    "SPAMD/1.1 0 EX_OK\r\nContent-length: \(header.utf8.count)\r\nSpam: False ; 1.0 / 5.0\r\n\r\n\(header)"
                )
            }
            defer { spamd.stop() }
            let settings = DaemonSettings(server, spamd: [spamd.address], "headers: { take-over: [\"X-Spam-*\"] }")
            try withTamisd(settings) { _ in
                let name = fresh("takescript")
                #expect(try SMTPClient.deliver(.ham(name), port: server.port).code == 250)
                let letter = try server.delivered(name)
                #expect(spamd.questions.map(\.verb) == ["HEADERS"])
                #expect(
                    letter.value("X-Spam-Status")
                        == "No, score=1.0 required=5.0 tests=A,B skipped=pyzor:disabled scanned-by=spamd"
                )
                #expect(letter.values("X-Spam-Flag").isEmpty)
                #expect(letter.values("X-Spam-Foo").map { $0.replacing("\n\t", with: " ") } == ["\(long)?end"])
            }
        }
    }
}
