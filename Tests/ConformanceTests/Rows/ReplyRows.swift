import TestRig

extension Promise {
    /// What clients are told, in the admin's own words.
    static let replies: [Promise] = {
        let group = "Reply texts"
        func row(_ name: String, to recipient: String, _ expected: Expected) -> Promise {
            Promise(group, name, Mailing(to: [recipient]), spamd: .score("7.4"), expected)
        }
        return [
            row("percent signs are literal", to: "percent", .refused(554, "5.7.1 100% spam, %s %n %% sure")),
            row(
                "several lines",
                to: "lines",
                .refused(550, "5.7.1 No.", "5.7.1 See https://mx.test/?q=%41", "5.7.1 Bye")
            ),
            row("a text for tempfail", to: "tempfail-words", .refused(451, "4.7.0 Not now: 50%", action: "tempfail")),
            row("a text of 500 characters", to: "long-words", .refused(550, "5.7.1 " + Rules.longWords)),
        ] + unlawful
    }()

    /// Texts that no server would pass on: Tamis does not start with them.
    private static var unlawful: [Promise] {
        [
            ("bytes outside ASCII", #""550 5.7.1 Unerwünscht""#), ("controls", #""550 5.7.1 a\tb""#),
            ("a line end", #""550 5.7.1 a\n250 b""#), ("a code of success", #""250 2.0.0 fine""#),
            ("an enhanced code of another class", #""550 4.7.1 spam""#),
            ("a code that does not fit the action", #""451 4.7.1 spam""#),
            ("more than 32 lines", "[" + (0..<33).map { "\"550 5.7.1 \($0)\"" }.joined(separator: ", ") + "]"),
        ].map { what, reply in
            Promise(
                "Reply texts",
                "\(what): refused by check-config, with line and column",
                absent: [.postfix: "never reaches a server", .sendmail: "never reaches a server"]
            ) { scene in
                let folder = try PrivateDirectory()
                defer { folder.remove() }
                try folder.write("actions:\n  - { at: required, do: [reject], reply: \(reply) }\n", to: "tamis.yaml")
                let (output, exit) = try Tamisd.run(["check-config", "--config", folder.path("tamis.yaml")])
                scene.equal(exit, .status(78), "exit status")
                scene.check(output.contains("tamis.yaml:2:"), "no line and column: \(output)")
            }
        }
    }
}
