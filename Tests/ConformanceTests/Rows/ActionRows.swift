extension Promise {
    /// What is done with spam for a single recipient.
    static let actions: [Promise] = {
        let group = "Actions on spam"
        let spam = Written.spam()
        return [
            Promise(
                group,
                "tag: delivered with all marks",
                Mailing(to: ["tag"]),
                .delivered(spam, log: ["action": "tag"])
            ),
            Promise(
                group,
                "nothing: marked all the same, since marks follow the score",
                Mailing(to: ["nothing"]),
                .delivered(spam, log: ["verdict": "spam", "action": "none"])
            ),
            Promise(
                group,
                "ham: score and status, no flag",
                Mailing(to: ["reject"]),
                spamd: .score("-0.1"),
                .delivered(Written.ham("-0.1"), log: ["verdict": "ham", "action": "none"])
            ),
            Promise(group, "quarantine: accepted and held", Mailing(to: ["quarantine"]), .held(action: "quarantine")),
            Promise(
                group,
                "tag and quarantine: held",
                Mailing(to: ["tag-quarantine"]),
                .held(action: "tag,quarantine")
            ),
            Promise(
                group,
                "reject: the default words",
                Mailing(to: ["reject"]),
                .refused(550, "5.7.1 Message rejected as spam")
            ),
            Promise(
                group,
                "tempfail: the default words",
                Mailing(to: ["tempfail"]),
                .refused(451, "4.7.1 Try again later", action: "tempfail")
            ),
            Promise(group, "discard: accepted and gone", Mailing(to: ["discard"]), .lost),
            Promise(
                group,
                "redirect: only the new recipient gets it",
                Mailing(to: ["redirect"]),
                .delivered(spam, to: [Rules.others], log: ["action": "redirect"])
            ),
            Promise(
                group,
                "copy: both get it",
                Mailing(to: ["copy"]),
                .delivered(spam, to: ["copy", Rules.copies], log: ["action": "copy"])
            ),
            Promise(
                group,
                "delete-recipient for the only one: accepted and gone",
                Mailing(to: ["delete"]),
                Expected(fate: .lost, log: ["action": "delete-recipient"])
            ),
        ]
    }()
}
