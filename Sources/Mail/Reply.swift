/// What an SMTP client is told at the end of a message: a code, an enhanced code and lines of text.
///
/// Only what libmilter's smfi_setmlreply takes and both MTAs pass on unchanged can be expressed: ASCII without controls, so
/// that no answer can hold a second one. `%` is literal here; the Milter room doubles it for libmilter.
package struct Reply: Hashable, Sendable, CustomStringConvertible {
    /// 400 to 599.
    package let code: Int
    /// `5.7.1` (RFC 3463); its first digit is the code's.
    package let enhancedCode: String
    /// 1 to 32 lines of at most 500 bytes.
    package let lines: [String]

    package static let maximumLines = 32
    package static let maximumLineLength = 500

    /// Reads `550 5.7.1 Message rejected as spam`; further lines follow after LF, without codes.
    package init(_ text: String) throws(ReplySyntaxError) {
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, !words[2].isEmpty else { throw .parts }
        guard let code = Self.code(words[0]) else { throw .code(String(words[0])) }
        guard Self.isEnhancedCode(words[1]), words[1].first == words[0].first else {
            throw .enhancedCode(String(words[1]))
        }
        self.code = code
        enhancedCode = String(words[1])
        lines = words[2].split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count <= Self.maximumLines else { throw .lineCount(lines.count) }
        for line in lines {
            guard line.utf8.count <= Self.maximumLineLength else { throw .lineLength(line.utf8.count) }
            guard !line.isEmpty, line.utf8.allSatisfy(\.isPrintableASCII) else { throw .characters }
        }
    }

    /// Whether the client may try again (4xx) or not (5xx).
    package var isTemporary: Bool { code < 500 }

    package var description: String { "\(code) \(enhancedCode) \(lines.joined(separator: "\n"))" }

    private static func code(_ text: Substring) -> Int? {
        let digits = Array(text.utf8)
        guard digits.count == 3, digits[0] == 0x34 || digits[0] == 0x35 else { return nil }
        return digits.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    /// `[245].d{1,3}.d{1,3}`, as libmilter asks for (smfi_setreply).
    private static func isEnhancedCode(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && (parts[0] == "4" || parts[0] == "5")
            && parts[1...].allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
    }
}

/// Why a text is no lawful SMTP reply.
package enum ReplySyntaxError: Error, Equatable, CustomStringConvertible {
    case parts
    case code(String)
    case enhancedCode(String)
    case lineCount(Int)
    case lineLength(Int)
    case characters

    package var description: String {
        switch self {
        case .parts: "expected a code, an enhanced code and a text such as \"550 5.7.1 Message rejected as spam\""
        case .code(let found): "expected a reply code from 400 to 599, found \"\(found)\""
        case .enhancedCode(let found):
            "expected an enhanced code such as 5.7.1 that begins like the reply code, found \"\(found)\""
        case .lineCount(let found): "expected at most \(Reply.maximumLines) lines, found \(found)"
        case .lineLength(let found): "expected lines of at most \(Reply.maximumLineLength) characters, found \(found)"
        case .characters: "expected only visible ASCII characters and blanks in every line"
        }
    }
}
