/// Why old settings cannot be turned into ours, for whoever typed them.
struct MigrationProblem: Error, Equatable {
    let text: String
    /// One of sysexits.h.
    let status: Int32

    static func usage(_ text: String) -> Self { Self(text: text, status: 64) }
}

/// The options of a program as getopt(3) and getopt_long(3) read them.
///
/// Short ones may stand together (`-xz`), their argument in the same word or the next; long ones take theirs behind `=` or in the
/// next word and may be shortened as long as they are unambiguous. `--` ends them, and so does the first word that is none.
struct OptionWords {
    /// What one option is called.
    struct Option {
        let name: String
        var letter: Character?
        var takesArgument = false

        static func flag(_ letter: Character, _ name: String = "") -> Self { Self(name: name, letter: letter) }

        static func value(_ letter: Character, _ name: String = "") -> Self {
            Self(name: name, letter: letter, takesArgument: true)
        }

        static func long(_ name: String) -> Self { Self(name: name, takesArgument: true) }

        /// As people write it: `-d`, or `--headers` where there is no letter.
        var shown: String { letter.map { "-\($0)" } ?? "--\(name)" }
    }

    /// One option that was given, by the name that people write: `-d`, or `--headers`.
    struct Given: Equatable {
        let option: String
        let argument: String
    }

    /// Whose options they are, for errors.
    let program: String
    let options: [Option]

    /// The options in their order, and the words behind them (behind `--`, where that stands).
    func parse(_ words: [String]) throws(MigrationProblem) -> (given: [Given], rest: [String], hasEnd: Bool) {
        var given: [Given] = []
        var rest = words[...]
        while let word = rest.first, word.hasPrefix("-"), word != "-" {
            rest = rest.dropFirst()
            if word == "--" { return (given, Array(rest), true) }
            if word.hasPrefix("--") {
                given.append(try long(word.dropFirst(2), &rest))
            } else {
                given += try short(word.dropFirst(), &rest)
            }
        }
        return (given, Array(rest), false)
    }

    private func short(
        _ letters: Substring,
        _ rest: inout ArraySlice<String>
    ) throws(MigrationProblem) -> [Given] {
        var given: [Given] = []
        var letters = letters
        while let letter = letters.popFirst() {
            guard let option = options.first(where: { $0.letter == letter }) else { throw unknown("-\(letter)") }
            guard option.takesArgument else {
                given.append(Given(option: option.shown, argument: ""))
                continue
            }
            let argument = letters.isEmpty ? rest.popFirst() : String(letters)
            guard let argument else { throw missing(option.shown) }
            return given + [Given(option: option.shown, argument: argument)]
        }
        return given
    }

    private func long(_ word: Substring, _ rest: inout ArraySlice<String>) throws(MigrationProblem) -> Given {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        let near = options.filter { !$0.name.isEmpty && $0.name.hasPrefix(name) }
        guard let option = near.first(where: { $0.name == name }) ?? (near.count == 1 ? near.first : nil) else {
            throw near.isEmpty ? unknown("--\(name)") : .usage("\(program)'s --\(TerminalText.line(name)) is ambiguous")
        }
        guard option.takesArgument else {
            guard parts.count == 1 else { throw .usage("\(program)'s --\(option.name) takes no argument") }
            return Given(option: option.shown, argument: "")
        }
        guard let argument = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
            throw missing("--\(option.name)")
        }
        return Given(option: option.shown, argument: argument)
    }

    private func unknown(_ option: String) -> MigrationProblem {
        .usage("\(program) has no option \(TerminalText.line(option, limit: 40)) that this command knows")
    }

    private func missing(_ option: String) -> MigrationProblem { .usage("\(program)'s \(option) needs an argument") }
}

/// Words of a line, as a shell would part them; nothing is ever run or looked up.
enum ShellWords {
    /// Parts a line at blanks and line ends. Quotes and backslashes keep blanks together, as in sh(1).
    static func split(_ line: String) throws(MigrationProblem) -> [String] {
        var words: [String] = []
        var word: String?
        var rest = line[...]
        while let character = rest.popFirst() {
            switch character {
            case " ", "\t", "\n", "\r\n":
                if let word { words.append(word) }
                word = nil
            case "'", "\"": word = (word ?? "") + (try quoted(by: character, &rest))
            case "\\": word = (word ?? "") + String(rest.popFirst() ?? "\\")
            default: word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    private static func quoted(
        by quote: Character,
        _ rest: inout Substring
    ) throws(MigrationProblem) -> String {
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            if character == "\\", quote == "\"", let next = rest.first, "\"\\$`".contains(next) {
                text.append(next)
                rest = rest.dropFirst()
            } else {
                text.append(character)
            }
        }
        throw .usage("a quotation mark (\(quote)) is not closed")
    }
}
