package import Mail

/// How far Tamis may go with a message, from hands off to no limit. Of several that apply, the lowest counts.
package enum Ceiling: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Not scanned, not changed: forged headers stay too.
    case skip
    /// Scanned and logged as `would-...`; forged headers are removed as on all mail that is not skipped, nothing is written.
    case logOnly = "log-only"
    /// Headers and subject tag; never anything that keeps the message from its recipients.
    case tagOnly = "tag-only"
    /// Up to quarantine: it is neither rejected nor discarded, nor put off for being spam.
    case noReject = "no-reject"
    /// All that the steps ask for.
    case full

    package static func < (left: Ceiling, right: Ceiling) -> Bool { left.order < right.order }

    /// The hardest action that may be taken.
    package var strongestAction: ActionKind {
        switch self {
        case .skip, .logOnly: .none
        case .tagOnly: .tag
        case .noReject: .quarantine
        case .full: .discard
        }
    }

    private var order: Int {
        switch self {
        case .skip: 0
        case .logOnly: 1
        case .tagOnly: 2
        case .noReject: 3
        case .full: 4
        }
    }
}

/// Why a message is treated more gently than others. The raw value is the log's word.
package enum ExemptClass: String, Sendable, Hashable, CaseIterable {
    case network
    case local
    case authenticated
    case nullSender = "null-sender"
    case list
}

/// How a message stands with the `exempt` rules, as far as it is known yet: it can only sink as more becomes known.
package struct Standing: Sendable, Equatable {
    package var ceiling: Ceiling
    /// Who brought the ceiling down; nil when nothing did.
    package var reason: ExemptClass?
    /// Whether the message was not received by SMTP: there is no client then whom a refusal of a recipient could reach.
    package var isLocal: Bool

    package init(ceiling: Ceiling = .full, reason: ExemptClass? = nil, isLocal: Bool = false) {
        self.ceiling = ceiling
        self.reason = reason
        self.isLocal = isLocal
    }

    /// Whether the message is neither scanned nor changed: the MTA can be told to go on without us.
    package var isSkipped: Bool { ceiling == .skip }

    fileprivate mutating func lower(to ceiling: Ceiling, because reason: ExemptClass) {
        if ceiling < self.ceiling {
            self.ceiling = ceiling
            self.reason = reason
        }
    }
}

extension ScorePolicy {
    /// How a connection or a message stands with the `exempt` rules.
    ///
    /// Asked at CONNECT with the client alone, at MAIL with what is known of the sender, and at the end of the message by
    /// `standing(of:)`. A client that is no SMTP client is `local` and never `network`, though 127.0.0.1 lies in both.
    package func standing(
        client: Client,
        isAuthenticated: Bool = false,
        hasNullSender: Bool = false,
        isList: Bool = false
    ) -> Standing {
        let rules = configuration.exempt
        var standing = Standing(isLocal: client.isLocalSubmission)
        if client.isLocalSubmission {
            standing.lower(to: rules.local, because: .local)
        } else if let address = client.ipAddress, rules.networks.contains(where: { $0.contains(address) }) {
            standing.lower(to: .skip, because: .network)
        }
        if isAuthenticated { standing.lower(to: rules.authenticated, because: .authenticated) }
        if hasNullSender { standing.lower(to: rules.nullSender, because: .nullSender) }
        if isList { standing.lower(to: rules.lists, because: .list) }
        return standing
    }

    /// How a whole message stands with the `exempt` rules.
    package func standing(of facts: MessageFacts) -> Standing {
        standing(
            client: facts.client,
            isAuthenticated: facts.isAuthenticated,
            hasNullSender: facts.envelope.hasNullSender,
            isList: facts.isList
        )
    }
}
