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
        var text = Writer()
        text.write("Received: from ")
        Self.writeHelo(of: message.client, to: &text)
        text.write(" (")
        Self.writeOrigin(of: message.client, to: &text)
        text.write(")\r\n\t")
        if let authentication = message.authentication {
            text.write("(Authenticated sender: ")
            text.write(word: authentication.identity, or: "unknown")
            text.write(")\r\n\t")
        }
        text.write("by ")
        text.write(word: message.receiver ?? [], or: "localhost")
        text.write(" (Postfix) with ")
        text.write(Self.protocolName(of: message))
        text.write(" id ")
        text.write(word: message.queueID ?? [], or: "unknown")
        text.write("\r\n\t(envelope-from <")
        text.write(safe: message.envelope.sender.bare, or: "")
        text.write(">)")
        if message.envelope.recipients.count == 1, let recipient = message.envelope.recipients.first {
            text.write("\r\n\tfor <")
            text.write(safe: recipient.bare, or: "")
            text.write(">")
        }
        text.write(";\r\n\t")
        text.write(MailDate(seconds: message.arrival))
        text.write("\r\n")
        bytes = text.bytes
    }

    private static func writeHelo(of client: Client, to text: inout Writer) {
        if client.isLocalSubmission { return text.write("localhost") }
        text.write(word: client.helo ?? [], or: "unknown")
    }

    /// `name [address]`, as Postfix writes it; `unknown` for a client without a verified name.
    private static func writeOrigin(of client: Client, to text: inout Writer) {
        guard let address = client.ipAddress, !client.isLocalSubmission else {
            return text.write("localhost [127.0.0.1]")
        }
        text.write(word: client.hostName ?? [], or: "unknown")
        text.write(address.isIPv6 ? " [IPv6:" : " [")
        text.write(address.description)
        text.write("]")
    }

    /// RFC 3848's names: S when the connection was encrypted, A when the client proved who it is.
    private static func protocolName(of message: Message) -> String {
        switch (message.transportSecurity != nil, message.authentication != nil) {
        case (false, false): "ESMTP"
        case (true, false): "ESMTPS"
        case (false, true): "ESMTPA"
        case (true, true): "ESMTPSA"
        }
    }
}

/// Text as it grows, and what of a stranger's bytes may stand in it.
private struct Writer {
    private(set) var bytes = Bytes()

    init() { bytes.reserveCapacity(512) }

    mutating func write(_ text: String) { bytes.append(utf8: text) }

    mutating func write(_ date: MailDate) { date.append(to: &bytes) }

    /// What stands before our own `envelope-from`, so that it cannot be taken for it.
    ///
    /// SpamAssassin takes the first `envelope-from`, `envelope-sender` or `return-path` in the field as the sender (Received.pm:
    /// parse_received_line), and a HELO of `envelope-from=root@bank.example` would be one; the hyphen becomes `?`.
    mutating func write(word text: Bytes, or replacement: String) {
        let start = bytes.count
        write(safe: text, or: replacement)
        for index in start..<bytes.count where bytes[index] == 0x2D {
            let isTaken = Self.senderWords.contains { word, hyphen in
                index - hyphen >= start && bytes[(index - hyphen)...].startsIgnoringASCIICase(with: word)
            }
            if isTaken { bytes[index] = 0x3F }
        }
    }

    private static let senderWords = [(Bytes("envelope-".utf8), 8), (Bytes("return-path".utf8), 6)]

    /// At most 255 characters; letters, digits and what addresses and names lawfully hold; all else becomes `?`.
    mutating func write(safe text: Bytes, or replacement: String) {
        if text.isEmpty { return write(replacement) }
        for byte in text.prefix(255) { bytes.append(Self.harmless[Int(byte)] ? byte : 0x3F) }
    }

    /// For each byte whether it stays.
    private static let harmless: [Bool] = {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_+=@:[]!#$%&'*/^`{|}~"
        var table = [Bool](repeating: false, count: 256)
        for byte in letters.utf8 { table[Int(byte)] = true }
        return table
    }()
}
