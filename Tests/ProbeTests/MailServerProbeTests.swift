import Settings
import TestRig
import Testing

@testable import Probe

struct MailServerProbeTests {
    /// What is found with these settings, on a host with this Postfix (nil: with none).
    private func probe(
        listen: String,
        deadline: Int64 = 45,
        master: String? = nil,
        main: String = "",
        sendmail: String? = nil
    ) throws -> MailServerProbe {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        if let master { try folder.write(master, to: "master.cf") }
        try folder.write(main, to: "main.cf")
        let yaml = "milter: { listen: \"\(listen)\" }"
        return MailServerProbe(
            milter: try TamisSettings.parse(Array(yaml.utf8), named: "t").settings.milter,
            deadline: deadline,
            postfix: PostfixHost(folder: folder.path) { _ in nil },
            postfixFolder: "/etc/postfix",
            sendmail: sendmail.map { SendmailFile($0) }
        )
    }

    private let chrooted = "smtp inet n - y - - smtpd\ncleanup unix n - y - 0 cleanup\n"
    private let open = "smtp inet n - n - - smtpd\ncleanup unix n - n - 0 cleanup\n"

    private func texts(_ probe: MailServerProbe, _ subject: String, _ level: Finding.Level) -> [String] {
        probe.findings.filter { $0.subject == subject && $0.level == level }.map(\.text)
    }

    @Test func `the lines fit a host without chroot, and one without Postfix`() throws {
        let line = "    smtpd_milters = { unix:/run/tamis/milter.sock, default_action=tempfail, content_timeout=120s }"
        let open = try probe(listen: "unix:/run/tamis/milter.sock", master: open)
        #expect(open.lines[0].hasSuffix(": smtpd runs without a chroot), in main.cf:"))
        #expect(open.lines[1] == line)
        #expect(texts(open, "Postfix", .ok) == ["smtpd runs without a chroot (master.cf)"])
        let none = try probe(listen: "unix:/run/tamis/milter.sock")
        #expect(none.lines[1] == line)
        #expect(
            none.lines.last
                == "    INPUT_MAIL_FILTER(`tamis', `S=local:/run/tamis/milter.sock, F=T, T=C:10s;S:30s;R:60s;E:2m')dnl"
        )
        #expect(texts(none, "Postfix", .ok) == ["none was found in /etc/postfix; nothing of it was looked at"])
    }

    @Test func `the line for a chrooted smtpd begins at its root`() throws {
        let probe = try probe(listen: "unix:/var/spool/postfix/tamis/milter.sock", deadline: 125, master: chrooted)
        #expect(
            probe.lines[1]
                == "    smtpd_milters = { unix:tamis/milter.sock, default_action=tempfail, content_timeout=185s }"
        )
        #expect(probe.lines.last?.hasSuffix("E:4m')dnl") == true)
        #expect(texts(probe, "Postfix", .warning) == [])
        #expect(texts(probe, "Postfix", .ok) == ["smtpd runs in a chroot, and the socket lies in it (master.cf)"])
        let port = try self.probe(listen: "inet:127.0.0.1:8897", master: chrooted)
        #expect(
            texts(port, "Postfix", .ok) == ["smtpd runs in a chroot, and a port can be reached from it (master.cf)"]
        )
    }

    @Test func `a socket outside of the chroot is a warning, with what to write instead`() throws {
        let probe = try probe(
            listen: "unix:/run/tamis/milter.sock",
            master: chrooted,
            main: "queue_directory = /srv/queue"
        )
        #expect(
            texts(probe, "Postfix", .warning) == [
                "smtpd runs in a chroot (/srv/queue: smtp/inet) and cannot see /run/tamis/milter.sock; see config/postfix-chroot.cf"
                    + " for a socket in there"
            ]
        )
        #expect(probe.lines[1].contains("unix:tamis/milter.sock"))
        #expect(probe.lines[2] == "  once tamis.yaml says: milter: { listen: \"unix:/srv/queue/tamis/milter.sock\" }")
    }

    @Test func `services that differ in their chroot are told`() throws {
        let mixed = "smtp inet n - y - - smtpd\nsubmission inet n - n - - smtpd\ncleanup unix n - n - 0 cleanup\n"
        let probe = try probe(listen: "unix:/var/spool/postfix/tamis/milter.sock", master: mixed)
        let warnings = texts(probe, "Postfix", .warning)
        #expect(warnings.count == 2)
        #expect(warnings[0].hasPrefix("submission/inet runs without the chroot of the others"))
        #expect(warnings[1].hasPrefix("cleanup and smtpd differ in their chroot"))
        #expect(texts(try self.probe(listen: "inet:127.0.0.1:8897", master: mixed), "Postfix", .warning) == [])
    }

    @Test(arguments: [
        ("inet:127.0.0.1:8897", "inet:127.0.0.1:8897", "inet:8897@127.0.0.1"),
        ("inet:[::1]:8897", "inet:[::1]:8897", "inet6:8897@::1"),
    ])
    func `a port is named as each mail server wants it`(listen: String, postfix: String, sendmail: String) throws {
        let lines = try probe(listen: listen, master: chrooted).lines
        #expect(lines[1].contains("{ \(postfix), "))
        #expect(lines.last?.contains("S=\(sendmail), F=T") == true)
    }

    @Test(arguments: [
        ("", Finding.Level.warning, "smtpd_milters does not name this socket; the line stands above"),
        ("smtpd_milters = unix:/other", .warning, "smtpd_milters does not name this socket; the line stands above"),
        (
            "smtpd_milters = inet:h:1, { unix:/run/t/m.sock, content_timeout=120s }", .ok,
            "smtpd_milters names the socket, and content_timeout (120 s) covers limits.deadline (45 s)"
        ),
        (
            "smtpd_milters = unix:/run/t/m.sock", .ok,
            "smtpd_milters names the socket, and content_timeout (300 s) covers limits.deadline (45 s)"
        ),
        (
            "smtpd_milters = unix:/run/t/m.sock\nmilter_content_timeout = 45s", .warning,
            "content_timeout (45 s) does not cover limits.deadline (45 s)"
        ),
        (
            "smtpd_milters = { unix:/run/t/m.sock, content_timeout=$x }", .warning,
            "content_timeout=$x is no time that this command understands"
        ),
    ])
    func `main dot cf is compared with the settings`(main: String, level: Finding.Level, text: String) throws {
        let probe = try probe(listen: "unix:/run/t/m.sock", master: open, main: main)
        #expect(texts(probe, "Postfix's main.cf", level) == [text])
    }

    @Test func `an absolute path that only some services can see is told as that`() throws {
        let mixed = "smtp inet n - y - - smtpd\nsubmission inet n - n - - smtpd\ncleanup unix n - n - 0 cleanup\n"
        let main = "smtpd_milters = unix:/run/t/m.sock"
        #expect(
            texts(try probe(listen: "unix:/run/t/m.sock", master: mixed, main: main), "Postfix's main.cf", .warning)
                == [
                    "unix:/run/t/m.sock is this socket for some services alone: in a chroot it is another; a relative path is right for all"
                ]
        )
        let inQueue = "unix:/var/spool/postfix/t/m.sock"
        let relative = try probe(listen: inQueue, master: mixed, main: "smtpd_milters = unix:t/m.sock")
        #expect(texts(relative, "Postfix's main.cf", .warning) == [])
    }

    @Test(arguments: [
        (
            "S=local:/run/t/m.sock, F=T, T=C:10s;S:30s;R:60s;E:2m", Finding.Level.ok,
            "x has this socket, and T=E:120s covers limits.deadline (45 s)"
        ),
        ("S=unix:/run/t/m.sock, T=E:30s", .warning, "x: T=E:30s does not cover limits.deadline (45 s)"),
        ("S=local:/run/t/m.sock, T=R:5s", .warning, "x: T=R:5s is short; a sign of life comes every 5 s"),
        ("S=local:/other", .warning, "no milter in it has this socket; the line for sendmail.mc stands above"),
    ])
    func `Sendmail's timeouts are compared with the settings`(line: String, level: Finding.Level, text: String) throws {
        let probe = try probe(listen: "unix:/run/t/m.sock", sendmail: "Xx, \(line)\n")
        #expect(texts(probe, "Sendmail's .cf", level) == [text])
    }

    @Test func `a socket below tmp is told, since Sendmail refuses it`() throws {
        let probe = try probe(listen: "unix:/tmp/tamis/milter.sock")
        #expect(
            texts(probe, "Sendmail", .warning) == [
                "everybody may write /tmp: Sendmail refuses a socket below it (\"World writable directory\")"
            ]
        )
        #expect(texts(try self.probe(listen: "inet:127.0.0.1:1"), "Sendmail", .warning) == [])
    }

    @Test func `a user that Postfix has and this host has not is told`() throws {
        let probe = try probe(listen: "unix:/run/t/m.sock", master: open, main: "mail_owner = no-such-user-here")
        #expect(texts(probe, "Postfix's access", .warning) == ["this host has no user no-such-user-here (mail_owner)"])
    }
}
