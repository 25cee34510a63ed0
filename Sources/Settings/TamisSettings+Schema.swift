import Policy

extension TamisSettings {
    /// Every key of the file, in its order.
    static let schema = Schema<TamisSettings>(
        [
            .value(
                "mode",
                \.mode,
                .choice,
                "enforce, or observe: judge and log action=would-..., change nothing, never tempfail."
            ),
            .group(
                "milter",
                \.milter,
                MilterSection.schema,
                "How the MTA reaches the filter. A change needs a restart."
            ),
            .group("spamd", \.spamd, SpamdSection.schema, "SpamAssassin's daemon."),
            .group("pyzor", \.pyzor, PyzorSection.schema, "Pyzor servers."),
            .group("limits", \.limits, LimitsSection.schema, "What one message, and all together, may take."),
            .group("score", \.score, ScoreRules.schema, "When mail is spam."),
            .value(
                "actions",
                \.actions,
                .steps,
                "What happens to spam. The highest step whose score is reached counts, alone.",
                "at: required or a number.",
                "do: tag, copy:ADDRESS, redirect:ADDRESS, delete-recipient, quarantine; or one of tempfail, reject,",
                "discard alone. What loses mail (discard, delete-recipient) wants \"discard-confirmed: true\" beside it.",
                "reply: a text for the client, with reject or tempfail.",
                examples: [
                    "{ at: 10.0, do: [tag, quarantine] }",
                    "{ at: 15.0, do: [reject], reply: \"550 5.7.1 Message rejected as spam\" }",
                ]
            ),
            .group(
                "exempt",
                \.exempt,
                ExemptRules.schema,
                "Mail that is treated more gently; the gentlest rule that applies wins. Each but networks:",
                "skip, log-only (judge, change nothing), tag-only, no-reject or full."
            ),
            .value(
                "recipients",
                \.recipients,
                .recipientRows,
                "What is different for some recipients; the first row that matches counts.",
                examples: ["[{ match: [\"*@example.org\"], required: 4.0 }]"]
            ),
            .value(
                "mixed",
                \.mixed,
                .choice,
                "For a message whose recipients fall into different rows: most-lenient, strictest,",
                "or split (452 4.5.3 asks the client to send to the others separately)."
            ),
            .group(
                "headers",
                \.headers,
                HeaderRules.schema,
                "Header fields of judged mail, each: never, spam or always."
            ),
            .group("unscanned", \.unscanned, UnscannedRules.schema, "When a scanner does not answer."),
            .value(
                "shadow",
                \.shadow,
                .path("a settings file"),
                "A second settings file whose policy (score, actions, exempt, recipients, mixed, headers, unscanned)",
                "is judged beside this one and changes nothing: a log line for each message where verdict, action or",
                "reply differ, and counts at reload and stop. Compare stored mail with: tamis scan --policy A --against B",
                examples: ["/etc/tamis/next.yaml"]
            ),
            .group("log", \.log, LogSection.schema, "Logging."),
        ],
        check: { settings, given, _, reading in
            settings.checkScanners(given, &reading)
            settings.checkTimes(given, &reading)
            settings.checkSteps(given, &reading)
        }
    )

    private func checkScanners(_ given: Given, _ reading: inout Reading) {
        guard !spamd.enabled, !pyzor.enabled, given.isSound("spamd.enabled", "pyzor.enabled") else { return }
        guard let place = given.first(of: "pyzor.enabled", "spamd.enabled") else { return }
        reading.warn(place.place, place.name, "neither spamd nor Pyzor is asked: no mail is judged")
    }

    /// A scanner cannot use more time than a message has.
    private func checkTimes(_ given: Given, _ reading: inout Reading) {
        let scanners = [
            ("spamd.timeout", spamd.timeout, spamd.enabled), ("pyzor.timeout", pyzor.timeout, pyzor.enabled),
        ]
        for (name, timeout, isEnabled) in scanners where isEnabled && timeout > limits.deadline {
            guard given.isSound(name, "limits.deadline") else { continue }
            guard let place = given.first(of: name, "limits.deadline") else { continue }
            let times =
                "\(name) (\(durationText(timeout))) is longer than limits.deadline (\(durationText(limits.deadline)))"
            reading.warn(place.place, place.name, "\(times), which ends it first")
        }
    }

    /// Steps count on spam only, so one below `required` never counts beside a step at `required`.
    private func checkSteps(_ given: Given, _ reading: inout Reading) {
        guard case .points(let required) = score.required, given.isSound("score.required", "actions") else { return }
        guard let place = given.first(of: "actions", "score.required") else { return }
        guard actions.contains(where: { $0.at == .required }) else { return }
        for case .points(let points) in actions.map(\.at) where points <= required {
            let text = "the step at \(points.exactText) never counts, since score.required is \(required.exactText)"
            reading.warn(place.place, place.name, text)
        }
    }
}
