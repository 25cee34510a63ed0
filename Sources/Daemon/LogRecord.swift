package import Mail

/// How much a line of the log matters, in syslog's order (RFC 5424 section 6.2.1).
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7

    /// Less is graver, as in syslog: `.error < .debug`.
    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// How lines of the log are written.
package enum LogFormat: Sendable, Equatable {
    /// `QUEUEID: words key=value key="value with blanks"`.
    case logfmt
    /// One JSON object a line with the same keys, and `level`, `queue_id` and `message`.
    case json
}

/// One line of the log as a value: a queue id, a constant message, facts in a fixed order.
///
/// Facts may hold bytes from mail. Controls, quotes, backslashes and everything outside ASCII are escaped when the line is
/// made, so that nothing in a message can forge or break a line.
package struct LogRecord: Sendable, Equatable {
    package struct Fact: Sendable, Equatable {
        package let key: String
        package var value: Value
    }

    package enum Value: Sendable, Equatable {
        case text(String)
        case bytes(Bytes)
        case number(Int)
    }

    package var level: LogLevel
    /// The MTA's queue id; nil is written as `NOQUEUE`. `.some(nil)` is never needed: lines about no message have
    /// `isAboutMail` false.
    package var queueID: Bytes?
    package var isAboutMail: Bool
    package var message: String?
    package var facts: [Fact]

    /// A line about the daemon itself.
    package init(_ level: LogLevel, _ message: String, _ facts: KeyValuePairs<String, Value> = [:]) {
        self.level = level
        self.message = message
        self.facts = facts.map { Fact(key: $0.key, value: $0.value) }
        isAboutMail = false
    }

    /// A line about a message or a connection; `queueID` nil gives `NOQUEUE`. Of a longer one 64 bytes are kept.
    package init(
        _ level: LogLevel,
        queueID: Bytes?,
        _ message: String? = nil,
        _ facts: KeyValuePairs<String, Value> = [:]
    ) {
        self.level = level
        self.queueID = queueID.map { Bytes($0.prefix(64)) }
        self.message = message
        self.facts = facts.map { Fact(key: $0.key, value: $0.value) }
        isAboutMail = true
    }

    /// The line without its end. ASCII only.
    package func line(_ format: LogFormat) -> String {
        String(decoding: bytes(format), as: UTF8.self)
    }

    /// The same as bytes.
    func bytes(_ format: LogFormat) -> Bytes {
        switch format {
        case .logfmt: logfmt
        case .json: Bytes(json.utf8)
        }
    }

    private var logfmt: Bytes {
        var line = Bytes()
        line.reserveCapacity(512)
        if isAboutMail {
            line.append(utf8: shownQueueID.map(Self.escapedWord) ?? "NOQUEUE")
            line.append(0x3A)
        }
        if let message {
            if !line.isEmpty { line.append(0x20) }
            line.append(utf8: Self.printable(message))
        }
        for fact in facts {
            if !line.isEmpty { line.append(0x20) }
            line.append(utf8: fact.key)
            line.append(0x3D)
            switch fact.value {
            case .number(let number): line.append(decimal: Int64(number))
            case .text(var text): text.withUTF8 { Self.writeQuotedIfNeeded($0, to: &line) }
            case .bytes(let bytes): bytes.withUnsafeBufferPointer { Self.writeQuotedIfNeeded($0, to: &line) }
            }
        }
        return line
    }

    /// At most how long the line can be, without making it: every byte could have to be escaped, and JSON escapes the escape.
    package var maximumLineLength: Int {
        facts.reduce(64 + 5 * (queueID?.count ?? 0) + 5 * (message?.utf8.count ?? 0)) { sum, fact in
            let value =
                switch fact.value {
                case .number: 20
                case .text(let text): text.utf8.count
                case .bytes(let bytes):
                    bytes.withUnsafeBufferPointer { ByteTraits($0).isClean } ? bytes.count : 5 * bytes.count
                }
            return sum + fact.key.utf8.count + value + 6
        }
    }

    /// An empty queue id names nothing.
    private var shownQueueID: Bytes? { queueID?.isEmpty == false ? queueID : nil }

    private static func writeQuotedIfNeeded(_ bytes: UnsafeBufferPointer<UInt8>, to line: inout Bytes) {
        let traits = ByteTraits(bytes)
        let isQuoted = traits.hasBlank || bytes.isEmpty
        if isQuoted { line.append(0x22) }
        // Nearly all values are clean, and then they are copied as they stand.
        if traits.isClean { line.append(contentsOf: bytes) } else { escape(bytes, to: &line) }
        if isQuoted { line.append(0x22) }
    }

    private var json: String {
        var members = ["\"level\":\"\(level)\""]
        if isAboutMail { members.append("\"queue_id\":" + (shownQueueID.map { Self.jsonString($0) } ?? "null")) }
        if let message { members.append("\"message\":" + Self.jsonString(Bytes(message.utf8))) }
        for fact in facts {
            switch fact.value {
            case .number(let number): members.append("\"\(fact.key)\":\(number)")
            case .text(let text): members.append("\"\(fact.key)\":" + Self.jsonString(Bytes(text.utf8)))
            case .bytes(let bytes): members.append("\"\(fact.key)\":" + Self.jsonString(bytes))
            }
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// Bytes outside visible ASCII become `\xNN` before they become JSON, so that both formats show the same text.
    private static func jsonString(_ bytes: Bytes) -> String {
        "\"" + escaped(bytes, isQuoteEscaped: false).replacingBackslashes + "\""
    }

    /// Visible ASCII and blanks stay; `"` and `\` get a backslash; all else becomes `\xNN`.
    package static func escaped(_ bytes: Bytes) -> String {
        escaped(bytes, isQuoteEscaped: true)
    }

    private static func escaped(_ bytes: Bytes, isQuoteEscaped: Bool) -> String {
        var result = Bytes()
        result.reserveCapacity(bytes.count)
        escape(bytes, isQuoteEscaped: isQuoteEscaped, to: &result)
        return String(decoding: result, as: UTF8.self)
    }

    private static func escape(_ bytes: some Collection<UInt8>, isQuoteEscaped: Bool = true, to line: inout Bytes) {
        for byte in bytes {
            switch byte {
            case 0x22 where isQuoteEscaped: line += [0x5C, 0x22]
            case 0x5C: line += [0x5C, 0x5C]
            case 0x20..<0x7F: line.append(byte)
            default: line += [0x5C, 0x78, hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 0xF)]]
            }
        }
    }

    /// As `escaped`, and what parts words, keys and values becomes `\xNN` too: nothing in a queue id passes for the rest of the line.
    private static func escapedWord(_ bytes: Bytes) -> String {
        let signs = Bytes(" \":=".utf8)
        guard bytes.contains(where: signs.contains) else { return escaped(bytes) }
        return bytes.map { signs.contains($0) ? hexadecimal($0) : escaped([$0]) }.joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        String(decoding: [0x5C, 0x78, hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 0xF)]], as: UTF8.self)
    }

    /// The words of a line: a server's own text may be among them, but none of it ends the line. Quotes and backslashes stay.
    private static func printable(_ message: String) -> String {
        if message.utf8.allSatisfy(\.isPrintableASCII) { return message }
        return message.utf8.map { $0.isPrintableASCII ? String(UnicodeScalar($0)) : hexadecimal($0) }.joined()
    }

    private static let hexDigits = Bytes("0123456789abcdef".utf8)
}

/// What there is to see to in a value. It looks at every byte, without a way out, so that it looks at many at once.
private struct ByteTraits {
    /// Whether all bytes are visible ASCII or blanks and none is a quote or backslash.
    let isClean: Bool
    let hasBlank: Bool

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var dirty: UInt8 = 0
        var blank: UInt8 = 0
        for byte in bytes {
            dirty |= byte &- 0x20 > 0x5E || byte == 0x22 || byte == 0x5C ? 1 : 0
            blank |= byte == 0x20 ? 1 : 0
        }
        isClean = dirty == 0
        hasBlank = blank == 1
    }
}

extension String {
    /// The text with each backslash and quote escaped once more, as JSON wants it (RFC 8259 section 7).
    fileprivate var replacingBackslashes: String {
        var result = ""
        for character in unicodeScalars {
            if character == "\\" || character == "\"" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(character)
        }
        return result
    }
}
