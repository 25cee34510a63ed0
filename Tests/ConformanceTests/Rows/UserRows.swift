import TestRig

extension Promise {
    /// `spamd.user` and `spamd.users`: whose preferences spamd is asked for.
    static let users: [Promise] = [
        row("none: nobody is named", "user: none", ["tag"], nil),
        row("local-part: what stands before the @", "user: local-part", ["one@tag.test"], "one"),
        row("address: all of it", "user: address", ["one@tag.test"], "one@tag.test"),
        row("a name: that one", "user: \"name:all\"", ["one@tag.test"], "all"),
        row("several recipients: nobody", "user: local-part", ["one@tag.test", "one@strict.test"], nil),
        row("several recipients, and user-for-several: that one", several, ["one@tag.test", "two@tag.test"], "shared"),
        row("users: the first pattern that matches counts before user", table, ["info@tag.test"], "alice"),
        row("users: a pattern for a domain", table, ["one@strict.test"], "bob"),
        row("users: none names nobody", table, ["list@tag.test"], nil),
        row("users: who is in no pattern falls to user", table, ["one@tag.test"], "one"),
        parted,
    ]

    private static let group = "Users of spamd"
    private static let several = "user: local-part, user-for-several: \"name:shared\""
    private static let table =
        "user: local-part, users: { \"info@tag.test\": alice, \"*@strict.test\": bob, \"list@*\": none }"

    /// `nil`: spamd is told of no user.
    private static func row(_ name: String, _ spamd: String, _ to: [String], _ user: String?) -> Promise {
        let mailing = Mailing(to: to)
        return Promise(group, name, rules: Rules("users \(spamd)", spamd: spamd, Rules.sections()), mailing) {
            scene,
            mailing in
            scene.answers(.score("1.0"))
            let mark = scene.freshMark()
            let told = try scene.host.send(mailing, mark: mark)
            scene.check(told.end.code == 250, "reply: \(told.end)")
            scene.equal(try scene.user(in: mark), user, "user")
        }
    }

    /// `mixed: split` parts recipients whose users differ, so that each is judged by his own.
    private static let parted = Promise(
        group,
        "with split, a recipient with another user is asked to come again",
        rules: Rules("users split", spamd: "user: local-part", Rules.sections(mixed: "split"))
    ) { scene in
        scene.answers(.score("1.0"))
        let mark = scene.freshMark()
        let told = try scene.host.send(Mailing(to: ["one@tag.test", "two@tag.test"]), mark: mark)
        let later = SMTPReply(code: 452, lines: ["4.5.3 Please send to the other recipients separately"])
        scene.equal(told.recipients.map { $0 == later }, [false, true], "refused recipients")
        scene.equal(try scene.user(in: mark), "one", "user")
    }
}

extension Scene {
    /// Whom spamd was told of with a message.
    fileprivate func user(in mark: String) throws -> String? {
        try question(mark).head.first { $0.hasPrefix("User: ") }.map { String($0.dropFirst(6)) }
    }
}
