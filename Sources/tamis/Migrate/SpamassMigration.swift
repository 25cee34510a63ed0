import Mail
import Policy

/// The settings file that does what spamass-milter did with some options, with comments on what differs.
///
/// Equal means: the same mail is refused, redirected, held and skipped, and spamd judges for the same user. Where Tamis has no
/// counterpart, or the old behaviour is not worth keeping, a comment says what is lost and what is better. Pyzor stays off, so that
/// no score changes and nothing is sent to anybody new.
struct SpamassMigration {
    private(set) var options: SpamassOptions
    /// What it was made from, for the first line.
    let source: String
    /// The user that spamass-milter ran as, whom spamc names where nothing else does.
    var runsAs = "spamass-milter"
    /// More to tell, from the file that the options stood in.
    var notes: [String] = []
    /// What of that file may have been missed: also for whoever does not read the settings to their end.
    var doubts: [String] = []

    var text: String {
        let parts = [heading, switching, settings, afterwards]
        return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    init(options: SpamassOptions, source: String) {
        self.options = options
        self.source = source
    }

    /// For a socket that is told outside of the options.
    mutating func replaceSocket(by socket: String?) { options.socket = socket }

    /// Lines of comment, none longer than fits; words are never parted.
    static func comment(_ text: String, indent: String = "", mark: String = "") -> [String] {
        var lines: [String] = []
        var line = indent + "# " + mark
        let start = indent + "# " + String(repeating: " ", count: mark.utf8.count)
        var isEmpty = true
        for word in TerminalText.line(text).split(separator: " ") {
            if !isEmpty, line.utf8.count + 1 + word.utf8.count > 110 {
                lines.append(line)
                (line, isEmpty) = (start, true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }

    /// A YAML scalar between double quotes.
    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private var heading: [String] {
        Self.comment("Settings of Tamis, made by \"tamis migrate spamass-milter\" from:")
            + Self.comment(source, mark: "  ")
            + Self.comment("Keys that are not here have their defaults: see \"tamisd sample-config\".")
    }
}

// MARK: - The mail server

extension SpamassMigration {
    private var endpoint: MigratedSocket { MigratedSocket(options.socket) }

    /// Seconds from the end of a message to our answer.
    var deadline: Int { max(45, spamdTimeout + 5) }

    /// Seconds that the mail server waits for us.
    private var patience: Int { max(120, deadline + 60) }

    private var switching: [String] {
        var lines = Self.comment("To switch:")
        lines += Self.comment("Save this as /etc/tamis/tamis.yaml, then: tamisd check-config --probe", mark: "1. ")
        lines += Self.comment(
            "Stop the old one, so that it does not start again: systemctl disable --now spamass-milter",
            mark: "2. "
        )
        lines += Self.comment("Start the new one: systemctl enable --now tamisd", mark: "3. ")
        lines += Self.comment(endpoint.preparation, mark: "4. ")
        let postfix = "smtpd_milters = { \(endpoint.postfix), default_action=tempfail, content_timeout=\(patience)s }"
        let timeouts = "T=C:10s;S:30s;R:60s;E:\((patience + 59) / 60)m"
        lines += Self.comment(
            "In /etc/postfix/main.cf, in place of the line that names spamass-milter's socket; then postfix reload:",
            mark: "5. "
        )
        lines.append("#      \(postfix)")
        lines += Self.comment(
            "or in sendmail.mc, in place of spamass-milter's INPUT_MAIL_FILTER; then make the .cf and restart:",
            mark: "   "
        )
        lines.append("#      INPUT_MAIL_FILTER(`tamis', `S=\(endpoint.sendmail), F=T, \(timeouts)')dnl")
        lines += Self.comment(
            "The lines milter_connect_macros, milter_data_macros and milter_rcpt_macros (confMILTER_MACROS_... in sendmail.mc) that "
                + "spamass-milter wanted may go: Tamis asks for what it needs.",
            mark: "   "
        )
        lines += Self.comment(
            "default_action=tempfail and F=T: senders try again later while tamisd is not running. spamass-milter's own examples "
                + "(F=) let mail pass unfiltered; for that write default_action=accept, or F= and nothing behind it.",
            mark: "   "
        )
        lines += Self.comment("To go back, put the old line in again and start spamass-milter.", mark: "6. ")
        return lines
    }
}

// MARK: - The settings

extension SpamassMigration {
    private var settings: [String] {
        [milter, spamd, pyzor, limits, score, actions, exempt, headers, unscanned].filter { !$0.isEmpty }
            .map { $0.joined(separator: "\n") }.joined(separator: "\n\n").split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            .map(String.init)
    }

    private var milter: [String] {
        var lines = ["milter:"] + Self.comment(endpoint.remark, indent: "  ") + ["  listen: \(endpoint.listen)"]
        if let group = options.group {
            lines += Self.comment("-g \(group)", indent: "  ") + ["  socket-group: \(group)"]
        }
        return lines
    }

    private var spamdTimeout: Int {
        switch options.spamc.timeout {
        case nil: 40
        case 0?: 240
        case let seconds?: min(seconds, 240)
        }
    }

    private var spamd: [String] {
        let spamc = options.spamc
        var lines = ["spamd:", "  servers:"] + servers.map { "    - \(Self.quoted($0))" }
        lines += user
        if let timeout = spamc.timeout {
            let why =
                timeout == 0 || timeout > 240
                ? "-t \(timeout): a mail server and its client do not wait that long; 240s is the most that makes sense"
                : "-t \(timeout)"
            lines += Self.comment(why, indent: "  ") + ["  timeout: \(spamdTimeout)s"]
        }
        if let seconds = spamc.connectTimeout, seconds > 0 {
            lines += ["  connect-timeout: \(min(seconds, spamdTimeout))s"]
        }
        if spamc.compresses { lines += ["  compress: true"] }
        return lines + tls
    }

    private var servers: [String] {
        let spamc = options.spamc
        if let socket = spamc.socket { return ["unix:\(socket)"] }
        let hosts = spamc.hosts.isEmpty ? ["127.0.0.1"] : spamc.hosts
        var seen: Set<String> = []
        return hosts.map { host in
            let name =
                host == "localhost" ? "127.0.0.1" : host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
            return "\(spamc.usesTLS ? "tls://" : "")\(name):\(spamc.port)"
        }.filter { seen.insert($0).inserted }
    }

    private var user: [String] {
        if let name = options.spamc.user {
            return Self.comment("spamc -u \(name), which counts more than spamass-milter's -u", indent: "  ")
                + fixed(name)
        }
        guard let name = options.defaultUser else {
            return Self.comment(
                "Without -u, spamc names the user that it runs as, so that his Bayes database and preferences count. "
                    + "With \"none\" spamd takes its own default.",
                indent: "  "
            ) + fixed(runsAs)
        }
        var lines = Self.comment(
            "-u \(name): one recipient is judged by his own settings, several by \(name)'s",
            indent: "  "
        )
        if let domain = options.defaultDomain {
            lines += Self.comment(
                "-e: the whole address is named. To one without a domain, spamass-milter adds @\(domain); Tamis adds nothing.",
                indent: "  "
            )
        }
        lines.append("  user: \(options.defaultDomain == nil ? "local-part" : "address")")
        return lines + ["  user-for-several: \(Self.quoted("name:\(name)"))"]
    }

    private func fixed(_ name: String) -> [String] {
        ["  user: \(Self.quoted("name:\(name)"))", "  user-for-several: \(Self.quoted("name:\(name)"))"]
    }

    private var tls: [String] {
        let spamc = options.spamc
        guard spamc.usesTLS, spamc.socket == nil else { return [] }
        let authorities = spamc.authorities ?? spamc.authoritiesFolder
        var lines =
            Self.comment(
                authorities == nil
                    ? "spamc -S checks no certificate, so that anybody on the way can read and answer. Better: a ca-file and verify: full."
                    : "spamc checks who signed the certificate and not its name. Better: verify: full.",
                indent: "  "
            ) + ["  tls:"]
        if let authorities { lines.append("    ca-file: \(Self.quoted(authorities))") }
        if let certificate = spamc.certificate { lines.append("    cert-file: \(Self.quoted(certificate))") }
        if let key = spamc.key, spamc.certificate != nil { lines.append("    key-file: \(Self.quoted(key))") }
        return lines + ["    verify: \(authorities == nil ? "none" : "chain")"]
    }

    private var pyzor: [String] {
        Self.comment(
            "spamass-milter knew no Pyzor but SpamAssassin's own. Switched on, Tamis asks Pyzor beside spamd and adds its points; the "
                + "default server is public.pyzor.org, a third party that sees digests of your mail. (Then pyzor may be taken out of "
                + "SpamAssassin, which starts a process for each message.)"
        ) + ["pyzor:", "  enabled: false"]
    }

    private var limits: [String] {
        var lines: [String] = []
        if deadline > 45 { lines.append("  deadline: \(deadline)s") }
        if let size = options.spamc.maximumSize {
            lines += Self.comment(
                "spamc -s \(size): a larger message passed unscanned; now spamd gets its beginning, and the status says so",
                indent: "  "
            )
            lines.append("  max-scan-size: \(min(max(size, 1024), 1 << 30))B")
        }
        return lines.isEmpty ? [] : ["limits:"] + lines
    }

    /// A -r below SpamAssassin's usual 5.0: what it refuses has to count as spam here.
    private var lowRejectScore: Int? { options.rejectScore.flatMap { $0 > 0 && $0 < 5 ? $0 : nil } }

    private var score: [String] {
        guard let low = lowRejectScore else { return [] }
        return Self.comment(
            "-r \(low) refuses mail that SpamAssassin does not call spam yet (5.0 is its own threshold). Steps count on spam only, so the "
                + "threshold is \(low).0 here. Look again whether that was meant: -r 15 is the usual one."
        ) + ["score:", "  required: \(low).0"]
    }
}
