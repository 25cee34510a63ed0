import TestRig

extension Promise {
    /// Several recipients with different rows of the settings.
    static let mixed: [Promise] = lenient + strict + split + thresholds

    private static let hard = ["quarantine", "reject", "tempfail", "discard", "redirect", "copy", "delete"]
    private static let spam = Written.spam()
    private static let strictest = Rules("strictest", Rules.sections(mixed: "strictest"))
    private static let splitting = Rules("split", Rules.sections(mixed: "split"))

    private static var lenient: [Promise] {
        hard.flatMap { action in
            [["tag", action], [action, "tag"], [action, action, "tag", action]].map { to in
                Promise(
                    "Mixed recipients, most-lenient",
                    "\(to.joined(separator: ", ")): all get it, marked",
                    Mailing(to: to),
                    spamd: .score("7.4"),
                    .delivered(spam, log: ["action": "tag", "nrcpt": "\(to.count)"])
                )
            }
        }
    }

    private static var strict: [Promise] {
        [
            ("quarantine", "held for all", Expected.held(action: "quarantine")),
            ("reject", "refused for all", rejected), ("tempfail", "put off for all", putOff),
            ("discard", "lost for all", .lost),
            (
                "redirect", "those of that row are replaced, the others stay",
                .delivered(spam, to: ["tag", Rules.others])
            ),
            ("copy", "one copy beside all", .delivered(spam, to: ["tag", "copy", Rules.copies])),
            ("delete", "those of that row are taken away", .delivered(spam, to: ["tag"])),
            ("copy-delete", "the copy in their place", .delivered(spam, to: ["tag", Rules.copies])),
        ].flatMap { action, words, expected in
            [["tag", action], [action, "tag"]].map { to in
                Promise(
                    "Mixed recipients, strictest",
                    "\(to.joined(separator: ", ")): \(words)",
                    rules: strictest,
                    Mailing(to: to),
                    spamd: .score("7.4"),
                    expected
                )
            }
        }
    }

    private static var split: [Promise] {
        let outcomes: [(String, Expected)] = [
            ("tag", .delivered(spam, to: ["tag"])), ("quarantine", .held(action: "quarantine")), ("reject", rejected),
            ("tempfail", putOff), ("discard", .lost), ("redirect", .delivered(spam, to: [Rules.others])),
            ("copy", .delivered(spam, to: ["copy", Rules.copies])), ("delete", Expected(fate: .lost)),
        ]
        return outcomes.map { action, expected in
            let other = action == "tag" ? "reject" : "tag"
            return Promise(
                "Mixed recipients, split",
                "\(action), \(other), \(action): the second is asked to come again, the others are dealt with",
                rules: splitting
            ) { scene in
                scene.answers(.score("7.4"))
                let mailing = Mailing(to: [action, other, "\(action)@\(action).test"])
                let mark = scene.freshMark()
                let told = try scene.host.send(mailing, mark: mark)
                let later = SMTPReply(code: 452, lines: ["4.5.3 Please send to the other recipients separately"])
                scene.equal(told.recipients.map { $0 == later }, [false, true, false], "refused recipients")
                var expected = expected
                expected.log["nrcpt"] = "2"
                // The third recipient shares the fate of the first.
                if expected.fate == .delivered, expected.to?.contains(action) == true {
                    expected.to?.append("\(action)@\(action).test")
                }
                try scene.expect(expected, of: mailing, mark: mark, told: told.end)
            }
        }
    }

    private static var thresholds: [Promise] {
        func row(_ name: String, _ rules: Rules, _ to: [String], _ score: String, _ expected: Expected) -> Promise {
            Promise("Thresholds of recipients", name, rules: rules, Mailing(to: to), spamd: .score(score), expected)
        }
        let low = Written.spam("4.0", required: "3.0")
        let high = Written.ham("7.4", required: "9.0")
        return [
            row("a row of its own lowers it", .usual, ["strict"], "4.0", .delivered(low, log: ["required": "3.0"])),
            row("a row of its own raises it", .usual, ["lenient"], "7.4", .delivered(high, log: ["required": "9.0"])),
            row("most-lenient takes the highest", .usual, ["strict", "lenient"], "7.4", .delivered(high)),
            row("strictest takes the lowest", strictest, ["lenient", "strict"], "4.0", .delivered(low)),
            Promise(
                "Thresholds of recipients",
                "spamd's own counts where the settings name none",
                Mailing(),
                spamd: .score("5.5", required: "6.0"),
                .delivered(Written.ham("5.5", required: "6.0"))
            ),
            row(
                "addresses match in any case",
                .usual,
                ["UPPER.CASE@STRICT.Test"],
                "4.0",
                .delivered(low)
            ),
        ]
    }
}
