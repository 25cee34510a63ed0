/// Settings that Tamis runs with in some rows. The recipient's domain chooses the row of `recipients:`.
struct Rules: Sendable, Hashable {
    /// Names them; two of one name are the same.
    var name: String
    /// Sections of the settings file, without those of the scanners and the socket.
    var sections: String

    /// More keys of the section `spamd`, as `user: local-part`.
    var spamd = ""

    init(_ name: String, spamd: String = "", _ sections: String) {
        self.name = name
        self.spamd = spamd
        self.sections = sections
    }

    /// What most rows run with: all defaults but for the rows of recipients, and nobody is exempt for his network.
    static let usual = Rules("usual", sections())

    /// - Parameter exempt: in place of what `exempt:` says by default, besides the networks.
    static func sections(mixed: String = "most-lenient", exempt: String = "", _ more: String = "") -> String {
        """
        exempt: { networks: []\(exempt.isEmpty ? "" : ", \(exempt)") }
        mixed: \(mixed)
        recipients:
        \(rows.map { "  - { match: [\"*@\($0).test\"], \($1) }" }.joined(separator: "\n"))
        \(more)
        """
    }

    private static let rows: [(String, String)] =
        actions.map { ($0, "actions: [{ at: required, do: [\($1)] }]") } + [
            ("discard", "actions: [{ at: required, do: [discard], discard-confirmed: true }]"),
            ("delete", "actions: [{ at: required, do: [delete-recipient], discard-confirmed: true }]"),
            (
                "delete-quarantine",
                "actions: [{ at: required, do: [delete-recipient, quarantine], discard-confirmed: true }]"
            ),
            ("percent", #"actions: [{ at: required, do: [reject], reply: "554 5.7.1 100% spam, %s %n %% sure" }]"#),
            (
                "lines",
                #"actions: [{ at: required, do: [reject], reply: ["550 5.7.1 No.", "See https://mx.test/?q=%41", "Bye"] }]"#
            ),
            ("long-words", "actions: [{ at: required, do: [reject], reply: \"550 5.7.1 \(longWords)\" }]"),
            ("tempfail-words", #"actions: [{ at: required, do: [tempfail], reply: "451 4.7.0 Not now: 50%" }]"#),
            (
                "steps",
                "actions: [{ at: required, do: [tag] }, { at: 10.0, do: [tag, quarantine] }, { at: 15.0, do: [reject] }]"
            ),
            ("strict-reject", "required: 3.0, actions: [{ at: required, do: [reject] }]"),
            ("strict", "required: 3.0"), ("lenient", "required: 9.0"),
            ("nothing", "actions: []"),
        ]

    /// Each under a name that its actions have too.
    private static let actions: [(String, String)] = [
        ("tag", "tag"), ("quarantine", "quarantine"), ("tag-quarantine", "tag, quarantine"), ("reject", "reject"),
        ("tempfail", "tempfail"), ("redirect", "redirect:\(others)"), ("copy", "copy:\(copies)"),
        ("copy-copy", "copy:\(copies), copy:\(others)"), ("copy-redirect", "copy:\(copies), redirect:\(others)"),
        ("copy-delete", "copy:\(copies), delete-recipient"), ("copy-quarantine", "copy:\(copies), quarantine"),
        ("redirect-quarantine", "redirect:\(others), quarantine"), ("tag-copy", "tag, copy:\(copies)"),
        ("tag-redirect", "tag, redirect:\(others)"),
    ]

    /// The longest line that a reply may have.
    static let longWords = String(repeating: "spam ", count: 99) + "spam!"

    static let copies = "copies@elsewhere.test"
    static let others = "others@elsewhere.test"
}
