import Crypto
import Foundation

/// A message: header fields in order, and a body. One to send, or one that was delivered.
package struct Letter: Equatable, Sendable {
    package struct Field: Equatable, Sendable {
        package var name: String
        /// What stands after the colon and one space; continuation lines are kept, joined by LF.
        package var value: String
    }

    package var fields: [Field]
    package var body: [UInt8]

    package init(fields: [(String, String)], body: [UInt8]) {
        self.fields = fields.map { Field(name: $0.0, value: $0.1) }
        self.body = body
    }

    package init(fields: [(String, String)], body: String) {
        self.init(fields: fields, body: Array(body.utf8))
    }

    /// A plain message that nobody would call spam. The identifier finds it again.
    package static func ham(_ identifier: String, adding fields: [(String, String)] = []) -> Letter {
        Letter(
            fields: [
                ("From", "Alice <alice@example.org>"), ("To", "Bob <bob@test.local>"), ("Subject", "Minutes"),
                ("Date", now()), ("Message-ID", "<\(identifier)@example.org>"),
                ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=us-ascii"),
            ] + fields,
            body: """
                Dear Bob,\r
                \r
                here are the minutes of our meeting on Tuesday. We agreed to repair the fence\r
                before the winter, and Carol will ask the carpenter what that is going to cost.\r
                \r
                Alice\r

                """
        )
    }

    /// The message that SpamAssassin always calls spam (GTUBE), with a score near 1000.
    package static func spam(_ identifier: String, adding fields: [(String, String)] = []) -> Letter {
        var letter = ham(identifier, adding: fields)
        letter.body = Array("\(Letter.gtube)\r\n".utf8)
        return letter
    }

    /// This moment as a header field has it: SpamAssassin looks at the distance.
    private static func now() -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss +0000"
        return format.string(from: Date())
    }

    private static let gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"

    // MARK: Bytes

    /// The message as it goes over the wire, with CRLF after each header line.
    package var bytes: [UInt8] {
        let head = fields.map { "\($0.name): \($0.value)\r\n".replacing("\n", with: "\r\n") }.joined()
        return Array(head.utf8) + [13, 10] + body
    }

    /// Reads a message; line ends may be CRLF or LF, and the header's become LF.
    package init(parsing bytes: [UInt8]) {
        fields = []
        body = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            var line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            if line.isEmpty { break }
            let text = String(decoding: line, as: UTF8.self)
            if let first = text.first, first == " " || first == "\t", !fields.isEmpty {
                fields[fields.count - 1].value += "\n" + text
            } else {
                let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                let value = parts.count == 2 ? parts[1] : ""
                fields.append(
                    Field(name: String(parts[0]), value: String(value.first == " " ? value.dropFirst() : value))
                )
            }
        }
        body = Array(rest)
    }

    // MARK: Looking

    /// The names of all fields, in order and as they are spelled.
    package var names: [String] { fields.map(\.name) }

    /// All values of a field, in order; the name may be written in any case.
    package func values(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The value of the only field of that name, folds undone; nil when there is none, or more than one.
    package func value(_ name: String) -> String? {
        let values = values(name)
        return values.count == 1 ? values[0].replacing("\n\t", with: " ").replacing("\n ", with: " ") : nil
    }

    /// The fields whose names begin with `X-Spam-`, in any case.
    package var spamFields: [Field] { fields.filter { $0.name.lowercased().hasPrefix("x-spam-") } }

    /// SHA-256 of the body, in lower-case hexadecimal digits, line ends counted as CRLF.
    package var bodyDigest: String {
        var wire: [UInt8] = []
        for byte in body {
            if byte == 10, wire.last != 13 { wire.append(13) }
            wire.append(byte)
        }
        return SHA256.hash(data: wire).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
