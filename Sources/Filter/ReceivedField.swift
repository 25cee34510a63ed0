package import Mail

/// The Received field that the MTA has not shown us, made anew for the copy that scanners get.
///
/// An MTA hides its own Received from a milter, so without this one SpamAssassin would take the previous hop for the client
/// and get blocklists, SPF and trust wrong. The layout is Postfix's with an `envelope-from` comment, which SpamAssassin reads
/// the same for any MTA (Mail::SpamAssassin::Message::Metadata::Received: parse_received_line). Everything that a client chose is
/// cut down to harmless characters, so that a HELO cannot play a second hop.
package struct ReceivedField: Sendable, Equatable {
    /// The whole field with CRLF line ends, the last one too.
    package let bytes: Bytes

    package init(for message: Message) {
        var text = "Received: from \(Self.helo(of: message.client)) (\(Self.origin(of: message.client)))\r\n\t"
        if let authentication = message.authentication {
            text += "(Authenticated sender: \(Self.word(authentication.identity, or: "unknown")))\r\n\t"
        }
        text +=
            "by \(Self.word(message.receiver ?? [], or: "localhost")) (Postfix) with \(Self.protocolName(of: message))"
        text += " id \(Self.word(message.queueID ?? [], or: "unknown"))\r\n\t"
        text += "(envelope-from <\(Self.safe(message.envelope.sender.bare, or: ""))>)"
        if message.envelope.recipients.count == 1, let recipient = message.envelope.recipients.first {
            text += "\r\n\tfor <\(Self.safe(recipient.bare, or: ""))>"
        }
        text += ";\r\n\t\(MailDate(seconds: message.arrival))\r\n"
        bytes = Bytes(text.utf8)
    }

    private static func helo(of client: Client) -> String {
        client.isLocalSubmission ? "localhost" : word(client.helo ?? [], or: "unknown")
    }

    /// `name [address]`, as Postfix writes it; `unknown` for a client without a verified name.
    private static func origin(of client: Client) -> String {
        guard let address = client.ipAddress, !client.isLocalSubmission else { return "localhost [127.0.0.1]" }
        return "\(word(client.hostName ?? [], or: "unknown")) [\(address.isIPv6 ? "IPv6:" : "")\(address)]"
    }

    /// RFC 3848's names: S when the connection was encrypted, A when the client proved who it is.
    private static func protocolName(of message: Message) -> String {
        "ESMTP" + (message.transportSecurity == nil ? "" : "S") + (message.authentication == nil ? "" : "A")
    }

    /// What stands before our own `envelope-from`, so that it cannot be taken for it.
    ///
    /// SpamAssassin takes the first `envelope-from`, `envelope-sender` or `return-path` in the field as the sender (Received.pm:
    /// parse_received_line), and a HELO of `envelope-from=root@bank.example` would be one; the hyphen becomes `?`.
    private static func word(_ bytes: some Collection<UInt8>, or replacement: String) -> String {
        var text = Bytes(safe(bytes, or: replacement).utf8)
        for (start, hyphen) in [("envelope-", 8), ("return-path", 6)] {
            for index in text.indices where text[index...].startsIgnoringASCIICase(with: start.utf8) {
                text[index + hyphen] = 0x3F
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// At most 255 characters; letters, digits and what addresses and names lawfully hold; all else becomes `?`.
    private static func safe(_ bytes: some Collection<UInt8>, or replacement: String) -> String {
        let kept = bytes.prefix(255).map { harmless[Int($0)] ? $0 : 0x3F }
        return kept.isEmpty ? replacement : String(decoding: kept, as: UTF8.self)
    }

    /// For each byte whether it stays.
    private static let harmless: [Bool] = {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_+=@:[]!#$%&'*/^`{|}~"
        var table = [Bool](repeating: false, count: 256)
        for byte in letters.utf8 { table[Int(byte)] = true }
        return table
    }()
}
