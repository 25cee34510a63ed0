/// Where the old milter's socket was, and where ours goes.
struct MigratedSocket: Equatable {
    /// As milter.listen has it.
    let listen: String
    /// As main.cf and sendmail.mc have it.
    let postfix: String
    let sendmail: String
    let remark: String
    /// What lets the mail server in.
    let preparation: String

    init(_ old: String?) {
        let parts = old?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
        if let old, parts.count == 2, ["inet", "inet6"].contains(parts[0].lowercased()) {
            self.init(inet: parts[1], old: old)
        } else if let old, old.contains("/spool/postfix/") {
            self.init(inChrootLike: old)
        } else {
            self.init(insteadOf: old)
        }
    }

    private init(inChrootLike old: String) {
        listen = "unix:/var/spool/postfix/tamis/milter.sock"
        postfix = "unix:tamis/milter.sock"
        sendmail = "local:/var/spool/postfix/tamis/milter.sock"
        remark = "Inside Postfix's chroot, as \(old) was, in a folder of its own"
        preparation =
            "Let Postfix in, before step 3: adduser postfix tamis, and put config/postfix-chroot.tmpfiles and .service where "
            + "config/postfix-chroot.cf says"
    }

    private init(insteadOf old: String?) {
        listen = "unix:/run/tamis/milter.sock"
        postfix = "unix:/run/tamis/milter.sock"
        sendmail = "local:/run/tamis/milter.sock"
        remark =
            old.map { "In place of \($0); that folder belongs to spamass-milter" }
            ?? "Where Postfix runs in a chroot (Debian), take unix:/var/spool/postfix/tamis/milter.sock: see config/postfix-chroot.cf"
        preparation = "Let Postfix in: adduser postfix tamis, and restart Postfix (Sendmail needs nothing)"
    }

    /// `PORT@HOST`, `HOST:PORT` or `PORT`.
    private init(inet text: String, old: String) {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        let isV6 = old.lowercased().hasPrefix("inet6")
        var host = parts.count == 2 ? parts[1] : isV6 ? "::1" : "127.0.0.1"
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" { host = isV6 ? "::1" : "127.0.0.1" }
        let port = parts.first ?? ""
        let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        listen = SpamassMigration.quoted("inet:\(address)")
        postfix = "inet:\(address)"
        sendmail = "\(host.contains(":") ? "inet6" : "inet"):\(port)@\(host)"
        remark =
            parts.count == 2
            ? "As it was"
            : "It was \(old), which listens on all addresses; a milter asks for no password, so this is loopback alone"
        preparation = "Nothing else: a TCP port needs no group"
    }
}
