package import Mail

/// What can be done with a message, from the mildest to the hardest: the order in which `mixed`, `alone` and the ceilings
/// compare.
package enum ActionKind: String, Sendable, Hashable, CaseIterable, Comparable {
    case none
    case tag
    case copy
    case redirect
    case deleteRecipient = "delete-recipient"
    case quarantine
    case tempfail
    case reject
    case discard

    package static func < (left: ActionKind, right: ActionKind) -> Bool { left.severity < right.severity }

    /// Whether the MTA keeps nothing of the message, so that edits would be in vain.
    package var isFinal: Bool { self >= .tempfail }

    private var severity: Int {
        switch self {
        case .none: 0
        case .tag: 1
        case .copy: 2
        case .redirect: 3
        case .deleteRecipient: 4
        case .quarantine: 5
        case .tempfail: 6
        case .reject: 7
        case .discard: 8
        }
    }
}

/// One thing that a step does with spam.
package enum Action: Sendable, Hashable {
    /// Deliver it, marked by the headers. The marks follow the score and not this word; it is there to be named.
    case tag
    /// Deliver it, and give a copy to this address too.
    case copy(MailAddress)
    /// Deliver it to this address in place of its recipients.
    case redirect(MailAddress)
    /// Take away the recipients whose own outcome is at least this hard; when none is left the message is discarded.
    case deleteRecipient
    /// Hold it in the MTA's quarantine.
    case quarantine
    /// Answer 4xx: the client comes again.
    case tempfail
    /// Answer 5xx.
    case reject
    /// Answer 250 and lose it.
    case discard

    /// Reads `tag`, `quarantine`, `copy:spam@example.org` and so on.
    package init(_ text: some StringProtocol) throws(PolicyError) {
        let parts = String(text).split(separator: ":" as Character, maxSplits: 1, omittingEmptySubsequences: false)
        let word = String(parts[0])
        let argument = parts.count == 2 ? String(parts[1]) : nil
        switch (ActionKind(rawValue: word), argument) {
        case (.tag, nil): self = .tag
        case (.deleteRecipient, nil): self = .deleteRecipient
        case (.quarantine, nil): self = .quarantine
        case (.tempfail, nil): self = .tempfail
        case (.reject, nil): self = .reject
        case (.discard, nil): self = .discard
        case (.copy, let argument?): self = .copy(try MailAddress(argument))
        case (.redirect, let argument?): self = .redirect(try MailAddress(argument))
        case (.copy, nil), (.redirect, nil): throw .addressMissing(word)
        default: throw .unknownAction(String(text))
        }
    }

    package var kind: ActionKind {
        switch self {
        case .tag: .tag
        case .copy: .copy
        case .redirect: .redirect
        case .deleteRecipient: .deleteRecipient
        case .quarantine: .quarantine
        case .tempfail: .tempfail
        case .reject: .reject
        case .discard: .discard
        }
    }
}

extension Action: CustomStringConvertible {
    package var description: String {
        switch self {
        case .copy(let address), .redirect(let address): "\(kind.rawValue):\(address)"
        default: kind.rawValue
        }
    }
}

/// An address that the admin gave as a new recipient: `user@domain`, plain enough for every MTA.
package struct MailAddress: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// At most 254 characters (RFC 5321 section 4.5.3.1.3), one `@`, letters, digits and what addresses hold unquoted.
    package init(_ text: some StringProtocol) throws(PolicyError) {
        let parts = text.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
        let lawful = parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(Self.lawful.contains) }
        guard lawful, text.utf8.count <= 254, text.utf8.first != 0x2D else { throw .address(String(text)) }
        description = String(text)
    }

    /// With angle brackets, as a recipient is given to an MTA.
    package var wireForm: Bytes { [0x3C] + Bytes(description.utf8) + [0x3E] }

    /// Whether this is `other`, ASCII case aside.
    func isSame(as other: Envelope.Address) -> Bool { other.bare.equalsIgnoringASCIICase(description.utf8) }

    /// RFC 5322 section 3.2.3's atext, and the dot.
    private static let lawful = Set<UInt8>(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+-/=?^_`{|}~".utf8
    )
}
