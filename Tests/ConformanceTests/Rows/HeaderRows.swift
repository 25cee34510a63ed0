extension Promise {
    /// Each rule of `headers:`, and the order of what is written.
    static let headers: [Promise] = defaults + whens + details

    private static let group = "Header fields"

    private static func rules(_ name: String, _ lines: String) -> Rules {
        Rules("headers \(name)", Rules.sections("headers:\n\(lines)"))
    }

    private static func all(_ when: String) -> Rules {
        rules(
            when,
            ["status", "flag", "score", "level", "report", "version"].map { "  \($0): \(when)" }
                .joined(separator: "\n")
        )
    }

    /// The other way round than the default.
    private static let turned = rules(
        "turned",
        "  status: spam\n  flag: always\n  score: never\n  level: never\n  report: always\n  version: spam"
    )

    private static let report = (
        name: "X-Spam-Report", value: "*  7.4 TEST_RULE A rule of the stand-in\n\t*  0.0 OTHER_RULE Another one"
    )

    private static var defaults: [Promise] {
        [
            Promise(
                group,
                "by default on spam: flag, score, level, status, version, right below the server's Received",
                Mailing(adding: ["Received: from a.test by b.test; Sat, 21 Nov 2026 09:59:00 +0000"]),
                spamd: .score("12.3"),
                .delivered(Written.spam("12.3"))
            ),
            Promise(
                group,
                "by default on ham: score, level, status, version",
                Mailing(),
                spamd: .score("3.2"),
                .delivered(Written.ham("3.2"))
            ),
            Promise(group, "no level below one point", Mailing(), spamd: .score("0.9"), .delivered(Written.ham("0.9"))),
            Promise(
                group,
                "fifty stars at most",
                Mailing(),
                spamd: .score("987.6"),
                .delivered(Written.spam("987.6"))
            ),
            Promise(
                group,
                "score and level follow the printed score",
                Mailing(),
                spamd: .score("6.96"),
                .delivered(Written.spam("7.0"))
            ),
        ]
    }

    private static var whens: [Promise] {
        let spam = Written.spam()
        let ham = Written.ham("3.2")
        func row(_ name: String, _ rules: Rules, _ score: String, _ written: [(name: String, value: String)]) -> Promise
        {
            Promise(group, name, rules: rules, Mailing(), spamd: .report(score), .delivered(written))
        }
        let status = (
            name: "X-Spam-Status",
            value: "Yes, score=7.4 required=5.0 tests=OTHER_RULE,TEST_RULE pyzor=0/0 scanned-by=spamd,pyzor"
        )
        var allSpam = spam.filter { $0.name != status.name }
        allSpam.insert(status, at: 3)
        allSpam.append(report)
        let allHam =
            [(name: "X-Spam-Flag", value: "NO")]
            + ham.map { field in
                field.name == status.name
                    ? (field.name, field.value.replacing("TEST_RULE", with: "OTHER_RULE,TEST_RULE")) : field
            } + [(report.name, report.value.replacing("7.4", with: "3.2"))]
        return [
            row("each never: none on spam", all("never"), "7.4", []),
            row("each never: none on ham", all("never"), "3.2", []),
            row("each on spam: all of them on spam, the report last", all("spam"), "7.4", allSpam),
            row("each on spam: none on ham", all("spam"), "3.2", []),
            row("each always: all on spam", all("always"), "7.4", allSpam),
            row("each always: all on ham, the flag says NO", all("always"), "3.2", allHam),
            row(
                "turned round: flag, status, version and report on spam",
                turned,
                "7.4",
                [allSpam[0], status, Written.version, report]
            ),
            row("turned round: flag and report on ham", turned, "3.2", [allHam[0], allHam[allHam.count - 1]]),
        ]
    }

    private static var details: [Promise] {
        let many = (0..<12).map { "A_RULE_WITH_A_NAME_\(10 + $0)" }
        let extra = rules(
            "extra",
            "  extra: { X-Tamis: \"{verdict} {score}/{required} of {spamd-score} by {tests}\", X-Pyzor: \"{pyzor-count}/{pyzor-wl}={pyzor-points}\" }"
        )
        let remove = rules("remove", "  remove: [\"X-Spam-*\", X-Quarantine-ID, \"X-Virus-*\"]")
        return [
            Promise(
                group,
                "a long status is folded before column 78, by LF and TAB",
                Mailing(),
                spamd: .score("7.4", tests: many),
                .delivered(
                    Written.spam().map { field in
                        guard field.name == "X-Spam-Status" else { return field }
                        let names = [many[..<1], many[1..<4], many[4..<7], many[7..<10], many[10...]]
                        let lines = names.map { $0.joined(separator: ",") }.joined(separator: ",\n\t")
                        return (
                            field.name,
                            "Yes, score=7.4 required=5.0 tests=\(lines) pyzor=0/0 scanned-by=spamd,pyzor"
                        )
                    }
                )
            ),
            Promise(
                group,
                "extra fields, by template, below our own",
                rules: extra,
                Mailing(),
                spamd: .score("7.4"),
                pyzor: .count(20),
                .delivered(
                    Written.spam("9.4", tests: "PYZOR_CHECK,TEST_RULE", pyzor: "pyzor=20/0 scanned-by=spamd,pyzor") + [
                        ("X-Tamis", "spam 9.4/5.0 of 7.4 by PYZOR_CHECK,TEST_RULE"), ("X-Pyzor", "20/0=2.0"),
                    ]
                )
            ),
            Promise(
                group,
                "fields that the admin names are removed, the others stay",
                rules: remove,
                Mailing(adding: [
                    "X-Quarantine-ID: 1", "x-virus-scanned: clean", "X-Virus: stays", "X-Quarantine-ID-2: stays",
                ]),
                spamd: .score("3.2"),
                Expected(written: Written.ham("3.2"), removed: ["x-spam-", "x-quarantine-id:", "x-virus-"])
            ),
        ]
    }
}
