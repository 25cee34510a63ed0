import Mail
import Policy

extension HeaderRules {
    /// `headers`: what is written into judged mail, and what is removed from it.
    static let schema = Schema<HeaderRules>(
        [
            .value("status", \.status, .choice, "X-Spam-Status:"),
            .value("flag", \.flag, .choice, "X-Spam-Flag; always writes NO into ham."),
            .value("score", \.score, .choice, "X-Spam-Score:"),
            .value("level", \.level, .choice, "X-Spam-Level:"),
            .value("report", \.report, .choice, "X-Spam-Report:"),
            .value("version", \.version, .choice, "X-Spam-Checker-Version:"),
            .value(
                "remove",
                \.remove,
                .list(of: .removableHeaders, "a list of header fields such as [\"X-Spam-*\"]", limit: 100).distinct(),
                "Removed from all mail that is not skipped, since a sender can forge them."
            ),
            .value(
                "subject-tag",
                \.subjectTag,
                .subjectTag,
                "Put before the subject of spam; \"\" for nothing.",
                examples: ["\"[SPAM]\""]
            ),
            .value(
                "extra",
                \.extra,
                .extraHeaders,
                "Further fields, { NAME: \"text with {variables}\", ... }; the variables are",
                HeaderTemplate.Variable.allCases.prefix(9).map { "{\($0.rawValue)}" }.joined(separator: " "),
                HeaderTemplate.Variable.allCases.dropFirst(9).map { "{\($0.rawValue)}" }.joined(separator: " "),
                examples: ["{ X-Filtered-By: \"Tamis at {host}\" }"]
            ),
            .value(
                "take-over",
                \.takeOver,
                .list(of: .takenOverHeaders, "a list of header fields such as [\"X-Spam-Relay-Country\"]", limit: 100)
                    .distinct(),
                "Fields of SpamAssassin's own (its add_header) that are written too: names or \"X-Spam-*\". spamd is",
                "then asked HEADERS, so report: shows X-Spam-Report only where SpamAssassin writes it. At most",
                "\(HeaderRules.maximumTakenOver) fields and \(HeaderRules.maximumTakenOverBytes) bytes;"
                    + " none from mail whose header is over 64 KiB, and none that is ours.",
                examples: ["[X-Spam-Relay-Country, X-Spam-ASN]"]
            ),
        ],
        check: { rules, given, key, reading in
            rules.checkTakeOver(given, key, &reading)
            guard let place = given["remove"], given.isSound("remove") else { return }
            let kept = verdictHeaders.filter { name in !rules.remove.contains { $0.matches(name) } }
            guard !kept.isEmpty else { return }
            let names = kept.map(\.description).joined(separator: ", ")
            reading.warn(place, "\(key).remove", "forged ones stay in the message: \(names)")
        }
    )
}

extension HeaderRules {
    /// What is taken over beside the report, and what a sender could forge.
    fileprivate func checkTakeOver(_ given: Given, _ key: String, _ reading: inout Reading) {
        guard !takeOver.isEmpty, given.isSound("take-over"), let place = given["take-over"] else { return }
        if report != .never, given.isSound("report") {
            reading.warn(
                place,
                "\(key).take-over",
                "spamd is asked HEADERS for it and not REPORT: X-Spam-Report is written only where SpamAssassin's own"
                    + " settings write it (report_safe 0, or add_header all Report _REPORT_)"
            )
        }
        guard given.isSound("remove") else { return }
        for pattern in takeOver where !remove.contains(where: { $0.covers(pattern) }) {
            reading.warn(
                place,
                "\(key).take-over",
                "forged ones stay in the message: \(pattern) is not in \(key).remove"
            )
        }
    }
}
