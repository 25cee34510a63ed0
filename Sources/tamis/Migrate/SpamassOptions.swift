import Mail
import Policy

/// What spamass-milter was told on its command line.
///
/// Source: its usage text and manual page, 0.4.0 as Debian builds it (which adds `-a` and `-I`); of the later fork `-A`, `-c`,
/// `-g`, `-l` and `-Q`.
struct SpamassOptions: Equatable {
    /// `-r`: from which score on mail is refused, or -1 for whatever spamd calls spam.
    var rejectScore: Int?
    var rejectCode: String?
    var returnCode: String?
    var rejectText: String?
    var quarantineScore: Int?
    /// `-b`: spam goes there and nowhere else.
    var bucket: MailAddress?
    /// `-B`: spam goes there too.
    var copy: MailAddress?
    var networks: [Network] = []
    var skipsAuthenticated = false
    var onlyTagsAuthenticated = false
    /// `-u`: the user for several recipients; one recipient gives his own name.
    var defaultUser: SpamdUser?
    /// `-e`: whole addresses are named to spamd; this is appended to those without a domain.
    var defaultDomain: String?
    var expandsAliases = false
    var keepsBody = false
    var changesNothing = false
    var socket: String?
    var group: String?
    var spamc: SpamcOptions
    /// Options without a counterpart, each with a sentence.
    var notes: [String] = []
    private var oldHost: String?

    static let words = OptionWords(
        program: "spamass-milter",
        options: [
            .flag("a"), .flag("A"), .value("b"), .value("B"), .value("c"), .value("C"), .value("d"), .value("D"),
            .value("e"), .flag("f"), .value("g"), .value("i"), .flag("I"), .value("l"), .flag("m"), .flag("M"),
            .value("p"), .value("P"), .value("Q"), .value("r"), .value("R"), .value("S"), .value("u"), .flag("x"),
        ]
    )

    init(_ words: [String]) throws(MigrationProblem) {
        let (given, rest, hasEnd) = try Self.words.parse(words)
        if !hasEnd, let word = rest.first {
            let found = TerminalText.line(word, limit: 60)
            throw .usage("spamass-milter takes no argument \"\(found)\"; spamc's options stand behind --")
        }
        spamc = try SpamcOptions(rest)
        for option in given { try take(option) }
        // spamc is told -d by -D first, so its own -d counts.
        if let oldHost, spamc.hosts.isEmpty { spamc.hosts = [oldHost] }
        if defaultUser == nil, defaultDomain != nil { throw .usage("spamass-milter refuses -e without -u") }
        if defaultUser == nil, expandsAliases { throw .usage("spamass-milter refuses -x without -u") }
        if bucket != nil, copy != nil { throw .usage("spamass-milter refuses -b beside -B") }
    }

    private mutating func take(_ given: OptionWords.Given) throws(MigrationProblem) {
        let argument = given.argument
        switch given.option {
        case "-r": rejectScore = try Self.rejectScore(argument)
        case "-Q": quarantineScore = try Self.score(given)
        case "-C": rejectCode = argument
        case "-c": returnCode = argument
        case "-R": rejectText = argument
        case "-b": bucket = try Self.address(given)
        case "-B": copy = try Self.address(given)
        case "-i": networks += try Self.networks(argument)
        case "-a", "-I": skipsAuthenticated = true
        case "-A": onlyTagsAuthenticated = true
        case "-u": defaultUser = try Self.user(given)
        case "-e": defaultDomain = argument
        case "-x": expandsAliases = true
        case "-m": keepsBody = true
        case "-M": (keepsBody, changesNothing) = (true, true)
        case "-p": socket = argument
        case "-g": group = argument
        case "-D": oldHost = argument
        default: note(given)
        }
    }

    private mutating func note(_ given: OptionWords.Given) {
        switch given.option {
        case "-d": notes.append("-d: Tamis writes one line for each message; for more set log.level to info or debug.")
        case "-l":
            notes.append(
                "-l: left out. Tamis never puts mail off at random; a step with do: [tempfail] puts all of it off."
            )
        case "-f", "-P": notes.append("\(given.option): nothing to do, systemd starts and watches tamisd.")
        // -S says where sendmail is, for -x.
        default: break
        }
    }

    private static func rejectScore(_ text: String) throws(MigrationProblem) -> Int {
        if text == "-1" { return -1 }
        return try score(OptionWords.Given(option: "-r", argument: text))
    }

    /// QUIRK: spamass-milter reads its number as atoi does: what stands behind the digits is not looked at.
    private static func score(_ given: OptionWords.Given) throws(MigrationProblem) -> Int {
        let text = given.argument.drop { $0 == " " }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let fraction = text[digits.endIndex...]
        let isNumber =
            fraction.isEmpty || fraction.first == "." && fraction.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
        guard isNumber, let score = Int(digits), (1...100_000).contains(score) else {
            let meant = given.option == "-r" ? "a score from 1 to 100000, or -1" : "a score from 1 to 100000"
            throw .usage(
                "spamass-milter's \(given.option): expected \(meant), found \"\(TerminalText.line(given.argument, limit: 40))\""
            )
        }
        return score
    }

    private static func address(_ given: OptionWords.Given) throws(MigrationProblem) -> MailAddress {
        do throws(PolicyError) {
            return try MailAddress(given.argument)
        } catch {
            let found = TerminalText.line(given.argument, limit: 80)
            throw .usage(
                "spamass-milter's \(given.option): Tamis needs a whole address such as spam@example.org, found \"\(found)\""
            )
        }
    }

    private static func user(_ given: OptionWords.Given) throws(MigrationProblem) -> SpamdUser {
        guard let user = SpamdUser(given.argument) else {
            let found = TerminalText.line(given.argument, limit: 80)
            throw .usage("spamass-milter's \(given.option): \"\(found)\" is no user name that is safe to give to spamd")
        }
        return user
    }

    /// `192.168.12.5,10.0.0.0/8,172.16.0.0/255.255.0.0`; bits behind the mask do not count.
    private static func networks(_ text: String) throws(MigrationProblem) -> [Network] {
        var networks: [Network] = []
        for part in text.split(separator: ",") {
            guard let network = network(part) else {
                let found = TerminalText.line(String(part), limit: 60)
                throw .usage("spamass-milter's -i: \"\(found)\" is no address or network")
            }
            networks.append(network)
        }
        return networks
    }

    private static func network(_ text: Substring) -> Network? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let width = address.bytes.count * 8
        guard parts.count == 2 else { return Network(text) }
        guard let length = Int(parts[1]) ?? maskLength(parts[1]), (0...width).contains(length) else { return nil }
        let bytes = address.bytes.enumerated().map { index, byte in
            byte & UInt8(truncatingIfNeeded: 0xFF00 >> min(max(length - index * 8, 0), 8))
        }
        return IPAddress(bytes: bytes).flatMap { Network("\($0)/\(length)") }
    }

    /// How many bits a netmask such as 255.255.0.0 has; nil unless they stand together.
    private static func maskLength(_ text: Substring) -> Int? {
        guard let mask = IPAddress(text) else { return nil }
        let bits: [Bool] = mask.bytes.flatMap { byte in (0..<8).map { bit in byte & (0x80 >> UInt8(bit)) != 0 } }
        let length = bits.prefix { $0 }.count
        return bits[length...].contains(true) ? nil : length
    }
}
