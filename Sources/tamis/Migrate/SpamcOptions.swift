/// What spamass-milter was told to tell spamc: the options behind its `--`.
///
/// Source: spamc(1) of SpamAssassin 4.0.1. Whatever spamc would take is taken; what has no meaning here is noted.
struct SpamcOptions: Equatable {
    var hosts: [String] = []
    var port = 783
    var socket: String?
    var user: String?
    /// Bytes; nil: 500 KB, spamc's default.
    var maximumSize: Int?
    /// Seconds, 0 for no limit; nil: 600.
    var timeout: Int?
    var connectTimeout: Int?
    var usesTLS = false
    var certificate: String?
    var key: String?
    var authorities: String?
    var authoritiesFolder: String?
    var compresses = false
    /// Whether mail is put off when spamd is away (`-x`, `-X`).
    var hasNoFallback = false
    var configurationFile: String?
    /// Options without a counterpart, each with a sentence.
    var notes: [String] = []

    static let words = OptionWords(
        program: "spamc",
        options: [
            .flag("B", "bsmtp"), .flag("c", "check"), .value("d", "dest"), .flag("4"), .flag("6"),
            .value("e", "pipe-to"), .flag("E", "exitcode"), .value("F", "config"), .flag("h", "help"),
            .flag("H", "randomize"), .flag("l", "log-to-stderr"), .value("L", "learntype"), .value("C", "reporttype"),
            .value("p", "port"), .flag("r", "full-spam"), .flag("R", "full"), .value("s", "max-size"),
            .long("connect-retries"), .long("retry-sleep"), .long("filter-retries"), .long("filter-retry-sleep"),
            .flag("S", "ssl"), .long("ssl-cert"), .long("ssl-key"), .long("ssl-ca-file"), .long("ssl-ca-path"),
            .value("t", "timeout"), .value("n", "connect-timeout"), .value("u", "username"), .value("U", "socket"),
            .flag("V", "version"), .flag("x", "no-safe-fallback"), .flag("X", "unavailable-tempfail"),
            .flag("y", "tests"), .flag("K"), .flag("z"), OptionWords.Option(name: "headers"),
        ]
    )

    init(_ words: [String]) throws(MigrationProblem) {
        let (given, rest, _) = try Self.words.parse(words)
        for option in given { try take(option) }
        if let word = rest.first {
            throw .usage("spamc takes no argument \"\(TerminalText.line(word, limit: 60))\"")
        }
    }

    private mutating func take(_ given: OptionWords.Given) throws(MigrationProblem) {
        let argument = given.argument
        switch given.option {
        case "-d": hosts = argument.split(separator: ",").map(String.init)
        case "-p": port = try number(given, in: 1...65_535)
        case "-U": socket = argument
        case "-u": user = argument
        case "-s": maximumSize = try number(given, in: 1...Int(Int32.max))
        case "-t": timeout = try number(given, in: 0...1_000_000)
        case "-n": connectTimeout = try number(given, in: 0...1_000_000)
        case "-S": usesTLS = true
        case "--ssl-cert": certificate = argument
        case "--ssl-key": key = argument
        case "--ssl-ca-file": authorities = argument
        case "--ssl-ca-path": authoritiesFolder = argument
        case "-z": compresses = true
        case "-x", "-X": hasNoFallback = true
        case "-F": configurationFile = argument
        default: try note(given)
        }
    }

    private mutating func note(_ given: OptionWords.Given) throws(MigrationProblem) {
        switch given.option {
        case "-H":
            notes.append("spamc -H (random order of hosts): Tamis asks the server with the fewest questions under way.")
        case "-4", "-6":
            notes.append("spamc \(given.option): Tamis takes what the name resolves to; name the address itself.")
        case "--connect-retries", "--retry-sleep", "--filter-retries", "--filter-retry-sleep":
            notes.append("spamc \(given.option): Tamis asks each server once, and then the next one, without a pause.")
        case "--headers": notes.append("spamc --headers: nothing to do, Tamis never changes a body.")
        case "-l": notes.append("spamc -l: nothing to do, Tamis logs by itself.")
        case "-e", "-L", "-C", "-h", "-V", "-K", "-B":
            throw .usage("spamc's \(given.option) makes no sense below spamass-milter, so these options filter no mail")
        default: notes.append("spamc \(given.option): it only changes what spamc prints; left out.")
        }
    }

    private func number(
        _ given: OptionWords.Given,
        in range: ClosedRange<Int>
    ) throws(MigrationProblem) -> Int {
        guard let number = Int(given.argument), range.contains(number) else {
            let found = TerminalText.line(given.argument, limit: 40)
            throw .usage(
                "spamc's \(given.option): expected a number from \(range.lowerBound) to \(range.upperBound), found \"\(found)\""
            )
        }
        return number
    }
}
