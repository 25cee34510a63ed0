import TestRig

extension Promise {
    /// Conversations: several messages on a connection, commands out of turn, many recipients.
    static let sessions: [Promise] = conversations + envelopes

    private static let group = "Sessions"
    private static let noSMTP = [Column.peer: "a conversation of SMTP"]
    private static func noExtension(_ name: String) -> [Column: String] {
        [.peer: "a conversation of SMTP", .sendmail: "Sendmail 8.17 as Debian builds it does not offer \(name)"]
    }

    /// A row about a conversation that the trial holds itself.
    private static func row(
        _ name: String,
        absent: [Column: String] = noSMTP,
        _ trial: @escaping @Sendable (Scene, SMTPClient) throws -> Void
    ) -> Promise {
        Promise(group, name, absent: absent) { scene in
            scene.answers(.score("3.2"))
            let client = try scene.client()
            defer { client.disconnect() }
            try client.hello()
            try trial(scene, client)
        }
    }

    /// A message that says itself what spamd thinks of it, and what is to become of it.
    private static func scored(_ score: String, to recipient: String) -> (Mailing, Expected) {
        let mailing = Mailing(to: [recipient], adding: ["X-Test-Score: \(score)"])
        if score == "3.2" { return (mailing, .delivered(Written.ham("3.2"))) }
        return (mailing, recipient == "reject" ? rejected : .delivered(Written.spam(score)))
    }

    private static func pass(_ scene: Scene, _ client: SMTPClient, _ score: String, to recipient: String) throws {
        let (mailing, expected) = scored(score, to: recipient)
        let mark = scene.freshMark()
        let told = try client.send(mailing, mark: mark)
        try scene.expect(expected, of: mailing, mark: mark, told: told.end)
    }

    private static var conversations: [Promise] {
        [
            row("twenty messages on a connection, ham and spam in turn") { scene, client in
                for number in 0..<20 { try pass(scene, client, number % 2 == 0 ? "3.2" : "7.4", to: "tag") }
            },
            row("two policies on a connection: refused, delivered, refused") { scene, client in
                for recipient in ["reject", "tag", "reject"] { try pass(scene, client, "7.4", to: recipient) }
            },
            row("RSET after MAIL and after RCPT forgets the message") { scene, client in
                for depth in 0..<3 {
                    if depth > 0 { try client.mail(from: "gone@client.example.org") }
                    if depth > 1 { try client.recipient("gone@reject.test") }
                    scene.equal(try client.command("RSET").code, 250, "RSET")
                    try pass(scene, client, "7.4", to: "tag")
                }
            },
            row("EHLO in a transaction forgets it") { scene, client in
                try client.mail(from: "gone@client.example.org")
                try client.recipient("gone@reject.test")
                try client.hello("other.example.org")
                try pass(scene, client, "7.4", to: "tag")
            },
            row("NOOP, VRFY, HELP and unknown words in between change nothing") { scene, client in
                for command in ["NOOP", "VRFY x", "HELP", "XYZZY", "MAIL nonsense", "RCPT TO:<a@b.test>"] {
                    try client.command(command)
                }
                try pass(scene, client, "3.2", to: "tag")
            },
            row("HELO in place of EHLO") { scene, client in
                try client.command("HELO client.example.org")
                try pass(scene, client, "7.4", to: "tag")
            },
            row("commands in one write, two messages behind each other") { scene, client in
                try pipelined(scene, client)
            },
            row("clients that vanish at each stage harm no other") { scene, client in
                try vanish(scene)
                try pass(scene, client, "7.4", to: "tag")
            },
        ]
    }

    /// MAIL, RCPT and DATA at once; then the message together with the next MAIL, RCPT and DATA.
    private static func pipelined(_ scene: Scene, _ client: SMTPClient) throws {
        let letters = [scored("3.2", to: "tag"), scored("7.4", to: "tag")]
        let marks = letters.map { _ in scene.freshMark() }
        func envelope(_ number: Int) -> String {
            let mailing = letters[number].0
            return
                "MAIL FROM:<\(mailing.sender(marks[number]))>\r\nRCPT TO:<\(mailing.recipients(marks[number])[0])>\r\nDATA\r\n"
        }
        try client.send(envelope(0))
        scene.equal(try (0..<3).map { _ in try client.reply().code }, [250, 250, 354], "replies")
        try client.sendMessage(letters[0].0.message)
        try client.send(envelope(1))
        let first = try client.reply()
        scene.equal(try (0..<3).map { _ in try client.reply().code }, [250, 250, 354], "replies")
        try client.sendMessage(letters[1].0.message)
        for (number, told) in [first, try client.reply()].enumerated() {
            try scene.expect(letters[number].1, of: letters[number].0, mark: marks[number], told: told)
        }
    }

    private static func vanish(_ scene: Scene) throws {
        for stage in 0..<5 {
            let other = try scene.client()
            if stage > 0 { try other.hello() }
            if stage > 1 { try other.mail(from: "gone@client.example.org") }
            if stage > 2 { try other.recipient("gone@tag.test") }
            if stage > 3 {
                try other.command("DATA")
                try other.send("Subject: half a mess")
            }
            other.disconnect()
        }
    }

    private static var envelopes: [Promise] {
        [
            Promise(
                group,
                "a bounce: null sender",
                Mailing(to: ["tag"], from: ""),
                spamd: .score("7.4"),
                .delivered(Written.spam(), log: ["from": "<>"])
            ),
            Promise(
                group,
                "200 recipients",
                Mailing(to: Array(repeating: "tag", count: 200)),
                spamd: .score("7.4"),
                .delivered(Written.spam(), log: ["nrcpt": "200"])
            ),
            Promise(
                group,
                "200 recipients, all replaced by one",
                Mailing(to: Array(repeating: "redirect", count: 200)),
                spamd: .score("7.4"),
                .delivered(Written.spam(), to: [Rules.others], log: ["nrcpt": "200"])
            ),
            row("BDAT in pieces", absent: noExtension("CHUNKING")) { scene, client in
                let mailing = Mailing(
                    Mailing.message(Mailing.usualFields, body: Array(repeating: 120, count: 900) + [13, 10])
                )
                let mark = scene.freshMark()
                try client.mail(from: mailing.sender(mark))
                try client.recipient(mailing.recipients(mark)[0])
                let half = mailing.message.count / 2
                try client.send("BDAT \(half)\r\n")
                try client.send(Array(mailing.message[..<half]))
                scene.equal(try client.reply().code, 250, "first piece")
                try client.send("BDAT \(mailing.message.count - half) LAST\r\n")
                try client.send(Array(mailing.message[half...]))
                try scene.expect(
                    .delivered(Written.ham("3.2", pyzor: "*")),
                    of: mailing,
                    mark: mark,
                    told: try client.reply()
                )
            },
            row("SMTPUTF8: addresses and fields in UTF-8", absent: noExtension("SMTPUTF8")) { scene, client in
                let mark = scene.freshMark()
                var mailing = Mailing(
                    to: ["jörg.\(mark)@tag.test"],
                    from: "zoë.\(mark)@client.example.org",
                    adding: ["X-Name: Jörg"]
                )
                mailing.parameters = "SMTPUTF8"
                let told = try client.send(mailing, mark: mark)
                scene.answers(.score("3.2"))
                try scene.expect(.delivered(Written.ham("3.2")), of: mailing, mark: mark, told: told.end)
            },
            row("SIZE and BODY parameters") { scene, client in
                var mailing = Mailing()
                mailing.parameters = "SIZE=1000 BODY=8BITMIME"
                let mark = scene.freshMark()
                let told = try client.send(mailing, mark: mark)
                try scene.expect(.delivered(Written.ham("3.2")), of: mailing, mark: mark, told: told.end)
            },
        ]
    }
}
