/// Who sent a message to whom, as MAIL and RCPT said (RFC 5321 section 2.3.1). The header's From and To are something else.
package struct Envelope: Sendable, Equatable {
    /// An address of the envelope. Postfix' non_smtpd_milters give addresses without angle brackets, SMTP with them.
    package struct Address: Sendable, Hashable {
        /// As the MTA gave it: the form that removing a recipient asks for.
        package let wireForm: Bytes
        /// The ESMTP parameters behind it, `SIZE=1234` for one.
        package let parameters: [Bytes]

        package init(wireForm: Bytes, parameters: [Bytes] = []) {
            self.wireForm = wireForm
            self.parameters = parameters
        }

        /// The address without angle brackets; empty for the null sender.
        package var bare: Bytes {
            wireForm.first == 0x3C && wireForm.last == 0x3E ? Bytes(wireForm.dropFirst().dropLast()) : wireForm
        }

        /// The value of an ESMTP parameter, its name compared without case; nil when it is absent or has no value.
        package func parameter(_ name: String) -> Bytes? {
            let key = Bytes(name.utf8) + [0x3D]
            return parameters.first { $0.startsIgnoringASCIICase(with: key) }.map { Bytes($0.dropFirst(key.count)) }
        }
    }

    package var sender: Address
    package var recipients: [Address]

    package init(sender: Address, recipients: [Address] = []) {
        self.sender = sender
        self.recipients = recipients
    }

    /// Whether this is a bounce or another report that must not be answered (RFC 5321 section 4.5.5).
    package var hasNullSender: Bool { sender.bare.isEmpty }
}
