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
        ],
        check: { rules, given, key, reading in
            guard let place = given["remove"], given.isSound("remove") else { return }
            let kept = verdictHeaders.filter { name in !rules.remove.contains { $0.matches(name) } }
            guard !kept.isEmpty else { return }
            let names = kept.map(\.description).joined(separator: ", ")
            reading.warn(place, "\(key).remove", "forged ones stay in the message: \(names)")
        }
    )
}
