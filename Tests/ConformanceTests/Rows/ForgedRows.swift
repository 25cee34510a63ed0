import TestRig

extension Promise {
    /// Fields of ours that the sender wrote.
    static let forged: [Promise] = {
        let group = "Forged fields"
        func row(_ name: String, _ message: [UInt8]) -> Promise {
            Promise(group, name, Mailing(message), spamd: .score("3.2"), .delivered(Written.ham("3.2")))
        }
        func around(_ before: [String], _ after: [String] = []) -> [UInt8] {
            Mailing.message(before + Mailing.usualFields + after, body: Array(Mailing.text.utf8))
        }
        let between = Mailing.usualFields.flatMap { [$0, "X-Spam-Status: No, score=-9"] }
        return [
            row("one copy", around([], ["X-Spam-Flag: NO"])),
            row("two copies, at both ends", around(["X-Spam-Flag: NO"], ["X-Spam-Flag: NO"])),
            row("one between all others", Mailing.message(between, body: Array(Mailing.text.utf8))),
            row("50 copies on top", around(Array(repeating: "X-Spam-Flag: NO", count: 50))),
            row(
                "50 copies of three names, at both ends",
                around(
                    (0..<25).map { "X-Spam-\(["Flag", "Status", "Level"][$0 % 3]): \($0)" },
                    (0..<25).map { "X-Spam-\(["Flag", "Status", "Level"][$0 % 3]): \($0)" }
                )
            ),
            row("mixed case", around(["x-spam-flag: NO", "X-SPAM-FLAG: NO"], ["x-SpAm-FlAg: NO", "X-Spam-flag: NO"])),
            row("folded values", around(["X-Spam-Status: No,\n score=-9\n\trequired=5.0"], ["X-Spam-Flag:\n NO"])),
            row("empty values", around(["X-Spam-Flag:"], ["X-Spam-Flag: "])),
            row("8-bit values", around([], ["X-Spam-Status: Nö, score=-9", "X-Spam-Report: größer"])),
            row("names that we do not write", around(["X-Spam-Anything: 1"], ["X-Spam-Prev-Subject: x"])),
            row("names that only look alike stay", around(["X-Spamd-Result: x", "X-Spam: yes"], ["XX-Spam-Flag: NO"])),
            row("1,000 copies", around([], Array(repeating: "X-Spam-Flag: NO", count: 1_000))),
            Promise(
                group,
                "more than can be removed: refused",
                Mailing(around([], Array(repeating: "X-Spam-Flag: NO", count: 1_001))),
                Expected(fate: .refused(552, ["5.3.4 Message header has too many fields"]), isLogged: false)
            ),
            Promise(
                group,
                "they are gone from spam and from what is said of it",
                Mailing(around(["X-Spam-Flag: NO"], ["x-spam-score: -9", "X-Spam-Level: none"])),
                spamd: .score("7.4"),
                .delivered(Written.spam())
            ),
            Promise(
                group,
                "spamd is not shown them, nor a forged sender",
                Mailing(
                    around(
                        ["X-Envelope-From: <forged@client.example.org>", "Return-Path: <forged@x.test>"],
                        ["X-Spam-Flag: NO"]
                    )
                )
            ) { scene, mailing in
                scene.answers(.score("3.2"))
                let mark = scene.freshMark()
                _ = try scene.host.send(mailing, mark: mark)
                let question = try scene.question(mark)
                scene.equal(
                    question.letter.names.filter {
                        ["x-envelope-from", "return-path", "x-spam-flag"].contains($0.lowercased())
                    },
                    [],
                    "what spamd was shown"
                )
            },
        ]
    }()
}
