import Glibc
import Mail
import Settings

/// What this host's mail servers make of the milter's socket: lines for their settings, and whether they get at it.
///
/// Postfix is looked at where its folder of settings is (master.cf's chroot column, the queue folder, the user), Sendmail where its
/// sendmail.cf is. Only files are read; `postconf` is run if it is there.
struct MailServerProbe {
    let milter: MilterSection
    /// `limits.deadline` in whole seconds, rounded up.
    let deadline: Int64
    /// Nil where there is no Postfix.
    let postfix: PostfixHost?
    /// Where Postfix was looked for.
    let postfixFolder: String
    /// Nil where there is no Sendmail.
    let sendmail: SendmailFile?

    /// How long a mail server should wait: well over the deadline.
    private var patience: Int64 { max(120, deadline + 60) }

    var lines: [String] {
        var lines: [String] = []
        if let postfix {
            let chroot =
                postfix.isSmtpdChrooted
                ? "smtpd runs in a chroot, \(postfix.queueFolder)" : "smtpd runs without a chroot"
            lines.append("For Postfix (\(postfix.folder): \(chroot)), in main.cf:")
        } else {
            lines.append(
                "For Postfix (none was found in \(postfixFolder); a smtpd without chroot is assumed), in main.cf:"
            )
        }
        lines.append("    smtpd_milters = { \(postfixAddress), default_action=tempfail, content_timeout=\(patience)s }")
        if isOutsideChroot { lines.append("  once tamis.yaml says: milter: { listen: \"unix:\(socketInChroot)\" }") }
        lines += [
            "For Sendmail, in sendmail.mc:",
            "    INPUT_MAIL_FILTER(`tamis', `S=\(sendmailAddress), F=T, \(timeouts)')dnl",
        ]
        return lines
    }

    private var timeouts: String { "T=C:10s;S:30s;R:60s;E:\((patience + 59) / 60)m" }

    private var isOutsideChroot: Bool {
        guard case .unix(let path) = milter.listen, let postfix else { return false }
        return postfix.name(of: path) == nil
    }

    private var socketInChroot: String { "\(postfix?.queueFolder ?? "/var/spool/postfix")/tamis/milter.sock" }

    private var postfixAddress: String {
        switch milter.listen {
        case .inet(let address): "inet:\(address)"
        case .unix(let path): "unix:\(postfix.map { $0.name(of: path) ?? "tamis/milter.sock" } ?? path)"
        }
    }

    private var sendmailAddress: String {
        switch milter.listen {
        case .inet(let address): "\(address.host.contains(":") ? "inet6" : "inet"):\(address.port)@\(address.host)"
        case .unix(let path): "local:\(path)"
        }
    }

    var findings: [Finding] {
        postfixFindings + sendmailFindings + socketFindings
    }
}

// MARK: - Postfix

extension MailServerProbe {
    private var postfixFindings: [Finding] {
        guard let postfix else {
            let master = "\(postfixFolder)/master.cf"
            if Glibc.access(master, F_OK) == 0 || errno != ENOENT {
                let unknown = "so nothing is known of Postfix, nor whether smtpd is in a chroot"
                return [.warning("Postfix", "\(master) cannot be read, \(unknown)")]
            }
            return [.ok("Postfix", "none was found in \(postfixFolder); nothing of it was looked at")]
        }
        return chroot(postfix) + access(postfix) + configured(postfix)
    }

    private func chroot(_ postfix: PostfixHost) -> [Finding] {
        let smtpd = postfix.services(running: "smtpd")
        let inside = smtpd.filter(\.isChrooted).map(\.name)
        guard !smtpd.isEmpty else {
            return [.warning("Postfix", "\(postfix.folder)/master.cf names no smtpd: no mail comes by SMTP")]
        }
        var findings: [Finding] = []
        if isOutsideChroot, case .unix(let path) = milter.listen {
            findings.append(
                .warning(
                    "Postfix",
                    "smtpd runs in a chroot (\(postfix.queueFolder): \(inside.joined(separator: ", "))) and cannot see \(path); "
                        + "see config/postfix-chroot.cf for a socket in there"
                )
            )
        } else {
            let text = inside.isEmpty ? "smtpd runs without a chroot" : "smtpd runs in a chroot, and \(place)"
            findings.append(.ok("Postfix", "\(text) (master.cf)"))
        }
        if !inside.isEmpty, inside.count < smtpd.count, case .unix = milter.listen {
            let outside = smtpd.filter { !$0.isChrooted }.map(\.name).joined(separator: ", ")
            findings.append(
                .warning(
                    "Postfix",
                    "\(outside) runs without the chroot of the others; a relative path is right for both"
                )
            )
        }
        let cleanup = postfix.services(running: "cleanup")
        if cleanup.contains(where: { $0.isChrooted != postfix.isSmtpdChrooted }), case .unix = milter.listen {
            let text =
                "cleanup and smtpd differ in their chroot; non_smtpd_milters, which cleanup asks, may need another path"
            findings.append(.warning("Postfix", text))
        }
        return findings
    }

    private var place: String {
        if case .unix = milter.listen { "the socket lies in it" } else { "a port can be reached from it" }
    }

    /// Whether Postfix's user gets through the folders, and may write to the socket.
    private func access(_ postfix: PostfixHost) -> [Finding] {
        guard case .unix(let path) = milter.listen else { return [] }
        let subject = "Postfix's access"
        guard let user = Accessor(named: postfix.user) else {
            return [.warning(subject, "this host has no user \(postfix.user) (mail_owner)")]
        }
        return [Self.access(of: user, to: path, subject)]
    }

    static func access(
        of user: Accessor,
        to path: String,
        _ subject: String,
        _ status: (String) -> FileStatus? = { FileStatus($0) }
    ) -> Finding {
        let folders = FolderPath(to: path)
        if let (folder, found) = folders.obstacle(for: user, status) {
            // Nobody should join root's group for it.
            let group = found.group == 0 ? "tamis" : FileStatus.groupName(found.group)
            let first = found.group == 0 ? "give that folder a group of its own (chgrp tamis), and " : ""
            let advice = "\(first)put it into the group (adduser \(user.name) \(group)) and restart Postfix"
            return .warning(subject, "the user \(user.name) cannot pass \(folder) (\(found.text)); \(advice)")
        }
        if let missing = folders.missing(status) {
            return .warning(subject, "\(missing) is not there yet: the unit or systemd-tmpfiles makes it")
        }
        guard let socket = status(path), socket.isSocket else {
            return .ok(
                subject,
                "the user \(user.name) gets as far as the folder; no socket is in it, since tamisd does not run"
            )
        }
        guard user.has(2, of: socket) else {
            return .warning(
                subject,
                "the user \(user.name) may not write to \(path) (\(socket.text)); see milter.socket-mode and its group"
            )
        }
        return .ok(subject, "the user \(user.name) may use \(path) (\(socket.text)); ACLs were not looked at")
    }

    /// What main.cf says of the socket already.
    private func configured(_ postfix: PostfixHost) -> [Finding] {
        let milters = PostfixMilter.list(postfix.values["smtpd_milters"] ?? "")
        guard let ours = milters.first(where: { isOurs($0, of: postfix) }) else {
            return [.warning("Postfix's main.cf", "smtpd_milters does not name this socket; the line stands above")]
        }
        if case .unix = milter.listen, postfix.socketPaths(of: ours.address).count > 1 {
            let text =
                "\(ours.address) is this socket for some services alone: in a chroot it is another; a relative path is right for all"
            return [.warning("Postfix's main.cf", text)]
        }
        let text = ours.attributes["content_timeout"] ?? postfix.values["milter_content_timeout"] ?? "300s"
        let subject = "Postfix's main.cf"
        guard let timeout = MailServerTime.seconds(text) else {
            return [.warning(subject, "content_timeout=\(text) is no time that this command understands")]
        }
        guard timeout > deadline else {
            return [.warning(subject, "content_timeout (\(timeout) s) does not cover limits.deadline (\(deadline) s)")]
        }
        return [
            .ok(
                subject,
                "smtpd_milters names the socket, and content_timeout (\(timeout) s) covers limits.deadline (\(deadline) s)"
            )
        ]
    }

    private func isOurs(_ entry: PostfixMilter, of postfix: PostfixHost) -> Bool {
        switch milter.listen {
        case .unix(let path): postfix.socketPaths(of: entry.address).contains(path)
        case .inet(let address):
            entry.address == "inet:\(address)"
                || address.address?.isLoopback == true && entry.address == "inet:localhost:\(address.port)"
        }
    }
}

// MARK: - Sendmail, and the socket

extension MailServerProbe {
    private var sendmailFindings: [Finding] {
        var findings: [Finding] = []
        if case .unix(let path) = milter.listen, let folder = FolderPath(to: path).worldWritable() {
            let text =
                "everybody may write \(folder): Sendmail refuses a socket below it (\"World writable directory\")"
            findings.append(.warning("Sendmail", text))
        }
        guard let sendmail else { return findings }
        let subject = "Sendmail's .cf"
        guard let ours = sendmail.milters.first(where: { isOurs($0.socket) }) else {
            return findings + [
                .warning(subject, "no milter in it has this socket; the line for sendmail.mc stands above")
            ]
        }
        return findings + [Self.covers(ours, deadline: deadline, subject)]
    }

    private func isOurs(_ socket: String) -> Bool {
        guard case .unix(let path) = milter.listen else { return socket == sendmailAddress }
        return socket == "local:\(path)" || socket == "unix:\(path)"
    }

    static func covers(_ milter: SendmailFile.Milter, deadline: Int64, _ subject: String) -> Finding {
        let end = milter.timeouts["E"] ?? 300
        let reply = milter.timeouts["R"] ?? 10
        if end <= deadline {
            return .warning(subject, "\(milter.name): T=E:\(end)s does not cover limits.deadline (\(deadline) s)")
        }
        // tamisd gives a sign of life every five seconds.
        if reply < 10 {
            return .warning(subject, "\(milter.name): T=R:\(reply)s is short; a sign of life comes every 5 s")
        }
        return .ok(subject, "\(milter.name) has this socket, and T=E:\(end)s covers limits.deadline (\(deadline) s)")
    }

    /// Whether tamisd, whoever runs it, can make the socket.
    private var socketFindings: [Finding] {
        guard case .unix(let path) = milter.listen, let tamis = Accessor(named: "tamis") else { return [] }
        let folders = FolderPath(to: path)
        guard folders.missing() == nil, let folder = folders.folders.last, let status = FileStatus(folder) else {
            return []
        }
        guard folders.obstacle(for: tamis) == nil, tamis.has(3, of: status) else {
            return [.warning("tamisd's access", "the user tamis cannot make a socket in \(folder) (\(status.text))")]
        }
        return [.ok("tamisd's access", "the user tamis can make a socket in \(folder)")]
    }
}
