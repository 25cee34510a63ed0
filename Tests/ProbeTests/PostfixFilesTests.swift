import TestRig
import Testing

@testable import Probe

struct PostfixFilesTests {
    @Test func `main dot cf is read with its comments, folds and repetitions`() {
        let text = """
            # queue_directory = /no
            queue_directory=/var/spool/one
            smtpd_milters =
                # a comment within
                { unix:a.sock,
                  content_timeout=120s }

            queue_directory = /var/spool/two\r
            no parameter
            """
        let values = MainFile(text).values
        #expect(values["queue_directory"] == "/var/spool/two")
        #expect(values["smtpd_milters"] == "{ unix:a.sock, content_timeout=120s }")
        #expect(values.count == 2)
    }

    @Test func `master dot cf gives each service with its chroot and program`() {
        let text = """
            # service type  private unpriv  chroot  wakeup  maxproc command + args
            smtp      inet  n       -       y       -       -       smtpd
            submission inet n       -       -       -       -       /usr/lib/postfix/sbin/smtpd
              -o syslog_name=postfix/submission
            cleanup   unix  n       -       n       -       0       cleanup
            smtp      unix  -       -       y       -       -       smtp
            cleanup   unix  n       -       y       -       0       cleanup
            short line
            """
        #expect(
            MasterFile(text).services == [
                .init(name: "smtp/inet", chroot: .yes, program: "smtpd"),
                .init(name: "submission/inet", chroot: .standard, program: "smtpd"),
                .init(name: "smtp/unix", chroot: .yes, program: "smtp"),
                .init(name: "cleanup/unix", chroot: .yes, program: "cleanup"),
            ]
        )
    }

    @Test func `milters stand in braces or alone`() {
        let list = PostfixMilter.list(
            "{ unix:a.sock, content_timeout=120s,default_action = x }, inet:127.0.0.1:1 unix:/b, {inet:h:2}"
        )
        #expect(list.map(\.address) == ["unix:a.sock", "inet:127.0.0.1:1", "unix:/b", "inet:h:2"])
        #expect(list[0].attributes["content_timeout"] == "120s")
        #expect(PostfixMilter.list("").isEmpty)
        #expect(PostfixMilter.list("{ unix:a").map(\.address) == ["unix:a"])
    }

    @Test(
        arguments: [
            ("300s", 300), ("5m", 300), ("300", 300), ("2h", 7200), ("x", nil), ("", nil), ("5x", nil),
            ("99999999999999999999", nil),
        ] as [(String, Int64?)]
    )
    func `times have units`(text: String, seconds: Int64?) {
        #expect(MailServerTime.seconds(text) == seconds)
    }

    @Test func `Sendmail's milters have their timeouts, and defaults where none are given`() {
        let text = """
            # Xold, S=local:/x
            O InputMailFilters=tamis
            Xtamis, S=local:/run/tamis/milter.sock, F=T, T=C:10s;S:30s;R:60s;E:2m
            Xother, S=inet:8891@localhost
            Xbroken
            """
        let milters = SendmailFile(text).milters
        #expect(milters.map(\.name) == ["tamis", "other"])
        #expect(milters[0].socket == "local:/run/tamis/milter.sock")
        #expect(milters[0].timeouts == ["C": 10, "S": 30, "R": 60, "E": 120])
        #expect(milters[1].timeouts == ["C": 300, "S": 10, "R": 10, "E": 300])
    }
}

struct PostfixHostTests {
    /// A Postfix with these lines, without `postconf` unless it says something.
    private func host(
        _ column: String,
        main: String = "",
        postconf: String? = nil,
        _ body: (PostfixHost) throws -> Void
    ) throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write("smtp inet n - \(column) - - smtpd\ncleanup unix n - \(column) - 0 cleanup\n", to: "master.cf")
        try folder.write(main, to: "main.cf")
        try body(try #require(PostfixHost(folder: folder.path) { _ in postconf }))
    }

    @Test(arguments: [
        ("y", "compatibility_level = 3.6", true), ("n", "", false),
        ("-", "compatibility_level = 3.6\nmail_version = 3.7.11", false),
        ("-", "compatibility_level = 1", false), ("-", "", true), ("-", "compatibility_level = 0", true),
        ("-", "compatibility_level = 2\nmail_version = 2.11.0", true),
    ])
    func `a dash in the chroot column means what this Postfix means by it`(
        column: String,
        values: String,
        isChrooted: Bool
    ) throws {
        try host(column, postconf: values) { #expect($0.isSmtpdChrooted == isChrooted) }
        try host(column, main: values) { #expect($0.isSmtpdChrooted == isChrooted) }
    }

    @Test func `what postconf says counts more than main dot cf`() throws {
        try host("n", main: "queue_directory = /a\nmail_owner = b", postconf: "queue_directory = /c\nmail_owner = d\n")
        {
            #expect($0.queueFolder == "/c")
            #expect($0.user == "d")
        }
        try host("n", main: "queue_directory = /a/\nmail_owner = b") {
            #expect($0.queueFolder == "/a")
            #expect($0.user == "b")
        }
        try host("n", main: "queue_directory = $other/x\nmail_owner = $x") {
            #expect($0.queueFolder == "/var/spool/postfix")
            #expect($0.user == "postfix")
        }
    }

    @Test func `a chrooted smtpd names the socket from its own root, and sees none outside`() throws {
        try host("y") {
            #expect($0.name(of: "/var/spool/postfix/tamis/milter.sock") == "tamis/milter.sock")
            #expect($0.name(of: "/run/tamis/milter.sock") == nil)
            #expect($0.name(of: "/var/spool/postfix2/x") == nil)
            #expect($0.socketPaths(of: "unix:tamis/milter.sock") == ["/var/spool/postfix/tamis/milter.sock"])
            #expect($0.socketPaths(of: "unix:/tamis/milter.sock") == ["/var/spool/postfix/tamis/milter.sock"])
            #expect($0.socketPaths(of: "inet:127.0.0.1:1").isEmpty)
        }
        try host("n") {
            #expect($0.name(of: "/run/tamis/milter.sock") == "/run/tamis/milter.sock")
            #expect($0.socketPaths(of: "unix:/run/tamis/milter.sock") == ["/run/tamis/milter.sock"])
            #expect($0.socketPaths(of: "unix:tamis/x") == ["/var/spool/postfix/tamis/x"])
        }
    }

    @Test func `without master dot cf there is no Postfix`() {
        #expect(PostfixHost(folder: "/nowhere") { _ in nil } == nil)
    }
}
