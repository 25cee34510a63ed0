import Pyzor

/// The command line of pyzor 1.0.0, read as Python's optparse reads it.
///
/// Options and commands may stand in any order; long options may be shortened as long as one fits (`--serv F`), values
/// follow in the next word or directly (`-t5`, `--timeout=5`); `--` ends the options.
struct DropInArguments: Hashable {
    var nice: Int?
    var isDebug = false
    var homeFolder: String?
    var style: String?
    var logFile: String?
    var serversFile: String?
    var accountsFile: String?
    var localWhitelist: String?
    var timeout: Int?
    var reportThreshold: Int?
    var whitelistThreshold: Int?
    var showsVersion = false
    var commands: [String] = []

    /// What a command line asks for.
    enum Reading: Hashable {
        case run(DropInArguments)
        case help
        /// A line for standard error, after the usage.
        case wrong(String)
    }

    static func read(_ arguments: [String]) -> Reading {
        var result = DropInArguments()
        var rest = arguments[...]
        do throws(Stop) {
            while let word = rest.popFirst() {
                if word == "--" {
                    result.commands += rest
                    break
                }
                if word.hasPrefix("--") {
                    try result.takeLong(word.dropFirst(2), &rest)
                } else if word.hasPrefix("-"), word != "-" {
                    try result.takeShort(word.dropFirst(), &rest)
                } else {
                    result.commands.append(word)
                }
            }
            return .run(result)
        } catch {
            switch error {
            case .help: return .help
            case .wrong(let why): return .wrong(why)
            }
        }
    }
}

// MARK: - Options

extension DropInArguments {
    private enum Stop: Error {
        case help
        case wrong(String)
    }

    /// What an option does with its value.
    private enum Effect {
        case flag(WritableKeyPath<DropInArguments, Bool>)
        case text(WritableKeyPath<DropInArguments, String?>)
        case number(WritableKeyPath<DropInArguments, Int?>)
        case help

        var takesValue: Bool {
            switch self {
            case .text, .number: true
            case .flag, .help: false
            }
        }
    }

    private struct Choice {
        let short: Character?
        let long: String
        let effect: Effect
    }

    private static var choices: [Choice] {
        [
            Choice(short: "h", long: "help", effect: .help),
            Choice(short: "n", long: "nice", effect: .number(\.nice)),
            Choice(short: "d", long: "debug", effect: .flag(\.isDebug)),
            Choice(short: nil, long: "homedir", effect: .text(\.homeFolder)),
            Choice(short: "s", long: "style", effect: .text(\.style)),
            Choice(short: nil, long: "log-file", effect: .text(\.logFile)),
            Choice(short: nil, long: "servers-file", effect: .text(\.serversFile)),
            Choice(short: nil, long: "accounts-file", effect: .text(\.accountsFile)),
            Choice(short: nil, long: "local-whitelist", effect: .text(\.localWhitelist)),
            Choice(short: "t", long: "timeout", effect: .number(\.timeout)),
            Choice(short: "r", long: "report-threshold", effect: .number(\.reportThreshold)),
            Choice(short: "w", long: "whitelist-threshold", effect: .number(\.whitelistThreshold)),
            Choice(short: "V", long: "version", effect: .flag(\.showsVersion)),
        ]
    }

    private mutating func takeLong(_ word: Substring, _ rest: inout ArraySlice<String>) throws(Stop) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let matches = Self.choices.filter { $0.long.hasPrefix(name) }
        guard let choice = matches.first(where: { $0.long == name }) ?? (matches.count == 1 ? matches[0] : nil) else {
            guard !matches.isEmpty else { throw .wrong("no such option: --\(name)") }
            let names = matches.map { "--\($0.long)" }.sorted().joined(separator: ", ")
            throw .wrong("ambiguous option: --\(name) (\(names)?)")
        }
        let shown = "--\(choice.long)"
        guard choice.effect.takesValue else {
            guard parts.count == 1 else { throw .wrong("\(shown) option does not take a value") }
            return try apply(choice.effect, "", shown)
        }
        if parts.count == 2 { return try apply(choice.effect, String(parts[1]), shown) }
        guard let value = rest.popFirst() else { throw .wrong("\(shown) option requires 1 argument") }
        try apply(choice.effect, value, shown)
    }

    private mutating func takeShort(_ word: Substring, _ rest: inout ArraySlice<String>) throws(Stop) {
        var letters = word
        while let letter = letters.popFirst() {
            let shown = "-\(letter)"
            guard let choice = Self.choices.first(where: { $0.short == letter }) else {
                throw .wrong("no such option: \(shown)")
            }
            guard choice.effect.takesValue else {
                try apply(choice.effect, "", shown)
                continue
            }
            if !letters.isEmpty { return try apply(choice.effect, String(letters), shown) }
            guard let value = rest.popFirst() else { throw .wrong("\(shown) option requires 1 argument") }
            return try apply(choice.effect, value, shown)
        }
    }

    private mutating func apply(_ effect: Effect, _ value: String, _ shown: String) throws(Stop) {
        switch effect {
        case .help: throw .help
        case .flag(let path): self[keyPath: path] = true
        case .text(let path): self[keyPath: path] = value
        case .number(let path):
            guard let number = Self.number(value) else {
                throw .wrong("option \(shown): invalid integer value: \(PythonText.quoted(value))")
            }
            self[keyPath: path] = number
        }
    }

    /// QUIRK: optparse reads `0x` as hexadecimal, `0b` as binary and a leading 0 as octal.
    private static func number(_ text: String) -> Int? {
        let lower = text.lowercased()
        if lower.hasPrefix("0x") { return Int(lower.dropFirst(2), radix: 16) }
        if lower.hasPrefix("0b") { return Int(lower.dropFirst(2), radix: 2) }
        if lower.hasPrefix("0") { return Int(lower, radix: 8) }
        return PythonNumber.read(text).flatMap { Int(exactly: $0) }
    }
}

// MARK: - Texts

extension DropInArguments {
    static let usage = "Usage: pyzor [options]"

    static let version = "pyzor 1.0.0"

    static let help = """
        Usage: pyzor [options]

        Read data from stdin and execute the requested command (one of 'check',
        'report', 'ping', 'pong', 'digest', 'predigest', 'genkey', 'local_whitelist',
        'local_unwhitelist').

        Options:
          -h, --help            show this help message and exit
          -n NICE, --nice=NICE  'nice' level
          -d, --debug           enable debugging output
          --homedir=HOMEDIR     configuration directory
          -s STYLE, --style=STYLE
                                input style: 'msg' (individual RFC5321 message),
                                'mbox' (mbox file of messages), 'digests' (Pyzor
                                digests, one per line).
          --log-file=LOGFILE    name of log file
          --servers-file=SERVERSFILE
                                name of servers file
          --accounts-file=ACCOUNTSFILE
                                name of accounts file
          --local-whitelist=LOCALWHITELIST
                                name of the local whitelist file
          -t TIMEOUT, --timeout=TIMEOUT
                                timeout (in seconds)
          -r REPORTTHRESHOLD, --report-threshold=REPORTTHRESHOLD
                                threshold for number of reports
          -w WHITELISTTHRESHOLD, --whitelist-threshold=WHITELISTTHRESHOLD
                                threshold for number of whitelist
          -V, --version         print version and exit
        """
}
