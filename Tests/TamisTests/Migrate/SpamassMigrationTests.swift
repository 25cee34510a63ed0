import Foundation
import Mail
import Policy
import Settings
import Spamd
import TestRig
import Testing

@testable import tamis

struct SpamassMigrationTests {
    /// The file made of these options.
    private func text(_ line: String) throws -> String {
        try SpamassMigration(words: [line + " "]).checkedText() + "\n"
    }

    /// The settings in it, without a warning unless one is allowed.
    private func settings(_ line: String, warnings: Int = 0) throws -> TamisSettings {
        let loaded = try TamisSettings.parse(Array(text(line).utf8), named: "made")
        #expect(loaded.warnings.count == warnings, "\(line): \(loaded.warnings)")
        return loaded.settings
    }

    private func steps(_ line: String) throws -> [String] {
        try settings(line).actions.map { step in
            let reply = step.reply.map { " \($0)" } ?? ""
            return "\(step.at): \(step.actions.map(\.description).joined(separator: " "))\(reply)"
        }
    }

    @Test func `without options all mail is scanned and spam is tagged, as before`() throws {
        let settings = try settings("")
        #expect(settings.exempt.networks == [])
        #expect(settings.exempt.local == .full)
        #expect(settings.exempt.authenticated == .full)
        #expect(settings.exempt.nullSender == .full)
        #expect(try steps("") == ["required: tag"])
        #expect(settings.spamd.servers.map(\.description) == ["127.0.0.1:783"])
        #expect(settings.spamd.user == .name(try #require(SpamdUser("spamass-milter"))))
        #expect(settings.unscanned.withoutSpamd == .accept)
        #expect(!settings.pyzor.enabled)
        #expect(settings.score.required == .spamd)
    }

    @Test(
        arguments: [
            ("-r 15", ["required: tag", "15.0: reject 550 5.7.1 Blocked by SpamAssassin"]),
            ("-r 15.9", ["required: tag", "15.0: reject 550 5.7.1 Blocked by SpamAssassin"]),
            ("-r 5", ["required: tag", "5.0: reject 550 5.7.1 Blocked by SpamAssassin"]),
            ("-r 3", ["required: reject 550 5.7.1 Blocked by SpamAssassin"]),
            ("-r -1", ["required: reject 550 5.7.1 Blocked by SpamAssassin"]),
            ("-r -1 -C 5.7.9 -R 'No \"spam\", 100% \\ sure'", ["required: reject 550 5.7.9 No \"spam\", 100% \\ sure"]),
            ("-r 9 -c 554", ["required: tag", "9.0: reject 554 5.7.1 Blocked by SpamAssassin"]),
            ("-r 9 -C 4.7.1 -R x", ["required: tag", "9.0: reject 550 5.7.1 x"]),
            ("-r 9 -R 'Spam abgelehnt, ä'", ["required: tag", "9.0: reject 550 5.7.1 Spam abgelehnt, ??"]),
            ("-b spam@example.org", ["required: tag redirect:spam@example.org"]),
            (
                "-B spam@example.org -r 8",
                [
                    "required: tag copy:spam@example.org", "8.0: reject 550 5.7.1 Blocked by SpamAssassin",
                ]
            ),
            ("-Q 8 -r 12", ["required: tag", "8.0: tag quarantine", "12.0: reject 550 5.7.1 Blocked by SpamAssassin"]),
            ("-Q 12 -r 12", ["required: tag", "12.0: reject 550 5.7.1 Blocked by SpamAssassin"]),
            ("-Q 12 -r -1", ["required: reject 550 5.7.1 Blocked by SpamAssassin"]),
        ] as [(String, [String])]
    )
    func `what happens to spam stays`(line: String, expected: [String]) throws {
        #expect(try steps(line) == expected)
    }

    @Test func `a low threshold of -r becomes that of spam`() throws {
        #expect(try settings("-r 3").score.required == .points(Points(thousandths: 3_000)))
        #expect(try text("-r 3").contains("# -r 3 refuses mail that SpamAssassin does not call spam yet"))
        #expect(try settings("-r 5").score.required == .spamd)
    }

    @Test func `the whole number of -r is explained`() throws {
        let words = try text("-r 15").replacing("\n# ", with: " ")
        #expect(words.contains("cuts the score to a whole number (5.9 counts as 5) before it compares"))
    }

    @Test func `networks are the same, in any spelling`() throws {
        let exempt = try settings("-i 192.168.12.5,10.1.2.3/8 -i 172.16.0.0/255.255.0.0,::1,10.0.0.0/8").exempt
        #expect(exempt.networks.map(\.description) == ["192.168.12.5/32", "10.0.0.0/8", "172.16.0.0/16", "::1/128"])
        #expect(exempt.local == .full)
        #expect(try settings("-i 127.0.0.1").exempt.local == .skip)
    }

    @Test func `users who logged in are skipped with -I and -a, tagged with -A`() throws {
        #expect(try settings("-I").exempt.authenticated == .skip)
        #expect(try settings("-a").exempt.authenticated == .skip)
        #expect(try settings("-A").exempt.authenticated == .tagOnly)
    }

    @Test func `spamd judges for the same user`() throws {
        let several = try #require(SpamdUser("nobody"))
        let own = try settings("-u nobody").spamd
        #expect(own.user == .localPart)
        #expect(own.userForSeveral == several)
        #expect(try settings("-u nobody -e example.org -x -S /usr/sbin/sendmail").spamd.user == .address)
        let fixed = try settings("-u nobody -- -u site").spamd
        #expect(fixed.user == .name(try #require(SpamdUser("site"))))
        #expect(fixed.userForSeveral == SpamdUser("site"))
    }

    @Test(
        arguments: [
            ("-- -d host", ["host:783"]), ("-D old", ["old:783"]), ("-D old -- -d new", ["new:783"]),
            ("-- -d a,b.example,::1 -p 7830", ["a:7830", "b.example:7830", "[::1]:7830"]),
            ("-- --dest=localhost,127.0.0.1 --port 99", ["127.0.0.1:99"]),
            ("-- -U /run/spamd.sock -d host", ["unix:/run/spamd.sock"]),
        ] as [(String, [String])]
    )
    func `the same servers are asked`(line: String, servers: [String]) throws {
        #expect(try settings(line).spamd.servers.map(\.description) == servers)
    }

    @Test func `TLS checks no less than before`() throws {
        let none = try settings("-- -S -d host", warnings: 1).spamd
        #expect(none.servers.map(\.description) == ["tls://host:783"])
        #expect(none.tls.verification == .none)
        let chain = try settings("-- -S --ssl-ca-file=/ca.pem --ssl-cert /c.pem --ssl-key /k.pem").spamd.tls
        #expect(chain == TLSOptions(authorities: "/ca.pem", certificate: "/c.pem", key: "/k.pem", verification: .chain))
    }

    @Test func `times, sizes and the rest of spamc's options are kept`() throws {
        let made = try settings("-- -t 120 -n 10 -s 350000 -z -x -H -l --headers -4 --connect-retries 5 -E -y")
        #expect(made.spamd.timeout == .seconds(120))
        #expect(made.limits.deadline == .seconds(125))
        #expect(made.spamd.connectTimeout == .seconds(10))
        #expect(made.limits.maxScanSize == 350_000)
        #expect(made.spamd.compress)
        #expect(made.unscanned.withoutSpamd == .tempfail)
        let text = try text("-- -t 120")
        #expect(text.contains("content_timeout=185s }"))
        #expect(text.contains("T=C:10s;S:30s;R:60s;E:4m'"))
        #expect(try settings("-- -t 0").spamd.timeout == .seconds(240))
    }

    @Test func `-M changes nothing in the mail`() throws {
        let headers = try settings("-M -r 9", warnings: 1).headers
        #expect(
            [headers.status, headers.flag, headers.score, headers.level, headers.report, headers.version]
                == Array(repeating: .never, count: 6)
        )
        #expect(headers.remove == [])
    }

    @Test(arguments: [
        (
            "-p /var/run/spamass/spamass.sock", "unix:/run/tamis/milter.sock", "unix:/run/tamis/milter.sock",
            "local:/run/tamis/milter.sock"
        ),
        (
            "-p unix:/var/spool/postfix/spamass/spamass.sock", "unix:/var/spool/postfix/tamis/milter.sock",
            "unix:tamis/milter.sock", "local:/var/spool/postfix/tamis/milter.sock"
        ),
        ("-p inet:9999@192.0.2.1", "inet:192.0.2.1:9999", "inet:192.0.2.1:9999", "inet:9999@192.0.2.1"),
        ("-p inet:9999", "inet:127.0.0.1:9999", "inet:127.0.0.1:9999", "inet:9999@127.0.0.1"),
        ("-p inet6:9999@::1", "inet:[::1]:9999", "inet:[::1]:9999", "inet6:9999@::1"),
        ("-p inet:9999@localhost", "inet:127.0.0.1:9999", "inet:127.0.0.1:9999", "inet:9999@127.0.0.1"),
    ])
    func `the socket, and how both mail servers name it`(
        line: String,
        listen: String,
        postfix: String,
        sendmail: String
    ) throws {
        let made = try settings(line, warnings: line.contains("192.0.2.1") ? 1 : 0)
        #expect(made.milter.listen.description == listen)
        let text = try text(line)
        #expect(text.contains("#      smtpd_milters = { \(postfix), default_action=tempfail, content_timeout=120s }\n"))
        #expect(text.contains("#      INPUT_MAIL_FILTER(`tamis', `S=\(sendmail), F=T, T=C:10s;S:30s;R:60s;E:2m')dnl\n"))
    }

    @Test(arguments: [
        ("-T", "spamass-milter has no option -T that this command knows"),
        ("-r 15 -- -d host --nope", "spamc has no option --nope that this command knows"),
        ("-r abc", "spamass-milter's -r: expected a score from 1 to 100000, or -1, found \"abc\""),
        ("-r 0", "spamass-milter's -r: expected a score from 1 to 100000, or -1, found \"0\""),
        ("-r 5x", "spamass-milter's -r: expected a score from 1 to 100000, or -1, found \"5x\""),
        ("-Q -1", "spamass-milter's -Q: expected a score from 1 to 100000, found \"-1\""),
        ("-b spam", "spamass-milter's -b: Tamis needs a whole address such as spam@example.org, found \"spam\""),
        ("-b a@b.c -B a@b.c", "spamass-milter refuses -b beside -B"), ("-e x", "spamass-milter refuses -e without -u"),
        ("-x", "spamass-milter refuses -x without -u"),
        ("-i 10.0.0.0/255.0.255.0", "spamass-milter's -i: \"10.0.0.0/255.0.255.0\" is no address or network"),
        ("-u a/b", "spamass-milter's -u: \"a/b\" is no user name that is safe to give to spamd"),
        ("-- -p 0", "spamc's -p: expected a number from 1 to 65535, found \"0\""),
        ("-- -L spam", "spamc's -L makes no sense below spamass-milter, so these options filter no mail"),
        ("-- word", "spamc takes no argument \"word\""),
        ("word", "spamass-milter takes no argument \"word\"; spamc's options stand behind --"),
        ("-- -U relative", "these options hold something that Tamis cannot take\nthe settings made of it:"),
        ("-- -u ../x", "these options hold something that Tamis cannot take\nthe settings made of it:"),
    ])
    func `what cannot be kept is one clear error`(line: String, text: String) throws {
        do throws(MigrationProblem) {
            _ = try SpamassMigration(words: [line + " "]).checkedText()
            Issue.record("\(line) was taken")
        } catch {
            #expect(error.text.hasPrefix(text), "\(error.text)")
            #expect(error.status == 64)
        }
    }

    @Test func `any set of options gives a file that check-config takes`() throws {
        let pieces = [
            "-a", "-A", "-b spam@example.org", "-c 554", "-C 5.7.9", "-d func,misc", "-D old.example", "-e example.org",
            "-f",
            "-g postfix", "-i 10.0.0.0/8,192.0.2.1", "-I", "-l 7", "-m", "-M",
            "-p /var/spool/postfix/spamass/spamass.sock",
            "-p inet:783@127.0.0.1", "-P /run/pid", "-Q 8", "-r 15", "-r 3", "-r -1", "-R 'Go \"away\": {now} # [x]'",
            "-S /usr/sbin/sendmail", "-x",
        ]
        let spamc = [
            "-d a.example,b.example", "-p 7830", "-U /run/spamd.sock", "-s 512000", "-s 1", "-t 10", "-t 600", "-t 1",
            "-u site", "-S",
            "--ssl-ca-path=/etc/ssl/certs", "--ssl-cert=/c.pem", "--ssl-key=/k.pem", "-z", "-x", "-X",
            "-F /etc/spamc.conf", "-H", "-n 5", "-n 600", "-4",
        ]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let first = pieces.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
            let second = spamc.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
            let line = (["-u nobody"] + first.shuffled() + ["--"] + second.shuffled()).joined(separator: " ")
            let text = try text(line)
            let lines = text.split(separator: "\n")
            #expect(
                lines.allSatisfy { $0.utf8.count <= 120 || $0.hasPrefix("  - {") || $0.hasPrefix("#   ") },
                "\(line)"
            )
        }
    }

    @Test func `hostile options stay inside their comments`() throws {
        let hostile = "-d 'x\nmode: observe\u{1B}[2J'"
        #expect(try settings(hostile).mode == .enforce)
        #expect(try !text(hostile).utf8.contains(0x1B))
    }
}

/// The command as people run it.
@Suite(.ownThread) struct MigrateCommandTests {
    private func run(_ arguments: [String]) throws -> (output: String, exit: ChildProcess.Exit) {
        try Programs.run("tamis", ["migrate", "spamass-milter"] + arguments)
    }

    @Test func `one text and single words are the same`() throws {
        let one = try run(["-r 15 -u nobody -i 10.0.0.0/8 -- -d host"])
        let many = try run(["-r", "15", "-u", "nobody", "-i", "10.0.0.0/8", "--", "-d", "host"])
        #expect(one.exit == .status(0))
        #expect(one.output == many.output)
        #expect(one.output.hasPrefix("# Settings of Tamis, made by \"tamis migrate spamass-milter\" from:\n"))
    }

    @Test func `Debian's file of defaults is read, and what comes out passes tamisd check-config`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let file = """
            OPTIONS="-u spamass-milter -i 127.0.0.1"
            OPTIONS="${OPTIONS} -r 15 -- -d spamd.example"
            SOCKET="/var/spool/postfix/spamass/spamass.sock"
            RUNAS="filter"
            ulimit -n 4096

            """
        try folder.write(file, to: "defaults")
        let made = try run(["--defaults", folder.path("defaults")])
        #expect(made.exit == .status(0))
        #expect(made.output.contains("listen: unix:/var/spool/postfix/tamis/milter.sock"))
        #expect(made.output.contains("defaults: lines that are no variable were not understood and not run: 5"))
        // What may have been missed is told on standard error too.
        let printed = made.output.split(separator: "\n", omittingEmptySubsequences: false)
        let doubts = printed.prefix { $0.hasPrefix("tamis migrate: ") }
        #expect(doubts.count == 1 && doubts.first?.hasSuffix("were not understood and not run: 5") == true)
        try folder.write(printed.dropFirst(doubts.count).joined(separator: "\n"), to: "tamis.yaml")
        let checked = try Programs.run("tamisd", ["check-config", "--config", folder.path("tamis.yaml")])
        #expect(checked.exit == .status(0))
        #expect(checked.output == "\(folder.path("tamis.yaml")): fine\n")

        try folder.write("RUNAS=filter\n", to: "defaults")
        let without = try run(["--defaults", folder.path("defaults")]).output
        #expect(without.contains("user: \"name:filter\""))
        #expect(without.hasPrefix("tamis migrate: \(folder.path("defaults")): sets no OPTIONS"))
    }

    @Test func `errors have their own statuses`() throws {
        let unknown = try run(["-T"])
        #expect(unknown.exit == .status(64))
        #expect(unknown.output == "tamis migrate: spamass-milter has no option -T that this command knows\n")
        #expect(try run(["--defaults", "/nowhere/defaults"]).exit == .status(66))
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write("OPTIONS=$(touch \(folder.path("ran")))\n", to: "defaults")
        #expect(try run(["--defaults", folder.path("defaults")]).exit == .status(65))
        #expect(!folder.exists("ran"))
        #expect(try run(["--defaults", folder.path("defaults"), "-r", "15"]).exit == .status(64))
    }

    @Test func `help is there`() throws {
        let help = try run(["--help"])
        #expect(help.exit == .status(0))
        #expect(help.output.contains("USAGE: tamis migrate spamass-milter"))
    }
}
