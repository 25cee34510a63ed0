extension Promise {
    /// What is done with spam for a single recipient, and when.
    static let actions: [Promise] = {
        let spam = Written.spam()
        func row(
            _ name: String,
            to recipient: String,
            score: String = "7.4",
            _ expected: Expected
        ) -> Promise {
            Promise("Actions on spam", name, Mailing(to: [recipient]), spamd: .score(score), expected)
        }
        return [
            row("tag: delivered with all marks", to: "tag", .delivered(spam, log: ["action": "tag"])),
            row(
                "no step: marked all the same, for marks follow the score",
                to: "nothing",
                .delivered(spam, log: ["verdict": "spam", "action": "none"])
            ),
            row(
                "ham: score and status, no flag, whatever the steps say",
                to: "reject",
                score: "-0.1",
                .delivered(Written.ham("-0.1"), log: ["verdict": "ham", "action": "none"])
            ),
            row(
                "a ham score that would print as the threshold prints below it",
                to: "reject",
                score: "4.99",
                .delivered(Written.ham("4.9"), log: ["verdict": "ham"])
            ),
            row("the threshold itself is spam", to: "reject", score: "5.0", rejected),
            row("quarantine: accepted and held", to: "quarantine", .held(action: "quarantine")),
            row("tag, quarantine: held", to: "tag-quarantine", .held(action: "tag,quarantine")),
            row("reject: the default words", to: "reject", rejected),
            row("tempfail: the default words", to: "tempfail", putOff),
            row("discard: accepted and gone", to: "discard", .lost),
            row(
                "redirect: only the new recipient gets it",
                to: "redirect",
                .delivered(spam, to: [Rules.others], log: ["action": "redirect"])
            ),
            row(
                "copy: both get it",
                to: "copy",
                .delivered(spam, to: ["copy", Rules.copies], log: ["action": "copy"])
            ),
            row(
                "delete-recipient, of the only one: accepted and gone",
                to: "delete",
                Expected(fate: .lost, log: ["action": "delete-recipient"])
            ),
        ] + combined(spam) + stepped
    }()

    static let rejected = Expected.refused(550, "5.7.1 Message rejected as spam")
    static let putOff = Expected.refused(451, "4.7.1 Try again later", action: "tempfail")

    /// Actions that may stand together.
    private static func combined(_ spam: [(name: String, value: String)]) -> [Promise] {
        func row(_ name: String, to recipient: String, _ expected: Expected) -> Promise {
            Promise("Actions together", name, Mailing(to: [recipient]), spamd: .score("7.4"), expected)
        }
        return [
            row("tag, copy", to: "tag-copy", .delivered(spam, to: ["tag-copy", Rules.copies])),
            row("tag, redirect", to: "tag-redirect", .delivered(spam, to: [Rules.others])),
            row(
                "copy to two addresses",
                to: "copy-copy",
                .delivered(spam, to: ["copy-copy", Rules.copies, Rules.others])
            ),
            row("copy, redirect", to: "copy-redirect", .delivered(spam, to: [Rules.copies, Rules.others])),
            row(
                "copy, delete-recipient: only the copy arrives",
                to: "copy-delete",
                .delivered(spam, to: [Rules.copies])
            ),
            row("copy, quarantine: held", to: "copy-quarantine", Expected(fate: .held)),
            row("redirect, quarantine: held", to: "redirect-quarantine", Expected(fate: .held)),
            row("delete-recipient, quarantine, of the only one: gone", to: "delete-quarantine", Expected(fate: .lost)),
        ]
    }

    /// The highest step that is reached counts, alone.
    private static var stepped: [Promise] {
        [
            ("9.9", Expected.delivered(Written.spam("9.9"), log: ["action": "tag"])),
            ("10.0", .held(action: "tag,quarantine")),
            ("14.9", .held(action: "tag,quarantine")),
            ("15.0", rejected),
            ("999.0", rejected),
        ].map { score, expected in
            Promise(
                "Steps",
                "tag at 5, quarantine at 10, reject at 15: a score of \(score)",
                Mailing(to: ["steps"]),
                spamd: .score(score),
                expected
            )
        }
    }
}
