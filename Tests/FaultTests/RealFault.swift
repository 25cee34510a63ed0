/// A fault that a mail filter, or what stands beside one, really had; and what keeps it out of Tamis.
struct RealFault {
    enum Answer {
        /// A test with this name, in this target.
        case test(String, in: String)
        /// It cannot happen to Tamis, and why.
        case doesNotApply(String)
    }

    let number: String
    /// Who had it, and what happened.
    let fault: String
    let answer: Answer

    init(_ number: String, _ fault: String, _ answer: Answer) {
        self.number = number
        self.fault = fault
        self.answer = answer
    }
}

extension RealFault {
    /// A test of this target that is named after the fault.
    private static func own(_ name: String) -> Answer { .test(name, in: "FaultTests") }

    static let all: [RealFault] = [
        RealFault(
            "1",
            "CVE-2010-1132, spamass-milter: a recipient reached a shell",
            own("fault 1, CVE-2010-1132: no recipient starts a process")
        ),
        RealFault(
            "2",
            "Debian #575019, spamass-milter: zombies, and a crash when fork failed",
            own("fault 2, Debian 575019: many messages leave no process and no thread behind")
        ),
        RealFault(
            "3",
            "spamass-milter 0.1.2: both pipes full, nobody reads",
            .test("an answer given before a large message was read is still read", in: "SpamdTests")
        ),
        RealFault(
            "4",
            "spamass-milter 0.1.3a and 0.3.0: hung on mail without headers, crashed on spam without a body",
            own("fault 4, spamass-milter 0.1.3a: mail without header, body or last line end is judged")
        ),
        RealFault(
            "5",
            "spamass-milter 0.4.0: a second forged X-Spam-Flag in another case stays",
            .test("forged headers are gone, every copy and any case", in: "EndToEndTests")
        ),
        RealFault(
            "6",
            "CVE-2022-48521, OpenDKIM: fields deleted from the lowest index up, so that one is left",
            .test(
                "edits come in the order of the manual, with and without leading blanks",
                in: "EndToEndTests"
            )
        ),
        RealFault(
            "7",
            "OpenDKIM #24: fields inserted in the wrong place around the MTA's Received",
            .test("spam is marked, in the order of the manual, below the server's own Received", in: "EndToEndTests")
        ),
        RealFault(
            "8",
            "CVE-2020-35766, OpenDKIM: predictable names in /tmp, links followed",
            .test("a lock file is not followed through a link", in: "MilterTests")
        ),
        RealFault(
            "9",
            "CVE-2020-12272, OpenDMARC: a parenthesis that a client sent was read as a result",
            .test("a client cannot play a second hop by what it says", in: "FilterTests")
        ),
        RealFault(
            "10",
            "rspamd #1738: a script in a Subject ran in the web page of history",
            .doesNotApply("there is no web page; `hostile bytes cannot break or forge a line` holds for the log")
        ),
        RealFault(
            "11",
            "rspamd 4.1.0: nested structures exhausted the stack, an HTML entity overflowed",
            .test("nesting of any depth is an error and no crash", in: "PyzorTests")
        ),
        RealFault(
            "12",
            "rspamd 4.1.3: a small compressed answer filled memory",
            .test("a small body that swells is stopped at the limit", in: "SpamdTests")
        ),
        RealFault(
            "13",
            "rspamd 4.0.1: a descriptor left behind with each connection",
            own("fault 13, rspamd 4.0.1: connections leave no descriptor behind")
        ),
        RealFault(
            "14",
            "rspamd 4.1.1: quarantine forgotten when a reply of one's own was set",
            .test("the edits and the answer are those of the logged action", in: "PolicyTests")
        ),
        RealFault(
            "15",
            "rspamd 3.10: what was added was folded before it was encoded",
            .test("a word that is too long is cut below 998 bytes a line", in: "MailTests")
        ),
        RealFault(
            "16",
            "rspamd #1740, #2005: an empty macro packet broke the reading",
            own("fault 16, rspamd 1740: empty and odd macros harm nobody")
        ),
        RealFault(
            "17",
            "rspamd #1764: a soft reject went out as 554",
            .test("tempfail: the default words", in: "ConformanceTests")
        ),
        RealFault(
            "18",
            "rspamd #1869: connections taken and never negotiated with",
            .test(
                "a listener that says nothing is no sign, and is asked no longer than its patience",
                in: "DaemonTests"
            )
        ),
        RealFault(
            "19",
            "rspamd #424: large mail, time limits, a storm of 451",
            own("fault 19, rspamd 424: 25 MB are judged by their beginning and not put off")
        ),
        RealFault(
            "20",
            "CVE-2007-2873, SpamAssassin: links of users followed as root",
            .doesNotApply("Tamis writes no file of any user; what is learned is spamd's own business")
        ),
        RealFault(
            "21",
            "CVE-2017-15705 and CVE-2019-12420, SpamAssassin: messages that take for ever to scan",
            own("no message waits longer than its deadline and a second")
        ),
        RealFault(
            "22",
            "CVE-2016-1238 and others, SpamAssassin: settings that others may write run code",
            .test("a file that everybody can write is refused", in: "SettingsTests")
        ),
        RealFault(
            "23",
            "docker-mailserver #4351: counts over a limit made Pyzor's points vanish",
            own("fault 23, docker-mailserver 4351: large counts keep their points, the whitelist its say")
        ),
        RealFault(
            "24a",
            "Postfix 20190403, 20200202, 20220417: replies of several lines cut, header checks applied to the next message",
            own("fault 24a, Postfix 20220417: a header check on our mark holds this message and not the next")
        ),
        RealFault(
            "24",
            "Postfix 20200308: panic with several milters when one had failed",
            own("fault 24, Postfix 20200308: beside a milter that was killed nothing is lost")
        ),
        RealFault(
            "25",
            "Postfix 20211105: a replaced body with long lines corrupted the queue file",
            own("fault 25, Postfix 20211105: a change of body is never asked for")
        ),
        RealFault(
            "26",
            "Postfix 20231213: after PREPEND the wrong field was changed",
            own("fault 26, Postfix 20231213: a prepended field stays when forged ones go")
        ),
        RealFault(
            "27",
            "Postfix 20260627 and later: malformed replies of a milter overran memory",
            .test("a reply that an MTA would not pass on is refused with its reason", in: "MailTests")
        ),
        RealFault(
            "28",
            "Postfix 20220404: a milter's host name that was not found was fatal",
            .doesNotApply("it is the mail server that looks the name up; our documentation has paths and numbers")
        ),
        RealFault(
            "29",
            "sendmail: time limits lowered by a milter, macros of one stage sent at another",
            .test("macros are read at their stage and later", in: "MilterTests")
        ),
        RealFault(
            "30",
            "ClamAV: a pid file that the daemon's user may write",
            .doesNotApply("no pid file is written; the service manager is told by its socket")
        ),
        RealFault(
            "31",
            "CVE-2020-12100, Dovecot, and CVE-2026-26312, Stalwart: deep nesting of parts",
            own("fault 31, CVE-2020-12100: nesting from 10 to 100,000 costs no message its verdict")
        ),
        RealFault(
            "32",
            "CVE-2020-28200, Dovecot: a regular expression that takes for ever",
            .test("the worst pattern that fits does no more than length times length", in: "PolicyTests")
        ),
        RealFault(
            "33",
            "CVE-2023-51764 and others: smuggling by line ends that are none",
            own("fault 33, CVE-2023-51764: dots and bare line ends reach spamd as they are")
        ),
        RealFault(
            "34",
            "go-milter #11: the second message of a connection met the first one's state",
            own("100 messages in one session with RSET")
        ),
        RealFault(
            "35",
            "rmilter #48, #71, #123: hung and deaf to SIGTERM, or gone until started by hand",
            own("a drain that outlasts its grace")
        ),
    ]
}
