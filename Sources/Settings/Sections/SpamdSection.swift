package import Policy
package import Spamd

/// `spamd`: where SpamAssassin's daemon is, and how it is asked.
package struct SpamdSection: Equatable, Sendable {
    package var enabled = true
    package var servers = [SpamdServer.standard]
    /// For all tries of one message together.
    package var timeout = Duration.seconds(40)
    package var connectTimeout = Duration.seconds(2)
    /// Questions at once, per server.
    package var maxConcurrent = 20
    /// Whether a second server is asked when the first takes long.
    package var hedge = false
    package var user = SpamdUserRules.Rule.none
    /// When a message has several recipients; nil names nobody.
    package var userForSeveral: SpamdUser?
    /// Who stands for which recipients, before `user` counts.
    package var users: [SpamdUserRules.Mapping] = []
    /// A file of such; nil for none.
    package var usersFile: String?
    package var compress = false
    /// For servers on `tls://`.
    package var tls = TLSOptions()

    package init() {}
}

extension SpamdSection {
    static let schema = Schema<SpamdSection>(
        [
            .value("enabled", \.enabled, .boolean, "Whether spamd is asked."),
            .value(
                "servers",
                \.servers,
                .list(of: .spamdServer, "a list of servers", layout: .block, limit: 64).distinct(),
                "HOST:PORT, unix:/path or tls://HOST:PORT. Each is tried at most once for a message.",
                examples: ["\"[::1]:783\"", "unix:/run/spamd.sock", "tls://spamd.example.org:783"]
            ),
            .value(
                "timeout",
                \.timeout,
                .duration(.milliseconds(100) ... .seconds(3600)),
                "All tries of one message together."
            ),
            .value(
                "connect-timeout",
                \.connectTimeout,
                .duration(.milliseconds(10) ... .seconds(300)),
                "To reach one server."
            ),
            .value("max-concurrent", \.maxConcurrent, .integer(1...10_000), "Questions at once, per server."),
            .value(
                "hedge",
                \.hedge,
                .boolean,
                "Ask a second server too when the first takes longer than 95 of 100 questions did; the first answer counts."
            ),
            .value(
                "user",
                \.user,
                .userRule,
                "For whom a message with one recipient is judged: none, local-part, address or name:NAME."
            ),
            .value(
                "user-for-several",
                \.userForSeveral,
                .severalUser,
                "The same for a message with several recipients: none or name:NAME."
            ),
            .value(
                "users",
                \.users,
                .spamdUsers,
                "Before user counts: { ADDRESS: NAME, ... }; patterns such as \"*@example.org\", the first that matches;",
                "none names nobody. With mixed: split these part recipients as rows do.",
                examples: ["{ \"info@example.org\": alice, \"*@lists.example.org\": none }"]
            ),
            .value(
                "users-file",
                \.usersFile,
                .path("a file"),
                "After users: a file with lines \"ADDRESS NAME\", as Postfix' virtual; user@domain or @domain. It is read",
                "at start and reload: 8 MiB and \(SpamdUsersFile.maximumRows) addresses at most.",
                examples: ["/etc/tamis/spamd-users"]
            ),
            .value("compress", \.compress, .boolean, "Compress what is sent (zlib); spamd needs Compress::Zlib."),
            .group("tls", \.tls, TLSOptions.schema, "For servers that begin with tls://."),
        ],
        check: { section, given, key, reading in
            if section.enabled, section.servers.isEmpty, given.isSound("enabled") {
                reading.refuse(
                    given["servers"] ?? given.place,
                    "\(key).servers",
                    "expected a server, or \"enabled: false\""
                )
            }
            if given.isSound("connect-timeout", "timeout"), section.connectTimeout > section.timeout,
                let place = given.first(of: "connect-timeout", "timeout")
            {
                reading.warn(
                    place.place,
                    "\(key).\(place.name)",
                    "connect-timeout (\(durationText(section.connectTimeout))) is longer than"
                        + " timeout (\(durationText(section.timeout)))"
                )
            }
            if section.hedge, section.servers.count < 2, given.isSound("servers"), let place = given["hedge"] {
                reading.warn(place, "\(key).hedge", "has no effect with one server")
            }
            let speaksTLS = section.servers.contains { $0.usesTLS }
            if section.tls != TLSOptions(), !speaksTLS, given.isSound("servers"), let place = given["tls"] {
                reading.warn(place, "\(key).tls", "has no effect, since no server begins with tls://")
            }
        }
    )
}

extension TLSOptions {
    static let schema = Schema<TLSOptions>(
        [
            .value("ca-file", \.authorities, .path("a PEM file"), "Authorities in PEM; \"\" for the system's."),
            .value("cert-file", \.certificate, .path("a PEM file"), "Our own certificate in PEM, and its key."),
            .value("key-file", \.key, .path("a PEM file"), "The key, unless it stands in cert-file."),
            .value(
                "key-password-file",
                \.keyPassword,
                Form<String?>.path("a file").mapped({ $0.map { .file($0) } }, from: { $0?.file }),
                "Its first line is the key's password."
            ),
            .value(
                "verify",
                \.verification,
                .choice,
                "What of a server's certificate is checked: full, chain (not the name) or none."
            ),
        ],
        check: { options, given, key, reading in
            guard given.isSound("cert-file") else { return }
            for name in ["key-file", "key-password-file"] where options.certificate == nil {
                let isSet = name == "key-file" ? options.key != nil : options.keyPassword != nil
                guard isSet, let place = given[name] else { continue }
                reading.refuse(place, "\(key).\(name)", "needs cert-file beside it")
            }
            if options.verification == .none, let place = given["verify"] {
                reading.warn(place, "\(key).verify", "anybody on the way can read and answer what is sent")
            }
        }
    )
}

extension TLSOptions.KeyPassword {
    /// The settings file never holds a password itself.
    fileprivate var file: String? {
        if case .file(let path) = self { path } else { nil }
    }
}
