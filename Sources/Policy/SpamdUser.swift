package import Mail

/// A name that is safe to give to spamd as User: it chooses whose rules and Bayes data are used, and spamd makes a path of it.
package struct SpamdUser: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// Nil unless the text is 1 to 128 ASCII letters, digits and `. _ - + = @`, begins with a letter, a digit or `_`, and
    /// holds no `..`. A name that is not safe is not sent at all: spamd then takes its default user.
    package init?(_ text: some StringProtocol) {
        let bytes = Bytes(text.utf8)
        guard (1...128).contains(bytes.count),
            bytes.allSatisfy({ Self.isAlphanumeric($0) || ".-+=@".utf8.contains($0) }),
            let first = bytes.first, Self.isAlphanumeric(first),
            !zip(bytes, bytes.dropFirst()).contains(where: { $0 == 0x2E && $1 == 0x2E })
        else { return nil }
        description = String(text)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte.asciiLowercased) || byte == 0x5F
    }
}

/// The settings' `spamd.user` and `spamd.user-for-several`.
package struct SpamdUserRules: Sendable, Equatable {
    /// Who is named to spamd for a message with one recipient.
    package enum Rule: Sendable, Hashable {
        case none
        /// What stands before the `@` (and before a `+`, which begins an extension), in lower case.
        case localPart
        /// The whole address, in lower case.
        case address
        case name(SpamdUser)

        /// Reads `none`, `local-part`, `address` or `name:NAME`.
        package init(_ text: some StringProtocol) throws(PolicyError) {
            switch text {
            case "none": self = .none
            case "local-part": self = .localPart
            case "address": self = .address
            default:
                guard text.hasPrefix("name:"), let user = SpamdUser(text.dropFirst(5)) else {
                    throw .userName(String(text))
                }
                self = .name(user)
            }
        }
    }

    /// One row of a table that names users: aliases and their owners.
    package struct Mapping: Sendable, Hashable {
        package var match: [Glob]
        /// Nil: nobody is named for these.
        package var user: SpamdUser?

        package init(match: [Glob], user: SpamdUser?) {
            self.match = match
            self.user = user
        }
    }

    package var single = Rule.none
    /// Looked at before `single`; the first row that matches the recipient counts.
    package var table: [Mapping] = []
    /// Looked at behind `table` and before `single`.
    package var book = SpamdUserBook()
    /// Who is named for a message with several recipients; nil: nobody.
    package var several: SpamdUser?

    package init(
        single: Rule = .none,
        table: [Mapping] = [],
        book: SpamdUserBook = SpamdUserBook(),
        several: SpamdUser? = nil
    ) {
        self.single = single
        self.table = table
        self.book = book
        self.several = several
    }

    /// Who stands for one recipient; nil when the rule names nobody or the name would not be safe.
    package func user(for recipient: Envelope.Address) -> SpamdUser? {
        let address = recipient.bare
        if let row = table.first(where: { $0.match.contains { $0.matches(address) } }) { return row.user }
        if let user = book.user(for: address) { return user }
        return switch single {
        case .none: nil
        case .name(let user): user
        case .address: Self.user(address)
        case .localPart: Self.user(address.prefix { $0 != 0x40 && $0 != 0x2B })
        }
    }

    /// Bytes outside ASCII become characters that no safe name holds.
    private static func user(_ bytes: some Collection<UInt8>) -> SpamdUser? {
        SpamdUser(String(decoding: bytes.asciiLowercased, as: UTF8.self))
    }
}

extension ScorePolicy {
    /// Who is named to spamd for these recipients; nil: no User is sent.
    ///
    /// With `mixed: split` the recipients of one message have one user, who counts however many they are.
    package func spamdUser(for recipients: [Envelope.Address]) -> SpamdUser? {
        let rules = configuration.spamdUser
        guard let first = recipients.first else { return nil }
        if recipients.count == 1 { return rules.user(for: first) }
        if configuration.mixed == .split {
            let users = Set(recipients.map(rules.user))
            if users.count == 1, let user = users.first { return user ?? rules.several }
        }
        return rules.several
    }
}
