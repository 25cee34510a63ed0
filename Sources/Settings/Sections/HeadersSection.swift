package import Mail

/// `headers`: what is written into judged mail, and what is removed from it.
package struct HeadersSection: Equatable, Sendable {
    /// Which mail gets a field.
    package enum When: String, Choice {
        case never
        case spam
        case always
    }

    package var status = When.always
    /// `always` writes NO into ham.
    package var flag = When.spam
    package var score = When.always
    package var level = When.always
    package var report = When.never
    package var version = When.always
    /// Removed from all mail that is not skipped, since a sender can forge them.
    package var remove = ["X-Spam-*"].compactMap { HeaderNamePattern($0) }
    /// Put before the subject of spam; empty for nothing.
    package var subjectTag = ""
    /// Further fields, in the order of the file.
    package var extra: [TableRow<HeaderName, String>] = []

    package init() {}
}

extension HeadersSection {
    static let schema = Schema<HeadersSection>(
        [
            .value(
                "status",
                \.status,
                .choice,
                "Which mail gets a field: never, spam or always.",
                "X-Spam-Status:"
            ),
            .value("flag", \.flag, .choice, "X-Spam-Flag; always writes NO into ham."),
            .value("score", \.score, .choice, "X-Spam-Score:"),
            .value("level", \.level, .choice, "X-Spam-Level:"),
            .value("report", \.report, .choice, "X-Spam-Report:"),
            .value("version", \.version, .choice, "X-Spam-Checker-Version:"),
            .value(
                "remove",
                \.remove,
                .list(of: .removableHeaders, "a list of header fields such as [\"X-Spam-*\"]", limit: 100),
                "Removed from all mail that is not skipped, since a sender can forge them."
            ),
            .value(
                "subject-tag",
                \.subjectTag,
                .text("a short text such as \"[SPAM]\"", limit: 64),
                "Put before the subject of spam; \"\" for nothing.",
                example: "\"[SPAM]\""
            ),
            .value(
                "extra",
                \.extra,
                .extraHeaders,
                "Further fields, { NAME: \"text\", ... }.",
                example: "{ X-Filtered-By: \"Tamis at mx1\" }"
            ),
        ],
        check: { section, given, key, reading in
            guard let place = given["remove"] else { return }
            for name in verdictHeaders where !section.remove.contains(where: { $0.matches(name) }) {
                reading.warn(place, "\(key).remove", "a \(name) that a sender forged stays in the message")
            }
        }
    )
}

extension Form where Value == [TableRow<HeaderName, String>] {
    fileprivate static var extraHeaders: Form {
        .table(
            .ownHeaderName,
            Form<String>.text("a text in quotes", limit: 900).checked {
                $0.isEmpty ? "expected a text, found \"\"" : nil
            },
            "fields with their text such as { X-Filtered-By: \"mx1\" }"
        )
    }
}
