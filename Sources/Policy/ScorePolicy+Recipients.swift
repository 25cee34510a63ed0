package import Mail

/// Recipients who can share one message under `mixed: split`: those of one row, for whom spamd has one user.
package struct RecipientGroup: Sendable, Hashable {
    package var row: Int?
    package var user: SpamdUser?

    package init(row: Int?, user: SpamdUser?) {
        self.row = row
        self.user = user
    }
}

/// What is said to one RCPT.
package enum RecipientAnswer: Sendable, Equatable {
    case accept
    /// The client comes again with this recipient in a message of its own.
    case tempfail(Reply)
}

extension ScorePolicy {
    /// Whether RCPT has to be answered at all, so that the session can be negotiated without these replies.
    package var answersRecipients: Bool { configuration.mode == .enforce && configuration.mixed == .split }

    package func group(of recipient: Envelope.Address) -> RecipientGroup {
        RecipientGroup(row: row(for: recipient), user: configuration.spamdUser.user(for: recipient))
    }

    /// What to say to a recipient when `accepted`, the recipients so far, stand in the envelope.
    ///
    /// Only `mixed: split` in `mode: enforce` says anything but yes, and only to an SMTP client that is not held to tag-only
    /// or less: an MTA that takes mail locally cannot be asked to come again (MILTER_README, non_smtpd_milters), and people's
    /// mail programs show a 452 as an error.
    package func answer(
        to recipient: Envelope.Address,
        after accepted: [Envelope.Address],
        standing: Standing
    ) -> RecipientAnswer {
        guard answersRecipients, !standing.isLocal, standing.ceiling > .tagOnly, let first = accepted.first,
            group(of: first) != group(of: recipient)
        else { return .accept }
        return .tempfail(configuration.replies.split)
    }
}
