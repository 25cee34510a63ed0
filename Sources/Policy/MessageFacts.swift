package import Mail

/// What the policy looks at in a message: who sent it to whom, and the few header fields that matter. No body.
package struct MessageFacts: Sendable, Equatable {
    /// The first Subject as it arrived.
    package enum Subject: Sendable, Equatable {
        case missing
        /// It stands past the header limit: its name was kept and its bytes were not.
        case unknown
        case present(Bytes)
    }

    package var client: Client
    package var isAuthenticated: Bool
    package var envelope: Envelope
    /// Whether a List-Id stands in the header (RFC 2919).
    package var isList: Bool
    package var subject: Subject
    /// The fields to remove, each with its 1-based position among those of its name, in the header's order.
    package var removable: [Removable]
    package var queueID: Bytes?
    /// The whole message's size on the wire, in bytes.
    package var size: Int

    package struct Removable: Sendable, Hashable {
        package var name: HeaderName
        package var index: Int

        package init(name: HeaderName, index: Int) {
            self.name = name
            self.index = index
        }
    }

    /// - Parameter patterns: which fields will be removed, `headers.remove` of the settings.
    package init(_ message: Message, removing patterns: [HeaderNamePattern]) {
        client = message.client
        isAuthenticated = message.authentication != nil
        envelope = message.envelope
        isList = message.headers.contains(Self.listID) || message.headers.namesPastLimit.contains(Self.listID)
        subject = Self.subject(of: message.headers, removing: patterns)
        removable = message.headers.occurrences { name in patterns.contains { $0.matches(name) } }
            .map { Removable(name: $0.name, index: $0.index) }
        queueID = message.queueID
        size = message.size
    }

    private static func subject(of headers: HeaderList, removing patterns: [HeaderNamePattern]) -> Subject {
        if patterns.contains(where: { $0.matches(subject) }) { return .missing }
        if let field = headers[name: subject] { return .present(field.value) }
        return headers.namesPastLimit.contains(subject) ? .unknown : .missing
    }

    // Made once: every field of every message is compared with them.
    private static let listID: HeaderName = "List-Id"
    private static let subject: HeaderName = "Subject"
}

extension ScorePolicy {
    /// What this policy looks at in a message.
    package func facts(of message: Message) -> MessageFacts {
        MessageFacts(message, removing: configuration.headers.remove)
    }
}
