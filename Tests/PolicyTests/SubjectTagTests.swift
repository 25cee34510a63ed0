import Mail
import Testing

@testable import Policy

struct SubjectTagTests {
    private func edit(_ tag: String, _ received: String) throws -> String? {
        switch try SubjectTag(tag).edit(of: .present(Bytes(received.utf8))) {
        case .changeHeader("Subject", index: 1, let value):
            String(decoding: value.folded(after: "Subject"), as: UTF8.self)
        case nil: nil
        default: "unexpected"
        }
    }

    @Test(
        arguments: [
            ("[SPAM]", " Hello", "[SPAM] Hello"), ("[SPAM] ", "Hello", "[SPAM] Hello"),
            ("[SPAM]", " =?utf-8?q?caf=C3=A9?=", "[SPAM] =?utf-8?q?caf=C3=A9?="),
            ("[SPAM]", " a\n b", "[SPAM] a\n b"), ("[SPAM]", "\n\ta", "[SPAM] a"), ("[SPAM]", "", "[SPAM] "),
            ("***", " Re: [SPAM] x", "*** Re: [SPAM] x"), ("[SPAM]", " Re: [SPAM] x", "[SPAM] Re: [SPAM] x"),
            ("[SPAM]", " [SPAM] Hello", nil), ("[SPAM]", "[SPAM]Hello", nil), ("[SPAM]", "\n [SPAM] x", nil),
            ("", " Hello", nil), ("  ", " Hello", nil),
        ] as [(String, String, String?)]
    )
    func `the tag stands before the received bytes, once`(tag: String, received: String, expected: String?) throws {
        #expect(try self.edit(tag, received) == expected)
    }

    @Test func `8-bit subjects keep their bytes`() throws {
        let edit = try SubjectTag("[SPAM]").edit(of: .present([0x20, 0xE9, 0xFF, 0x80]))
        guard case .changeHeader(_, _, let value) = edit else {
            Issue.record("no change")
            return
        }
        #expect(value.folded(after: "Subject") == Bytes("[SPAM] ".utf8) + [0xE9, 0xFF, 0x80])
    }

    @Test func `a missing subject is added and one that was not kept is left alone`() throws {
        let tag = try SubjectTag("[SPAM]")
        #expect(tag.edit(of: .missing) == .addHeader(name: "Subject", value: "[SPAM]"))
        #expect(tag.edit(of: .unknown) == nil)
    }

    @Test func `tagging what was tagged changes nothing`() throws {
        let tag = try SubjectTag("*SPAM*")
        guard case .changeHeader(_, _, let value) = tag.edit(of: .present(Bytes(" Hello".utf8))) else {
            Issue.record("no change")
            return
        }
        #expect(tag.edit(of: .present(value.folded(after: "Subject"))) == nil)
        #expect(tag.edit(of: .present(Bytes("*SPAM*".utf8))) == nil)
    }

    @Test(arguments: ["[SPÄM]", "a\nb", "a\u{0}", String(repeating: "x", count: 101)])
    func `a tag that is not plain ASCII is refused`(text: String) {
        #expect(error { () throws(PolicyError) in _ = try SubjectTag(text) } == .subjectTag(text))
    }

    @Test(arguments: [("20", true), ("4.9", false)])
    func `spam is tagged and ham is not`(score: String, isTagged: Bool) throws {
        var stage = Stage()
        stage.configuration.headers.subjectTag = try SubjectTag("[SPAM]")
        stage.findings.spamd = spamd(score)
        let changes = stage.disposition.edits.filter { if case .changeHeader = $0 { true } else { false } }
        #expect(changes.count == (isTagged ? 1 : 0))
    }
}
