import TestRig

extension Promise {
    /// The classes of `exempt:` and their ceilings: each class with each ceiling, for a message with 20 points whose recipient has
    /// steps up to reject at 15.
    static let exemptions: [Promise] = Ceiling.allCases.flatMap { ceiling in classes(under: ceiling) } + others

    private enum Ceiling: String, CaseIterable {
        case skip
        case logOnly = "log-only"
        case tagOnly = "tag-only"
        case noReject = "no-reject"
        case full

        var rules: Rules {
            Rules(
                "exempt \(rawValue)",
                Rules.sections(
                    exempt: ["null-sender", "lists", "authenticated", "local"].map { "\($0): \(rawValue)" }
                        .joined(separator: ", ")
                )
            )
        }

        var words: String {
            switch self {
            case .skip: "passes untouched, forged fields too"
            case .logOnly: "forged fields removed, nothing else; the log says would-reject"
            case .tagOnly: "tagged"
            case .noReject: "the next step below, held"
            case .full: "refused"
            }
        }

        /// Where the class is known at MAIL: what is skipped then is never seen.
        var expectedEarly: Expected {
            var expected = expected
            if self == .skip { expected.isLogged = false }
            return expected
        }

        var expected: Expected {
            switch self {
            case .skip: Expected(removed: [], log: ["verdict": "exempt"])
            case .logOnly: Expected(log: ["verdict": "spam", "action": "would-reject"])
            case .tagOnly: .delivered(Written.spam("20.0"), log: ["action": "tag"])
            case .noReject: .held(action: "tag,quarantine")
            case .full: rejected
            }
        }
    }

    private static let group = "Exempt classes"
    private static let forgedField = "X-Spam-Flag: NO"

    private static func classes(under ceiling: Ceiling) -> [Promise] {
        let name = "\(ceiling.rawValue): \(ceiling.words)"
        let bounce = ceiling.expectedEarly
        return [
            Promise(
                group,
                "bounces, \(name)",
                rules: ceiling.rules,
                Mailing(to: ["steps"], from: "", adding: [forgedField]),
                spamd: .score("20.0"),
                bounce
            ),
            Promise(
                group,
                "mailing lists, \(name)",
                rules: ceiling.rules,
                Mailing(to: ["steps"], adding: [forgedField, "List-Id: <list.client.example.org>"]),
                spamd: .score("20.0"),
                ceiling.expected
            ),
            Promise(
                group,
                "users who logged in, \(name)",
                rules: ceiling.rules,
                absent: [.sendmail: "no password database among the unpacked packages"],
                Mailing(to: ["steps"], adding: [forgedField])
            ) { scene, mailing in
                scene.answers(.score("20.0"))
                let mark = scene.freshMark()
                let told = try scene.sendLoggedIn(mailing, mark: mark)
                try scene.expect(bounce, of: mailing, mark: mark, told: told.end)
            },
            Promise(
                group,
                "local mail, \(name)",
                rules: ceiling.rules,
                wiring: .debian,
                absent: [
                    .sendmail: "its sendmail command speaks SMTP with the daemon: nothing tells it from other mail"
                ],
                Mailing(to: ["steps"], adding: [forgedField])
            ) { scene, mailing in
                scene.answers(.score("20.0"))
                let mark = scene.freshMark()
                try scene.sendLocally(mailing, mark: mark)
                var expected = bounce
                if ceiling == .full {
                    // Nobody is there to be told: Postfix returns it to its sender.
                    expected = Expected(fate: .lost, log: ["action": "reject"])
                }
                try scene.expect(expected, of: mailing, mark: mark, told: SMTPReply(code: 250, lines: []))
            },
        ]
    }

    private static var others: [Promise] {
        let networks = Rules("exempt network", "exempt: { networks: [127.0.0.0/8], local: full }")
        let elsewhere = Rules(
            "exempt elsewhere",
            "exempt: { networks: [192.0.2.0/24], lists: skip, null-sender: tag-only }\nactions: [{ at: required, do: [reject] }]"
        )
        return [
            Promise(
                group,
                "an exempt network passes untouched, at CONNECT",
                rules: networks,
                Mailing(adding: [forgedField])
            ) { scene, mailing in
                let mark = scene.freshMark()
                let told = try scene.host.send(mailing, mark: mark)
                var expected = Expected.untouched
                expected.isLogged = false
                try scene.expect(expected, of: mailing, mark: mark, told: told.end)
                try scene.tamisd.logLine(having: "NOQUEUE:", "exempt=network", "[127.0.0.1]")
                scene.check(scene.asked(mark) == nil, "spamd was asked")
            },
            Promise(
                group,
                "other networks are judged",
                rules: elsewhere,
                Mailing(to: ["tag"]),
                spamd: .score("7.4"),
                rejected
            ),
            Promise(
                group,
                "of two classes the lower ceiling counts",
                rules: elsewhere,
                Mailing(from: "", adding: [forgedField, "List-Id: <list.client.example.org>"]),
                spamd: .score("7.4"),
                Expected(removed: [], log: ["verdict": "exempt"])
            ),
            Promise(
                group,
                "spamd is not asked about what is skipped",
                rules: Ceiling.skip.rules,
                Mailing(from: "", adding: [forgedField])
            ) { scene, mailing in
                let mark = scene.freshMark()
                _ = try scene.host.send(mailing, mark: mark)
                scene.check(scene.asked(mark) == nil, "spamd was asked")
            },
            observer("reject"), observer("quarantine"), observer("discard"), observer("redirect"),
        ]
    }

    private static func observer(_ action: String) -> Promise {
        Promise(
            "Mode observe",
            "\(action): delivered untouched, the log says would-\(action)",
            rules: Rules("observe", "mode: observe\n" + Rules.sections()),
            Mailing(to: [action], adding: [forgedField]),
            spamd: .score("7.4"),
            Expected(removed: [], log: ["verdict": "spam", "action": "would-\(action)"])
        )
    }
}
