import TestRig

/// How a mail server is set up; each server is started once for each of these that a promise asks for.
enum Wiring: String, CaseIterable, Sendable {
    /// Tamis alone.
    case alone
    /// smtpd and cleanup in a chroot, local mail filtered too, an access map that prepends, checks of milters' headers.
    case debian
    /// A milter before Tamis and one behind it.
    case neighbours

    func postfix(_ neighbours: Neighbours?) -> Postfix.Options {
        var options = Postfix.Options()
        options.hasBarePort = true
        options.lines = [
            // Everybody is a recipient here, and the longest row has to fit.
            "virtual_mailbox_domains = static:all", "message_size_limit = 60000000", "virtual_mailbox_limit = 0",
            "smtpd_authorized_xclient_hosts = 127.0.0.0/8",
        ]
        if self == .debian {
            options.isChrooted = true
            options.filtersLocalMail = true
            options.lines += [
                "milter_header_checks = regexp:{{/^X-Spam-Score: 9\\.9/ HOLD}}",
                "smtpd_recipient_restrictions = check_recipient_access regexp:{"
                    + "{/@prepend\\.test$/ PREPEND X-Prepended: yes} {/@prepend-flag\\.test$/ PREPEND X-Spam-Flag: YES}}",
            ]
        }
        options.milterBefore = neighbours?.before
        options.milterBehind = neighbours?.behind
        return options
    }

    func sendmail(_ neighbours: Neighbours?) -> [String] {
        // A header of 60,000 bytes has to fit.
        let lines = ["define(`confMAX_HEADERS_LENGTH', `262144')dnl"]
        guard let neighbours else { return lines }
        return lines + [
            "MAIL_FILTER(`before', `S=local:\(neighbours.before), F=T')dnl",
            "MAIL_FILTER(`behind', `S=local:\(neighbours.behind), F=T')dnl",
            "define(`confINPUT_MAIL_FILTERS', `before, tamis, behind')dnl",
        ]
    }
}

/// Two other milters, which say in a field how many X-Spam-* fields they saw: X-Before and X-Behind.
final class Neighbours: Sendable {
    let before: String
    let behind: String
    private let folder: PrivateDirectory
    private let processes: [ChildProcess]

    init() throws {
        let folder = try PrivateDirectory()
        self.folder = folder
        before = folder.path("before.sock")
        behind = folder.path("behind.sock")
        processes = try [(before, "X-Before"), (behind, "X-Behind")].map { socket, name in
            try ChildProcess(
                Programs.built("MilterStandIn"),
                ["unix:\(socket)", "mode=0666", "counting=\(name)", "stay"],
                output: folder.path(name)
            )
        }
        for name in ["X-Before", "X-Behind"] {
            try waitUntil("\(name) was there", within: .seconds(20)) { folder.read(name).contains("listening") }
        }
    }

    func stop() {
        for process in processes { process.stop() }
        folder.remove()
    }
}
