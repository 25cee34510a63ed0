package import Policy

/// What came of a message: what the scanners said, what that means, and what is to be done.
package struct Judgement: Sendable, Equatable {
    /// Nil when nobody was asked, since the message is exempt.
    package var findings: Findings?
    package var verdict: Verdict
    package var disposition: Disposition
    /// From the question to the verdict, in milliseconds.
    package var milliseconds: Int64

    package init(findings: Findings?, verdict: Verdict, disposition: Disposition, milliseconds: Int64) {
        self.findings = findings
        self.verdict = verdict
        self.disposition = disposition
        self.milliseconds = milliseconds
    }

    /// The judgement on a message that nobody was asked about and that stays as it is.
    init(exempt verdict: Verdict) {
        self.init(findings: nil, verdict: verdict, disposition: .untouched, milliseconds: 0)
    }
}
