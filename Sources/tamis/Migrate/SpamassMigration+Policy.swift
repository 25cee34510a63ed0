import Mail
import Policy

extension SpamassMigration {
    /// What happens to spam: `-r`, `-b`, `-B`, `-Q`.
    var actions: [String] {
        var lines: [String] = []
        var steps: [String] = []
        let reject = reply
        let isAlwaysRefused = options.rejectScore == -1 || (options.rejectScore ?? 5) < 5
        if isAlwaysRefused {
            if options.rejectScore == -1 { lines += Self.comment("-r -1: whatever spamd calls spam is refused") }
            steps.append("{ at: required, do: [reject], reply: \(Self.quoted(reject.text)) }")
        } else {
            steps.append("{ at: required, do: [\(delivery)] }")
        }
        lines += reject.remarks
        if let score = options.quarantineScore, !isAlwaysRefused, score < options.rejectScore ?? .max {
            steps.append("{ at: \(score).0, do: [\(delivery), quarantine] }")
        }
        if let score = options.rejectScore, !isAlwaysRefused {
            lines += Self.comment(
                "-r \(score): spamass-milter cuts the score to a whole number (5.9 counts as 5) before it compares. Tamis compares "
                    + "exactly, which for a whole threshold is the same; now \(score).5 could stand here too. -1 was spamd's own verdict."
            )
            steps.append("{ at: \(score).0, do: [reject], reply: \(Self.quoted(reject.text)) }")
        }
        lines += spamBox(isAlwaysRefused: isAlwaysRefused)
        return lines + ["actions:"] + steps.map { "  - \($0)" }
    }

    /// What is done with spam that is delivered.
    private var delivery: String {
        let address = (options.bucket ?? options.copy)?.description
        guard let address else { return "tag" }
        return "tag, " + Self.quoted("\(options.bucket == nil ? "copy" : "redirect"):\(address)")
    }

    private func spamBox(isAlwaysRefused: Bool) -> [String] {
        guard options.bucket != nil || options.copy != nil else { return [] }
        var lines: [String] = []
        let option = options.bucket == nil ? "-B" : "-b"
        if options.rejectScore != nil {
            lines += Self.comment(
                "\(option) beside -r: of mail that it refused, spamass-milter sent a copy to that address by running sendmail. "
                    + "Refused mail is refused here, and nothing is kept of it."
                    + (isAlwaysRefused ? " So \(option) has nothing left to do." : "")
            )
        }
        if option == "-b" {
            lines += Self.comment("-b: the field X-Spam-Orig-To, which named the recipients, is not written.")
        }
        return lines
    }

    /// What a refused client is told, and why it is not what was asked for.
    private var reply: (text: String, remarks: [String]) {
        guard let score = options.rejectScore, score != 0 else { return ("550 5.7.1 Blocked by SpamAssassin", []) }
        let code = options.returnCode ?? "550"
        let text = options.rejectText ?? "Blocked by SpamAssassin"
        let wanted = "\(code) \(options.rejectCode ?? "5.7.1") \(text)"
        if let reply = try? Reply(wanted), !reply.isTemporary, !wanted.contains("\n") { return (wanted, []) }
        let words = String(decoding: text.utf8.map { $0.isPrintableASCII ? $0 : 0x3F }.prefix(400), as: UTF8.self)
        return (
            "550 5.7.1 \(words.isEmpty ? "Blocked by SpamAssassin" : words)",
            Self.comment(
                "\"\(TerminalText.line(wanted, limit: 200))\" is no refusal that a client can be told: a code 5xx, an enhanced code 5.x.y and "
                    + "ASCII are. It was changed."
            )
        )
    }

    var exempt: [String] {
        let networks = options.networks.reduce(into: [Network]()) { if !$0.contains($1) { $0.append($1) } }
        let isLoopbackSkipped =
            IPAddress("127.0.0.1").map { local in networks.contains { $0.contains(local) } } ?? false
        var lines = ["exempt:"]
        lines += Self.comment(
            networks.isEmpty
                ? "Without -i, spamass-milter scans mail from everywhere, this machine's own too (our default: loopback is skipped)"
                : "-i",
            indent: "  "
        )
        lines.append("  networks: [\(networks.map { Self.quoted("\($0)") }.joined(separator: ", "))]")
        lines += Self.comment(
            "Mail that was not received by SMTP, if non_smtpd_milters (Sendmail: always) brings it here",
            indent: "  "
        )
        lines.append("  local: \(isLoopbackSkipped ? "skip" : "full")")
        lines += authenticated
        lines += Self.comment("Bounces were refused like other mail; our default is gentler, no-reject", indent: "  ")
        return lines + ["  null-sender: full"]
    }

    private var authenticated: [String] {
        if options.skipsAuthenticated { return Self.comment("-I, -a", indent: "  ") + ["  authenticated: skip"] }
        if options.onlyTagsAuthenticated { return Self.comment("-A", indent: "  ") + ["  authenticated: tag-only"] }
        return Self.comment(
            "Without -I, users who logged in are treated like strangers (our default: skip)",
            indent: "  "
        )
            + ["  authenticated: full"]
    }

    var headers: [String] {
        if options.changesNothing {
            let names = ["status", "flag", "score", "level", "report", "version"]
            return Self.comment(
                "-M: nothing is written. Fields that a sender forged stay too; better: leave \"remove\" out"
            )
                + ["headers:"] + names.map { "  \($0): never" } + ["  remove: []"]
        }
        return Self.comment("spamd's X-Spam-Score is not among the fields that spamass-milter wrote")
            + ["headers:", "  score: never"]
            + Self.comment(
                "SpamAssassin's report, on spam; spamass-milter wrote it where local.cf has report_safe 0",
                indent: "  "
            )
            + ["  #report: spam"]
            + (options.keepsBody
                ? []
                : Self.comment("What rewrite_header Subject in local.cf puts before the subject of spam:", indent: "  ")
                    + ["  #subject-tag: \"*****SPAM*****\""])
    }

    var unscanned: [String] {
        let isTempfail = options.spamc.hasNoFallback
        return Self.comment(
            isTempfail
                ? "spamc -x: mail is put off while spamd is away"
                : "Without spamc's -x, mail passes while spamd is away; now its X-Spam-Status says so. Other choice: tempfail"
        ) + ["unscanned:", "  without-spamd: \(isTempfail ? "tempfail" : "accept")"]
    }

    /// What is lost, what is better, and what else to look at.
    var afterwards: [String] {
        var lost: [String] = []
        if !options.keepsBody {
            lost.append(
                "Without -m, spamass-milter put SpamAssassin's report in place of the body of spam (report_safe), and its Subject and "
                    + "Content-Type with it. Tamis never changes a body; for the subject there is headers.subject-tag."
            )
        }
        if !options.changesNothing {
            lost.append(
                "The words of X-Spam-Status are SpamAssassin's, with pyzor=, skipped=, unscanned= and scanned-by= behind; autolearn= and "
                    + "version= are not there. Rules of sieve that look for \"Yes, score=\" or X-Spam-Flag go on working."
            )
        }
        if options.expandsAliases {
            lost.append(
                "-x: no alias is expanded, since that means running sendmail for each recipient. Name the users of aliases in the "
                    + "settings, or let spamd resolve them."
            )
        }
        if options.quarantineScore != nil {
            lost.append("-Q: held mail is in the mail server's own quarantine, as before (mailq, postsuper -H).")
        }
        if let file = options.spamc.configurationFile {
            lost.append(
                "spamc -F \(TerminalText.line(file, limit: 200)): that file was not read. Give its options behind -- and run this again."
            )
        } else {
            lost.append("spamc also reads /etc/spamassassin/spamc.conf, if it is there; that file was not looked at.")
        }
        let marks = [
            "All copies of a forged X-Spam- field are removed, also the second, which spamass-milter leaves in.",
            "Mail that was not scanned says so in its X-Spam-Status.",
        ]
        let better =
            [
                "No process is started for a message: spamass-milter starts spamc for each.",
                "spamd is given a Received field that names client, TLS and login as SpamAssassin reads them, on Postfix too.",
                "A slow spamd is waited for \(deadline) seconds and no longer.",
                "Large mail is scanned by its beginning (limits.max-scan-size) instead of passing unseen.",
            ] + (options.changesNothing ? [] : marks)
        return section("What differs:", lost + options.notes + options.spamc.notes + notes)
            + section("What is better:", better)
    }

    private func section(_ title: String, _ items: [String]) -> [String] {
        items.isEmpty ? [] : ["# \(title)"] + items.flatMap { Self.comment($0, mark: "- ") }
    }
}
