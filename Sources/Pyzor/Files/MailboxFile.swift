/// The messages of a file in the mbox format, split as pyzor splits one (Python's `mailbox.mbox`).
///
/// Every line that begins with `From ` begins a message, also without an empty line before it; that line is no part of the
/// message, nor is one empty line before the next. `>From ` stays as it is, and so do line ends. What stands before the
/// first such line belongs to no message.
public enum MailboxFile {
    /// The messages in order; none when no line begins with `From `.
    public static func messages(in bytes: [UInt8]) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var start: Int?
        var lineStart = 0
        var previousIsEmpty = false
        while lineStart < bytes.count {
            let lineEnd = bytes[lineStart...].firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.count
            if bytes[lineStart..<lineEnd].starts(with: separator) {
                if let start { messages.append(message(bytes, start, lineStart, cut: previousIsEmpty)) }
                start = lineEnd
                previousIsEmpty = false
            } else {
                previousIsEmpty = lineEnd - lineStart == 1 && bytes[lineStart] == 0x0a
            }
            lineStart = lineEnd
        }
        if let start { messages.append(message(bytes, start, bytes.count, cut: previousIsEmpty)) }
        return messages
    }

    private static let separator = Array("From ".utf8)

    private static func message(_ bytes: [UInt8], _ start: Int, _ end: Int, cut: Bool) -> [UInt8] {
        Array(bytes[start..<max(start, cut ? end - 1 : end)])
    }
}
