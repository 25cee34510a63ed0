import Mail
import Testing

@testable import Policy

struct SpamdUserTests {
    @Test(arguments: [
        "bob", "Bob", "bob.smith", "bob-smith", "bob_smith", "bob+x", "bob@example.org", "_bob", "0", "a=b@c",
        String(repeating: "a", count: 128),
    ])
    func `a plain name is safe`(name: String) {
        #expect(SpamdUser(name)?.description == name)
    }

    @Test(arguments: [
        "", "-bob", ".bob", "@x", "+x", "a..b", "../etc", "a/b", "a b", "a\nb", "a\u{0}", "a:b", "a'b", "a\"b", "a;b",
        "a|b",
        "$a", "bób", "a%u", "a\\b", "~root", String(repeating: "a", count: 129),
    ])
    func `what could be a path, an option or a second line is not sent`(name: String) {
        #expect(SpamdUser(name) == nil)
    }

    @Test(
        arguments: [
            (.none, "<bob@example.org>", nil), (.localPart, "<bob@example.org>", "bob"),
            (.localPart, "<Bob+news@Example.org>", "bob"), (.localPart, "bob", "bob"), (.localPart, "<@x>", nil),
            (.localPart, "<\"a b\"@x>", nil), (.localPart, "<../../x@y>", nil), (.localPart, "<-x@y>", nil),
            (.localPart, "<b\u{F6}b@y>", nil), (.address, "<Bob+news@Example.org>", "bob+news@example.org"),
            (.address, "<a/b@example.org>", nil), (.localPart, "<>", nil),
        ] as [(SpamdUserRules.Rule, String, String?)]
    )
    func `one recipient names the user by the rule`(rule: SpamdUserRules.Rule, address: String, expected: String?) {
        #expect(SpamdUserRules(single: rule).user(for: recipient(address))?.description == expected)
    }

    @Test func `bytes that are no UTF-8 name nobody`() {
        let address = Envelope.Address(wireForm: [0x3C, 0x62, 0xFF, 0x40, 0x78, 0x3E])
        #expect(SpamdUserRules(single: .localPart).user(for: address) == nil)
    }

    @Test(arguments: ["none", "local-part", "address", "name:spamfilter"])
    func `a rule is read as the settings write it`(text: String) throws {
        let rule = try SpamdUserRules.Rule(text)
        let expected: [String: SpamdUserRules.Rule] = [
            "none": .none, "local-part": .localPart, "address": .address,
            "name:spamfilter": .name(try #require(SpamdUser("spamfilter"))),
        ]
        #expect(rule == expected[text])
    }

    @Test(arguments: ["", "None", "name:", "name:a b", "spamfilter"])
    func `any other rule is refused`(text: String) {
        #expect(error { () throws(PolicyError) in _ = try SpamdUserRules.Rule(text) } == .userName(text))
    }

    @Test func `a table goes before the rule`() throws {
        let rules = SpamdUserRules(
            single: .localPart,
            table: [
                SpamdUserRules.Mapping(match: [try Glob("sales@*"), try Glob("info@*")], user: SpamdUser("carol")),
                SpamdUserRules.Mapping(match: [try Glob("*@lists.example.org")], user: nil),
            ]
        )
        #expect(rules.user(for: recipient("<Info@example.org>"))?.description == "carol")
        #expect(rules.user(for: recipient("<x@lists.example.org>")) == nil)
        #expect(rules.user(for: recipient("<bob@example.org>"))?.description == "bob")
    }

    @Test(
        arguments: [
            (PolicyConfiguration.Mixed.mostLenient, [], nil), (.mostLenient, ["<bob@a>"], "bob"),
            (.mostLenient, ["<bob@a>", "<bob@b>"], "all"), (.strictest, ["<bob@a>", "<eve@b>"], "all"),
            (.split, ["<bob@a>", "<bob@b>"], "bob"), (.split, ["<bob@a>", "<eve@b>"], "all"),
            (.split, ["<a b@a>", "<c d@b>"], "all"), (.split, ["<a b@a>"], nil),
        ] as [(PolicyConfiguration.Mixed, [String], String?)]
    )
    func `several recipients have a user of their own`(
        mixed: PolicyConfiguration.Mixed,
        recipients: [String],
        expected: String?
    ) {
        var configuration = PolicyConfiguration()
        configuration.mixed = mixed
        configuration.spamdUser = SpamdUserRules(single: .localPart, several: SpamdUser("all"))
        #expect(ScorePolicy(configuration).spamdUser(for: recipients.map(recipient))?.description == expected)
    }
}
