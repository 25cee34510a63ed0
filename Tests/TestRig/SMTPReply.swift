/// A mail server's reply: `550 5.7.1 Message rejected as spam`, of one line or more.
package struct SMTPReply: Equatable, Sendable, CustomStringConvertible {
    package var code: Int
    /// The text after the code and its space or hyphen, line by line.
    package var lines: [String]

    package init(code: Int, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    package var description: String { "\(code) \(lines.joined(separator: " | "))" }

    package var isPositive: Bool { (200..<400).contains(code) }

    /// Takes a whole reply off the front of `bytes`; nil while it is not complete.
    static func take(from bytes: inout [UInt8]) throws -> SMTPReply? {
        var lines: [String] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self).trimmingSuffix { $0 == "\r" || $0 == "\r\n" }
            rest = rest[(end + 1)...]
            guard line.count >= 3, let code = Int(line.prefix(3)) else {
                throw RigError("this is no SMTP reply: \(line.debugDescription)")
            }
            lines.append(String(line.dropFirst(4)))
            if line.dropFirst(3).first != "-" {
                bytes = Array(rest)
                return SMTPReply(code: code, lines: lines)
            }
        }
        return nil
    }
}

extension String {
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> String {
        var end = endIndex
        while end > startIndex, condition(self[index(before: end)]) { end = index(before: end) }
        return String(self[..<end])
    }
}
