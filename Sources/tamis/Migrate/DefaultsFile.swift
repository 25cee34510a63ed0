/// The variables of a file such as /etc/default/spamass-milter, which the old init script reads as shell.
///
/// It is read as text; nothing in it is run. What is understood: comments, `NAME=value` with or without quotes and `export`, and
/// `$NAME` or `${NAME}` of a variable that was set above, as in `OPTIONS="${OPTIONS} -r 15"`. All else is passed over and its
/// line is told, unless it would be part of a value: then it is an error.
struct DefaultsFile: Equatable {
    private(set) var variables: [String: String] = [:]
    /// Lines that are not understood.
    private(set) var passedOver: [Int] = []

    init(_ text: String) throws(MigrationProblem) {
        var rest = text[...]
        var line = 1
        while !rest.isEmpty {
            let start = rest
            if let name = Self.assignment(&rest) {
                variables[name] = try value(&rest, line: line)
                // Only a comment may follow on the line.
                let tail = Self.skipLine(&rest)
                if !tail.isEmpty, tail.first != "#", tail != ";" { passedOver.append(line) }
            } else {
                let text = Self.skipLine(&rest)
                if !text.isEmpty, text.first != "#" { passedOver.append(line) }
            }
            line += start[..<rest.startIndex].count { $0.isNewline }
        }
    }

    /// `NAME=` at the beginning of a line; nothing is taken if there is none.
    private static func assignment(_ rest: inout Substring) -> String? {
        var text = rest.drop { $0 == " " || $0 == "\t" }
        if text.hasPrefix("export ") { text = text.dropFirst(7).drop { $0 == " " || $0 == "\t" } }
        let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard let first = name.first, !first.isNumber, text[name.endIndex...].first == "=" else { return nil }
        rest = text[name.endIndex...].dropFirst()
        return String(name)
    }

    /// What is left of the line without blanks at its ends; its end is taken too.
    private static func skipLine(_ rest: inout Substring) -> Substring {
        let end = rest.firstIndex { $0.isNewline } ?? rest.endIndex
        let line = rest[..<end].drop { $0 == " " || $0 == "\t" }
        rest = rest[end...].dropFirst()
        return line
    }

    private func value(_ rest: inout Substring, line: Int) throws(MigrationProblem) -> String {
        var value = ""
        var quote: Character?
        while let character = rest.first {
            if quote == nil, character.isWhitespace || character == ";" || character == "#" && value.isEmpty { break }
            rest = rest.dropFirst()
            switch character {
            case _ where character == quote: quote = nil
            case "'" where quote == nil, "\"" where quote == nil: quote = character
            case "\\" where quote != "'":
                guard let next = rest.popFirst() else { break }
                let isPlain = quote == "\"" && !"\"\\$`\n".contains(next)
                value += next.isNewline ? "" : isPlain ? "\\\(next)" : String(next)
            case "`" where quote != "'": throw Self.command(line)
            case "$" where quote != "'": value += try variable(&rest, line: line)
            default: value.append(character)
            }
        }
        guard let quote else { return value }
        throw MigrationProblem(text: "line \(line): a quotation mark (\(quote)) is not closed", status: 65)
    }

    /// What stands behind a dollar sign; an unset variable is empty, as in the shell.
    private func variable(_ rest: inout Substring, line: Int) throws(MigrationProblem) -> String {
        let isBraced = rest.first == "{"
        let text = isBraced ? rest.dropFirst() : rest
        let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let behind = text[name.endIndex...]
        guard !name.isEmpty, !isBraced || behind.first == "}" else {
            guard rest.first.map({ "({".contains($0) }) ?? false else { return "$" }
            throw Self.command(line)
        }
        rest = isBraced ? behind.dropFirst() : behind
        return variables[String(name)] ?? ""
    }

    private static func command(_ line: Int) -> MigrationProblem {
        MigrationProblem(text: "line \(line): a value that only a shell could compute; nothing is run here", status: 65)
    }
}
