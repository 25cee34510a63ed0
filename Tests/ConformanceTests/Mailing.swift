import TestRig

/// A message and its envelope, as a promise sends it.
///
/// Every mailing carries a mark that no other one has, in its sender and in its recipients: it is found again by that, whatever
/// became of its header.
struct Mailing: Sendable {
    /// A domain such as `reject`, which stands for somebody at `reject.test` and so for a row of the settings, or a whole address,
    /// in which `%` stands for the mark.
    var to: [String]
    /// Nil for somebody of client.example.org.
    var sender: String?
    /// What follows MAIL FROM, `BODY=8BITMIME`.
    var parameters = ""
    var message: [UInt8]

    init(to: [String] = ["tag"], from sender: String? = nil, _ message: [UInt8] = Mailing.plain) {
        self.to = to
        self.sender = sender
        self.message = message
    }

    /// - Parameters:
    ///   - fields: whole header lines without their ends, put behind the usual ones.
    init(to: [String] = ["tag"], from sender: String? = nil, adding fields: [String], body: String = Mailing.text) {
        self.init(to: to, from: sender, Mailing.message(Mailing.usualFields + fields, body: Array(body.utf8)))
    }

    func sender(_ mark: String) -> String { sender?.replacing("%", with: mark) ?? "\(mark)@client.example.org" }

    func recipients(_ mark: String) -> [String] {
        to.enumerated().map { index, name in
            name.contains("@") ? name.replacing("%", with: mark) : "\(mark).\(index)@\(name).test"
        }
    }

    // MARK: Messages

    static let usualFields = [
        "From: Alice <alice@client.example.org>", "To: Bob <bob@tag.test>", "Subject: Minutes",
        "Date: Sat, 21 Nov 2026 10:00:00 +0000", "Message-ID: <minutes@client.example.org>", "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=us-ascii",
    ]

    static let text = "Dear Bob,\r\n\r\nhere are the minutes. The fence is to be repaired.\r\n.\r\n..dots\r\nAlice\r\n"

    static let plain = message(usualFields, body: Array(text.utf8))

    /// - Parameter fields: header lines; an LF in them is a fold.
    static func message(_ fields: [String], body: [UInt8]) -> [UInt8] {
        let head = fields.map { $0.replacing("\n", with: "\r\n") + "\r\n" }.joined()
        return Array(head.utf8) + [13, 10] + body
    }
}

/// What the client was told: on each RCPT, and in the end.
struct Told: Sendable {
    var recipients: [SMTPReply]
    /// The reply to the message, or to the command that refused it.
    var end: SMTPReply
}

/// A message in pieces that can be compared: raw header lines, and the body with CRLF line ends.
struct RawMessage: Equatable, Sendable {
    struct Field: Equatable, Sendable {
        var name: String
        /// Everything behind the colon, folds as LF and blanks, one leading blank taken away.
        var value: [UInt8]

        var text: String { String(decoding: value, as: UTF8.self) }
        /// The value with folds undone.
        var unfolded: String { text.replacing("\n\t", with: " ").replacing("\n ", with: " ") }
    }

    var fields: [Field] = []
    var body: [UInt8] = []

    /// Reads a message; lines end with LF or CRLF, and so they do in the body, where a bare LF counts as a line's end too.
    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 10) {
            let line = rest[..<end].last == 13 ? rest[..<(end - 1)] : rest[..<end]
            let isField = line.first == 32 || line.first == 9 ? !fields.isEmpty : line.contains(58)
            guard line.isEmpty || isField else { break }
            rest = rest[(end + 1)...]
            if line.isEmpty { break }
            add(line)
        }
        body = Self.withNetworkLineEnds(rest)
    }

    private mutating func add(_ line: ArraySlice<UInt8>) {
        if line.first == 32 || line.first == 9 {
            fields[fields.count - 1].value += [10] + line
        } else {
            let colon = line.firstIndex(of: 58) ?? line.endIndex
            let value = line[colon...].dropFirst()
            fields.append(
                Field(
                    name: String(decoding: line[..<colon], as: UTF8.self),
                    value: Array(value.first == 32 ? value.dropFirst() : value)
                )
            )
        }
    }

    private static func withNetworkLineEnds(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 32)
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 10, previous != 13 { result.append(13) }
            result.append(byte)
            previous = byte
        }
        return result
    }
}
