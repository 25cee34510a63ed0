/// `mode`: whether verdicts have an effect.
package enum FilterMode: String, Choice {
    case enforce
    /// Judge and log, change nothing.
    case observe
}

/// `unscanned`: what happens to mail when a scanner that should have answered did not.
package struct UnscannedSection: Equatable, Sendable {
    package enum WithoutSpamd: String, Choice {
        case accept
        case tempfail
        case quarantine
    }

    package enum WithoutPyzor: String, Choice {
        case accept
        case tempfail
    }

    package var withoutSpamd = WithoutSpamd.accept
    package var withoutPyzor = WithoutPyzor.accept

    package init() {}
}

/// `log`: the one line for each message, and everything else that is said.
package struct LogSection: Equatable, Sendable {
    package enum Level: String, Choice {
        case debug
        case info
        case notice
        case warning
        case error
    }

    package enum Style: String, Choice {
        case logfmt
        case json
    }

    package var level = Level.notice
    package var format = Style.logfmt
    package var recipients = true
    package var subject = false

    package init() {}
}

extension UnscannedSection {
    static let schema = Schema<UnscannedSection>([
        .value("without-spamd", \.withoutSpamd, .choice, "accept, tempfail or quarantine."),
        .value("without-pyzor", \.withoutPyzor, .choice, "accept or tempfail."),
    ])
}

extension LogSection {
    static let schema = Schema<LogSection>([
        .value("level", \.level, .choice, "debug, info, notice, warning or error."),
        .value("format", \.format, .choice, "logfmt or json.", needsRestart: true),
        .value("recipients", \.recipients, .boolean, "Whether a message's line names its recipients, and its subject."),
        .value("subject", \.subject, .boolean),
    ])
}
