/// The scanners that can be asked about a message. The order is the order in which they are named to people.
package enum ScannerName: String, Sendable, Hashable, CaseIterable {
    case spamd
    case pyzor
}

/// Why a scanner that was asked has not answered. It may answer when the message comes again.
package enum SilenceReason: String, Sendable, Hashable, CaseIterable {
    /// Nobody listens there.
    case refused
    /// No answer in time.
    case timeout
    /// The connection ended before a whole answer came.
    case closed
    /// An answer that the protocol does not allow.
    case garbage
    /// The scanner answered that it could not do its work.
    case status
    /// TLS could not be agreed upon, or the certificate is not the server's.
    case tls
    /// The server's name has no address.
    case resolve
    /// Nobody was asked, since Tamis or the scanner has too much to do.
    case busy
    /// The scanner failed lately and is left alone for a while.
    case down
}

/// Why a scanner was not asked, or had nothing to say: asking again would change nothing.
package enum SkipReason: String, Sendable, Hashable, CaseIterable {
    /// Switched off in the settings.
    case disabled
    /// The message has nothing that could be digested.
    case noDigest = "no-digest"
    /// The message's digest cannot be computed reliably.
    case undigestible
    /// Only a part of the message was kept.
    case truncated
}

/// What became of one scanner's question.
package enum ScannerState<Answer: Sendable & Equatable>: Sendable, Equatable {
    case answered(Answer)
    /// The `unscanned` rules apply.
    case silent(SilenceReason)
    /// Never a reason to put the message off.
    case skipped(SkipReason)
}

/// What one scanner had to say about a message, and how long it took. Silence is a result like any other.
package struct ScannerReport<Answer: Sendable & Equatable>: Sendable, Equatable {
    package var state: ScannerState<Answer>
    /// For people who read logs: the server, or the text of an error. Not judged.
    package var detail: String?
    /// From the question to the answer, or to giving up; 0 when nobody was asked.
    package var milliseconds: Int64

    package init(_ state: ScannerState<Answer>, detail: String? = nil, milliseconds: Int64 = 0) {
        self.state = state
        self.detail = detail
        self.milliseconds = milliseconds
    }

    /// What the scanner said; nil when it was silent or skipped.
    package var answer: Answer? {
        if case .answered(let answer) = state { answer } else { nil }
    }

    package var silence: SilenceReason? {
        if case .silent(let reason) = state { reason } else { nil }
    }

    package var skip: SkipReason? {
        if case .skipped(let reason) = state { reason } else { nil }
    }
}
