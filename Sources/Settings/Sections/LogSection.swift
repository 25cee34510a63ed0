/// `log`: the one line for each message, and everything else that is said.
package struct LogSection: Equatable, Sendable {
    package enum Level: String, Sendable, CaseIterable {
        case debug
        case info
        case notice
        case warning
        case error
    }

    package enum Style: String, Sendable, CaseIterable {
        case logfmt
        case json
    }

    package var level = Level.notice
    package var format = Style.logfmt
    package var recipients = true
    package var subject = false

    package init() {}
}

extension LogSection {
    static let schema = Schema<LogSection>([
        .value("level", \.level, .choice, "debug, info, notice, warning or error."),
        .value("format", \.format, .choice, "logfmt or json. A change needs a restart.", needsRestart: true),
        .value("recipients", \.recipients, .boolean, "Whether a message's line names its recipients, and its subject."),
        .value("subject", \.subject, .boolean),
    ])
}
