extension Promise {
    /// The tag before the subject of spam.
    static let subjects: [Promise] = {
        let rules = Rules("subject tag", Rules.sections("headers: { subject-tag: \"[SPAM]\" }"))
        func row(
            _ name: String,
            _ subjects: [String],
            score: String = "7.4",
            becomes subject: String?,
            absent: [Column: String] = [:]
        ) -> Promise {
            let fields = Mailing.usualFields.filter { !$0.hasPrefix("Subject") } + subjects
            let mailing = Mailing(Mailing.message(fields, body: Array(Mailing.text.utf8)))
            let written = score == "7.4" ? Written.spam() : Written.ham(score)
            return Promise(
                "Subject tag",
                name,
                rules: rules,
                absent: absent,
                mailing,
                spamd: .score(score),
                Expected(written: written, subject: subject)
            )
        }
        return [
            row("it stands before the subject of spam", ["Subject: Minutes"], becomes: "[SPAM] Minutes"),
            row("ham has none", ["Subject: Minutes"], score: "3.2", becomes: nil),
            row("never twice", ["Subject: [SPAM] Minutes"], becomes: nil),
            row("a missing subject is added", [], becomes: "[SPAM]"),
            row("an empty subject gets it", ["Subject:"], becomes: "[SPAM] "),
            row("only the first of two", ["Subject: One", "Subject: Two"], becomes: "[SPAM] One"),
            row("a name in any case", ["sUBJECT: Minutes"], becomes: "[SPAM] Minutes"),
            row(
                "encoded words stay byte for byte",
                ["Subject: =?utf-8?q?Protokoll_=C3=BCber?= =?iso-8859-1?B?Zuxy?="],
                becomes: "[SPAM] =?utf-8?q?Protokoll_=C3=BCber?= =?iso-8859-1?B?Zuxy?="
            ),
            row("folds stay", ["Subject: Minutes of\n the\n\tmeeting"], becomes: "[SPAM] Minutes of\n the\n\tmeeting"),
            row("8-bit bytes stay", ["Subject: Protokoll über Zäune"], becomes: "[SPAM] Protokoll über Zäune"),
            row(
                "a long one stays whole",
                ["Subject: " + String(repeating: "minutes ", count: 110) + "end"],
                becomes: "[SPAM] " + String(repeating: "minutes ", count: 110) + "end"
            ),
        ]
    }()
}
