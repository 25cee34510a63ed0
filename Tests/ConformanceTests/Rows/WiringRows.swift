import TestRig

extension Promise {
    /// How a mail server is set up around Tamis.
    static let wirings: [Promise] = debian + neighbours + clients

    private static let group = "Set-up"

    private static var debian: [Promise] {
        let none = [Column.sendmail: "Postfix' own"]
        func row(_ name: String, to recipient: String = "tag", score: String, _ expected: Expected) -> Promise {
            Promise(
                group,
                name,
                rules: gate,
                wiring: .debian,
                absent: none,
                Mailing(to: [recipient]),
                spamd: .score(score),
                expected
            )
        }
        let spam = Written.spam() + [(name: "X-Gate", value: "spam")]
        let ham = Written.ham("3.2") + [(name: "X-Gate", value: "ham")]
        return [
            row("smtpd and cleanup in a chroot: delivered", score: "3.2", .delivered(ham)),
            row("smtpd and cleanup in a chroot: refused", to: "reject", score: "7.4", rejected),
            row(
                "PREPEND in an access map: its field stays where Postfix puts it",
                to: "prepend",
                score: "7.4",
                .delivered(spam)
            ),
            row(
                "PREPEND of a field of ours is not touched, for Tamis never saw it",
                to: "prepend-flag",
                score: "3.2",
                Expected(written: ham, removed: [])
            ),
            row("milter_header_checks act on a field that Tamis wrote", to: "tag", score: "9.9", Expected(fate: .held)),
            row("local mail by the sendmail command, judged", score: "3.2", .delivered(ham)).sentLocally(),
        ]
    }

    /// An extra field that main.cf looks at, and local mail judged like other mail.
    private static let gate = Rules(
        "gate",
        Rules.sections(exempt: "local: full", "headers: { extra: { X-Gate: \"{verdict}\" } }")
    )

    private static var neighbours: [Promise] {
        let spam = Written.spam()
        func row(
            _ name: String,
            to recipient: String = "tag",
            score: String,
            adding: [String] = [],
            _ expected: Expected
        ) -> Promise {
            Promise(
                group,
                name,
                wiring: .neighbours,
                Mailing(to: [recipient], adding: adding),
                spamd: .score(score),
                expected
            )
        }
        return [
            row(
                "a milter before and one behind: each adds its field, the one behind sees ours",
                score: "7.4",
                .delivered(
                    [(name: "X-Behind", value: "saw 5 X-Spam")] + spam + [(name: "X-Before", value: "saw 0 X-Spam")]
                )
            ),
            row(
                "forged fields are gone for the milter behind",
                score: "3.2",
                adding: ["X-Spam-Flag: NO", "x-spam-flag: NO"],
                .delivered(
                    [(name: "X-Behind", value: "saw 4 X-Spam")] + Written.ham("3.2") + [
                        (name: "X-Before", value: "saw 2 X-Spam")
                    ]
                )
            ),
            row("a refusal of ours counts", to: "reject", score: "7.4", rejected),
            row("a quarantine of ours counts", to: "quarantine", score: "7.4", .held(action: "quarantine")),
        ]
    }

    /// What spamd is told of the client, in the Received field that Tamis writes.
    private static var clients: [Promise] {
        let noX = [Column.sendmail: "Sendmail has no XCLIENT", .peer: "see ReceivedFieldTests"]
        return [
            ("ADDR=203.0.113.7 NAME=mail.example.net", "(mail.example.net [203.0.113.7])", "with ESMTP id"),
            ("ADDR=203.0.113.7 NAME=[UNAVAILABLE]", "(unknown [203.0.113.7])", "with ESMTP id"),
            ("ADDR=IPV6:2001:db8::7 NAME=mail.example.net", "(mail.example.net [IPv6:2001:db8::7])", "with ESMTP id"),
            ("ADDR=203.0.113.7 NAME=mail.example.net LOGIN=alice", "(Authenticated sender: alice)", "with ESMTPA id"),
        ].map { attributes, origin, words in
            Promise(
                "What spamd is told",
                "a client with \(attributes)",
                rules: Rules("logged in", Rules.sections(exempt: "authenticated: full")),
                absent: noX,
                Mailing()
            ) { scene, mailing in
                scene.answers(.score("3.2"))
                let client = try scene.client()
                defer { client.disconnect() }
                try client.hello()
                let answer = try client.command("XCLIENT \(attributes)")
                scene.equal(answer.code, 220, "XCLIENT")
                try client.hello("helo.example.net")
                let mark = scene.freshMark()
                let told = try client.send(mailing, mark: mark)
                scene.check(told.end.isPositive, "\(told.end)")
                let received = try scene.question(mark).letter.values("Received").first ?? ""
                for part in ["from helo.example.net ", origin, words, "(envelope-from <\(mark)@client.example.org>)"] {
                    scene.check(received.contains(part), "no \(part) in \(received)")
                }
            }
        }
    }

    /// The same row with the message handed to the sendmail command.
    private func sentLocally() -> Promise {
        var promise = self
        promise.trial = { scene in
            scene.answers(.score("3.2"))
            let mailing = Mailing()
            let mark = scene.freshMark()
            try scene.sendLocally(mailing, mark: mark)
            let written = Written.ham("3.2") + [(name: "X-Gate", value: "ham")]
            try scene.expect(.delivered(written), of: mailing, mark: mark, told: SMTPReply(code: 250, lines: []))
        }
        return promise
    }
}
