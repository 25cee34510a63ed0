package import Mail

/// What the admin decided. Every value is what an empty settings file means.
package struct PolicyConfiguration: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable {
        case enforce
        /// Judge and log; change nothing, put nothing off.
        case observe
    }

    /// What to do when recipients of one message have different rows.
    package enum Mixed: String, Sendable, CaseIterable {
        case mostLenient = "most-lenient"
        case strictest
        /// Let one group of recipients through at a time.
        case split
    }

    package var mode = Mode.enforce
    package var score = ScoreRules()
    /// What is done with spam; the highest step that is reached counts, alone.
    package var actions = [Step.tagAtRequired]
    package var exempt = ExemptRules()
    /// The first row that matches a recipient counts.
    package var recipients: [RecipientRow] = []
    package var mixed = Mixed.mostLenient
    package var headers = HeaderRules()
    package var unscanned = UnscannedRules()
    package var spamdUser = SpamdUserRules()
    package var replies = ReplyTexts()
    /// Who writes the headers: `tamis VERSION on HOST`.
    package var version: String
    package var hostName: String

    package init(version: String = "0", hostName: String = "localhost") {
        self.version = version
        self.hostName = hostName
    }
}

/// The settings' `score:`.
package struct ScoreRules: Sendable, Equatable {
    /// Where the threshold comes from.
    package enum Required: Sendable, Hashable {
        /// From spamd's answer, else 5.0.
        case spamd
        case points(Points)
    }

    /// The threshold when nobody names one: SpamAssassin's default.
    package static let fallback = Points(thousandths: 5_000)

    package var required = Required.spamd
    /// From which count on Pyzor gives how many points; the highest count that is reached counts.
    package var pyzorPoints: [Int64: Points] = [
        5: Points(thousandths: 1_000), 20: Points(thousandths: 2_000), 100: Points(thousandths: 3_000),
    ]
    /// No points when the whitelist count is at least this ...
    package var whitelistCount: Int64 = 10
    /// ... and at least this share of the count, in thousandths (0.2 is 200).
    package var whitelistShareThousandths: Int64 = 200
    /// The hardest action when spamd has not answered.
    package var alone = ActionKind.tag

    package init() {}
}

/// The settings' `exempt:`.
package struct ExemptRules: Sendable, Equatable {
    /// Clients that are skipped at CONNECT.
    package var networks: [Network] = [Network("127.0.0.0/8"), Network("::1/128")].compactMap(\.self)
    package var local = Ceiling.skip
    package var authenticated = Ceiling.skip
    package var nullSender = Ceiling.noReject
    package var lists = Ceiling.full

    package init() {}
}

/// One row of the settings' `recipients:`.
package struct RecipientRow: Sendable, Equatable {
    package var match: [Glob]
    /// Nil: `score.required` counts.
    package var required: Points?
    /// Nil: the general `actions` count.
    package var actions: [Step]?

    package init(match: [Glob], required: Points? = nil, actions: [Step]? = nil) {
        self.match = match
        self.required = required
        self.actions = actions
    }
}

/// The settings' `unscanned:`: what is done when a scanner was silent.
package struct UnscannedRules: Sendable, Equatable {
    package enum WithoutSpamd: String, Sendable, CaseIterable {
        case accept
        case tempfail
        case quarantine
    }

    package enum WithoutPyzor: String, Sendable, CaseIterable {
        case accept
        case tempfail
    }

    package var withoutSpamd = WithoutSpamd.accept
    package var withoutPyzor = WithoutPyzor.accept

    package init() {}
}

/// The settings' `headers:`.
package struct HeaderRules: Sendable, Equatable {
    /// On which judged mail a header is written.
    package enum When: String, Sendable, CaseIterable {
        case never
        case spam
        case always
    }

    package var status = When.always
    /// `always` writes NO too.
    package var flag = When.spam
    package var score = When.always
    package var level = When.always
    package var report = When.never
    package var version = When.always
    /// Fields that a stranger may have written to be believed.
    package var remove: [HeaderNamePattern] = [HeaderNamePattern("X-Spam-*")].compactMap(\.self)
    package var subjectTag = SubjectTag.none
    /// Fields of the admin's own, in this order, on all mail that is judged.
    package var extra: [ExtraHeader] = []
    /// Which of the X-Spam-* fields that spamd wrote (`SpamdAnswer.headers`) are taken over; those that Tamis writes itself
    /// (`extra` too) never are, and no other field is.
    package var takeOver: [HeaderNamePattern] = []

    /// At most so many fields are taken over,
    package static let maximumTakenOver = 50
    /// each value cut to so many bytes,
    package static let maximumTakenOverValue = 8_000
    /// and names and values together hold no more than these.
    package static let maximumTakenOverBytes = 32_000

    package init() {}
}
