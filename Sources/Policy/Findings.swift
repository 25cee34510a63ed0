package import Mail

/// What spamd said about a message.
package struct SpamdAnswer: Sendable, Equatable {
    package var score: Points
    /// The threshold in its answer; nil when it named none.
    package var required: Points?
    /// The names of the rules that hit, as they came: `BAYES_99`.
    package var symbols: [String]
    /// Whether spamd ran out of time (TIME_LIMIT_EXCEEDED), so that the score is of a part of its rules.
    package var isPartial: Bool
    /// The text that REPORT gave; nil when it was not asked for.
    package var report: String?
    /// The header fields that HEADERS gave; empty when it was not asked for.
    package var headers: [HeaderField]
    /// Who answered, as the settings name it.
    package var server: String

    package init(
        score: Points,
        required: Points? = nil,
        symbols: [String] = [],
        isPartial: Bool = false,
        report: String? = nil,
        headers: [HeaderField] = [],
        server: String = ""
    ) {
        self.score = score
        self.required = required
        self.symbols = symbols
        self.isPartial = isPartial
        self.report = report
        self.headers = headers
        self.server = server
    }
}

/// What Pyzor's servers said about a message's digest: the largest numbers of those that answered.
package struct PyzorAnswer: Sendable, Equatable {
    /// How often the digest was reported as spam. A server that says less than 0 is read as 0.
    package var count: Int64
    /// How often it was reported as no spam.
    package var whitelistCount: Int64
    /// 40 hexadecimal digits.
    package var digest: String
    /// Who answered, as the settings name it.
    package var server: String

    package init(count: Int64, whitelistCount: Int64 = 0, digest: String = "", server: String = "") {
        self.count = max(0, count)
        self.whitelistCount = max(0, whitelistCount)
        self.digest = digest
        self.server = server
    }
}

/// How much of a message's own bytes the scanners saw, when not all.
package struct Truncation: Sendable, Hashable {
    package var sent: Int
    package var total: Int

    package init(sent: Int, total: Int) {
        self.sent = sent
        self.total = total
    }
}

/// Everything that is known about a message when it is judged.
package struct Findings: Sendable, Equatable {
    package var spamd: ScannerReport<SpamdAnswer>
    package var pyzor: ScannerReport<PyzorAnswer>
    package var truncation: Truncation?

    package init(
        spamd: ScannerReport<SpamdAnswer>,
        pyzor: ScannerReport<PyzorAnswer>,
        truncation: Truncation? = nil
    ) {
        self.spamd = spamd
        self.pyzor = pyzor
        self.truncation = truncation
    }

    /// What is known when nobody could be asked: all scanners are silent for one reason, but for those that are disabled.
    package static func silent(
        _ reason: SilenceReason,
        detail: String? = nil,
        disabled: Set<ScannerName> = []
    ) -> Findings {
        Findings(
            spamd: ScannerReport(disabled.contains(.spamd) ? .skipped(.disabled) : .silent(reason), detail: detail),
            pyzor: ScannerReport(disabled.contains(.pyzor) ? .skipped(.disabled) : .silent(reason), detail: detail)
        )
    }

    /// The scanners that answered, in the order in which they are named.
    package var answered: [ScannerName] {
        ScannerName.allCases.filter { name in
            switch name {
            case .spamd: spamd.answer != nil
            case .pyzor: pyzor.answer != nil
            }
        }
    }

    /// `spamd:refused`, `pyzor:timeout`: the scanners that were silent, and why.
    package var unscanned: [String] {
        ScannerName.allCases.compactMap { name in silence(of: name).map { "\(name.rawValue):\($0.rawValue)" } }
    }

    /// `pyzor:disabled`: the scanners that were skipped, and why.
    package var skipped: [String] {
        ScannerName.allCases.compactMap { name in skip(of: name).map { "\(name.rawValue):\($0.rawValue)" } }
    }

    package func silence(of name: ScannerName) -> SilenceReason? {
        switch name {
        case .spamd: spamd.silence
        case .pyzor: pyzor.silence
        }
    }

    package func skip(of name: ScannerName) -> SkipReason? {
        switch name {
        case .spamd: spamd.skip
        case .pyzor: pyzor.skip
        }
    }
}
