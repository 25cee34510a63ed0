import TestRig

extension Promise {
    /// `headers.take-over`: fields that SpamAssassin itself wrote.
    static let takeOver: [Promise] = {
        let named = rules("named", "[X-Spam-Foo, \"X-Spam-Rel*\"]")
        let spoken = [
            "Subject: ***SPAM***", "X-Spam-Relays: one two", "X-Spam-Foo: bar", "X-Spam-Bar: never wanted",
            "X-Spam-Relation: three", "X-Spam-Status: Yes, score=7.4 tests=TEST_RULE,", "\tOTHER_RULE autolearn=no",
        ]
        let taken = [("X-Spam-Relays", "one two"), ("X-Spam-Foo", "bar"), ("X-Spam-Relation", "three")]
        let tests = "OTHER_RULE,TEST_RULE"
        return [
            row(
                "fields of the names wanted are written below ours in SpamAssassin's order, on spam",
                named,
                .headers("7.4", spoken),
                Mailing(),
                Written.spam(tests: tests) + taken
            ),
            row(
                "the same on ham, and forged ones of these names are gone",
                named,
                .headers("3.2", spoken),
                Mailing(adding: ["X-Spam-Foo: forged", "x-spam-relays: forged", "X-Spam-Relatives: forged"]),
                Written.ham("3.2", tests: tests) + taken
            ),
            row(
                "fields that we write ourselves are ours, whatever SpamAssassin says",
                rules("all", "[\"X-Spam-*\"]"),
                .headers("7.4", spoken + ["X-Spam-Flag: NO", "X-Spam-Score: 99", "X-Spam-Checker-Version: forged"]),
                Mailing(),
                Written.spam(tests: tests) + [taken[0], taken[1], ("X-Spam-Bar", "never wanted"), taken[2]]
            ),
            row(
                "a field's folds are undone and made anew, controls and 8-bit bytes are question marks",
                named,
                .headers("3.2", ["X-Spam-Foo: a\u{1}b \u{E9}", "\tc", "X-Spam-Relays: \(words)"]),
                Mailing(),
                Written.ham("3.2", tests: "none") + [("X-Spam-Foo", "a?b ?? c"), ("X-Spam-Relays", words)]
            ),
            row(
                "nothing behind the first empty line is a field of SpamAssassin's",
                named,
                .headers("3.2", ["X-Spam-Foo: bar", "", "X-Spam-Relays: from the body"]),
                Mailing(),
                Written.ham("3.2", tests: "none") + [("X-Spam-Foo", "bar")]
            ),
        ]
    }()

    private static let words = (1...40).map { "word\($0)" }.joined(separator: " ")

    private static func rules(_ name: String, _ names: String) -> Rules {
        Rules("take over \(name)", Rules.sections("headers: { take-over: \(names) }"))
    }

    private static func row(
        _ name: String,
        _ rules: Rules,
        _ spamd: SpamdWord,
        _ mailing: Mailing,
        _ written: [(name: String, value: String)]
    ) -> Promise {
        Promise("SpamAssassin's own fields", name, rules: rules, mailing, spamd: spamd, .delivered(written))
    }
}
