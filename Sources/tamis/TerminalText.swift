import Settings

/// Text for people, in which nothing is left that a terminal would obey: a mail, a server or the name of a file could
/// otherwise move the cursor, set the title or hide what stands there.
///
/// Controls, and marks that reorder text or have no width, are written out as `\u{1B}`; bytes that are no UTF-8 as `\xFF`.
/// All else stays as it is.
enum TerminalText {
    /// One line: line ends and tabs are written out too (`\n`, `\t`). Behind `limit` characters `...` stands for the rest.
    static func line(_ text: String, limit: Int = .max) -> String {
        line(Array(text.utf8), limit: limit)
    }

    /// As `line(_:limit:)`, from bytes of unknown origin.
    static func line(_ bytes: some Collection<UInt8>, limit: Int = .max) -> String {
        var result = ""
        var count = 0
        var rest = Array(bytes)[...]
        while let part = UTF8Part(&rest) {
            guard count < limit else { return result + "..." }
            result += part.shown
            count += 1
        }
        return result
    }

    /// Several lines: LF stays, CR before it goes, tabs stay.
    static func lines(_ bytes: some Collection<UInt8>) -> String {
        Array(bytes).split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            let text = line.last == 0x0D ? line.dropLast() : line
            return text.split(separator: 0x09, omittingEmptySubsequences: false).map { Self.line($0) }
                .joined(separator: "\t")
        }.joined(separator: "\n")
    }
}

/// The next character of a byte string, or one byte that is none.
private enum UTF8Part {
    case scalar(Unicode.Scalar)
    case byte(UInt8)

    init?(_ rest: inout ArraySlice<UInt8>) {
        guard let first = rest.first else { return nil }
        let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        if let text = String(validating: rest.prefix(length), as: UTF8.self),
            let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1
        {
            rest = rest.dropFirst(length)
            self = FileName.byte(scalar).map { .byte($0) } ?? .scalar(scalar)
        } else {
            rest = rest.dropFirst()
            self = .byte(first)
        }
    }

    var shown: String {
        switch self {
        case .scalar(let scalar): scalar.escaped
        case .byte(let byte): "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
}
