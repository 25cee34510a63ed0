import Mail

/// Lines that are too long are cut, whatever made them so.
extension LogRecord {
    /// The longest line: syslog and journals split longer ones.
    static let maximumLength = 1_000

    /// How many bytes the line has too many; 0 or less when it fits.
    func excess(_ format: LogFormat) -> Int { bytes(format).count - Self.maximumLength }

    /// The record with its long values cut, and its words if that does not help; as it is when it fits.
    func cut(_ format: LogFormat) -> LogRecord {
        var record = self
        for bytes in [8, 0] {
            for key in ["to", "from", "helo", "msgid", "subject", "client"] where record.excess(format) > 0 {
                record.shorten(key, keeping: bytes, in: format)
            }
        }
        if record.excess(format) > 0, let queueID = record.queueID { record.queueID = Bytes(queueID.prefix(16)) }
        // A list of settings may be long; and the words may quote what came from outside, a name or a server's text.
        while record.excess(format) > 0, record.cutLongestText() {}
        var words = record.message.map { Array($0.unicodeScalars) } ?? []
        while record.excess(format) > 0, !words.isEmpty {
            words.removeLast(max(words.count / 8, 1))
            record.message = String(String.UnicodeScalarView(words)) + "..."
        }
        return record
    }

    mutating func set(_ key: String, _ value: Value) {
        guard let index = facts.firstIndex(where: { $0.key == key }) else { return }
        facts[index].value = value
    }

    /// Cuts a value until the line fits, or `kept` bytes are left of it, and marks the cut.
    private mutating func shorten(_ key: String, keeping kept: Int, in format: LogFormat) {
        guard let index = facts.firstIndex(where: { $0.key == key }), case .bytes(var bytes) = facts[index].value else {
            return
        }
        while bytes.count > kept, excess(format) > 0 {
            // One byte takes up to four in the line when it has to be escaped.
            bytes.removeLast(min(max(excess(format) / 4, 1), bytes.count - kept))
            facts[index].value = .bytes(bytes + Bytes("...".utf8))
        }
    }

    /// Cuts an eighth from the longest text, and marks the cut; false when all are short.
    private mutating func cutLongestText() -> Bool {
        let texts = facts.indices.compactMap { index in
            if case .text(let text) = facts[index].value { (index: index, text: text) } else { nil }
        }
        guard let longest = texts.max(by: { $0.text.utf8.count < $1.text.utf8.count }), longest.text.utf8.count > 64
        else { return false }
        let scalars = longest.text.unicodeScalars
        let kept = String(String.UnicodeScalarView(scalars.dropLast(max(scalars.count / 8, 4))))
        facts[longest.index].value = .text(kept + "...")
        return true
    }
}
