/// The Postfix of this host, as far as a milter has to know it.
struct PostfixHost: Equatable, Sendable {
    let folder: String
    let queueFolder: String
    /// The user that smtpd and cleanup run as.
    let user: String
    let master: MasterFile
    /// main.cf's values, and Postfix' defaults of those that were asked for.
    let values: [String: String]

    static let parameters = [
        "queue_directory", "mail_owner", "compatibility_level", "mail_version", "smtpd_milters",
        "milter_content_timeout",
    ]

    /// Nil when there is no master.cf in the folder.
    ///
    /// - Parameters:
    ///   - folder: where main.cf and master.cf are.
    ///   - postconf: what `postconf` says; nil when it is not there, and main.cf itself is read.
    init?(folder: String, postconf: ([String]) -> String?) {
        guard let master = TextOfFile.read("\(folder)/master.cf") else { return nil }
        let output = postconf(["-c", folder, "-x"] + Self.parameters)
        let values = MainFile(output ?? TextOfFile.read("\(folder)/main.cf") ?? "").values
        self.folder = folder
        self.values = values
        self.master = MasterFile(master)
        queueFolder = Self.folder(values["queue_directory"]) ?? "/var/spool/postfix"
        user = values["mail_owner"].flatMap { $0.isEmpty || $0.contains("$") ? nil : $0 } ?? "postfix"
    }

    private static func folder(_ value: String?) -> String? {
        guard let value, value.first == "/", !value.contains("$") else { return nil }
        return value.count > 1 && value.last == "/" ? String(value.dropLast()) : value
    }

    /// The services that run this program, and whether each is in a chroot.
    func services(running program: String) -> [(name: String, isChrooted: Bool)] {
        master.services.filter { $0.program == program }.map { service in
            let isChrooted =
                switch service.chroot {
                case .yes: true
                case .no: false
                case .standard: isChrootedByDefault
                }
            return (service.name, isChrooted)
        }
    }

    /// What a `-` in the chroot column means: `n` since Postfix 3.0, unless compatibility_level is 0, which is also what it is when
    /// nobody set it (COMPATIBILITY_README, "chroot=y"); `y` before.
    private var isChrootedByDefault: Bool {
        if let major = values["mail_version"]?.split(separator: ".").first.flatMap({ Int($0) }), major < 3 {
            return true
        }
        let level = values["compatibility_level"]?.split(separator: ".").first.flatMap { Int($0) } ?? 0
        return level < 1
    }

    /// Whether any service that takes mail from the network is in a chroot.
    var isSmtpdChrooted: Bool { services(running: "smtpd").contains { $0.isChrooted } }

    /// The socket as smtpd has to name it; nil when it lies where a chrooted smtpd cannot see it.
    func name(of socket: String) -> String? {
        guard isSmtpdChrooted else { return socket }
        let prefix = queueFolder + "/"
        return socket.hasPrefix(prefix) ? String(socket.dropFirst(prefix.utf8.count)) : nil
    }

    /// The files that a milter's address in main.cf means for the services that run smtpd: two where some are in a chroot and some
    /// not; none if it is no unix socket.
    func socketPaths(of address: String) -> Set<String> {
        guard address.hasPrefix("unix:") else { return [] }
        let path = address.dropFirst(5)
        let inQueue = "\(queueFolder)/\(path.drop { $0 == "/" })"
        guard path.first == "/" else { return [inQueue] }
        let smtpd = services(running: "smtpd")
        return Set(smtpd.isEmpty ? [String(path)] : smtpd.map { $0.isChrooted ? inQueue : String(path) })
    }
}
