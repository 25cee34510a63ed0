/// `spamd`: where SpamAssassin's daemon is, and how it is asked.
package struct SpamdSection: Equatable, Sendable {
    package var enabled = true
    package var servers = [SpamdAddress.tcp(HostAndPort(host: "127.0.0.1", port: 783))]
    /// For all tries of one message together.
    package var timeout = Duration.seconds(40)
    package var connectTimeout = Duration.seconds(2)
    /// Questions at once, per server.
    package var maxConcurrent = 20
    package var user = SpamdUser.none
    /// When a message has several recipients: `none` or `name` only.
    package var userForSeveral = SpamdUser.none
    package var compress = false
    package var tls = TLSSection()

    package init() {}
}

/// `spamd.tls`: for servers that begin with `tls://`.
package struct TLSSection: Equatable, Sendable {
    /// How much of a server's certificate is checked.
    package enum Verification: String, Choice {
        /// The chain, and that it was made for this server.
        case full
        /// The chain alone.
        case chain
        case none
    }

    /// PEM; nil for the system's.
    package var caFile: String?
    /// PEM; both or neither.
    package var certFile: String?
    package var keyFile: String?
    package var keyPasswordFile: String?
    package var verify = Verification.full

    package init() {}
}

extension SpamdSection {
    static let schema = Schema<SpamdSection>(
        [
            .value("enabled", \.enabled, .boolean, "Whether spamd is asked."),
            .value(
                "servers",
                \.servers,
                .list(of: .spamdAddress, "a list of servers", layout: .block, limit: 64).distinct(),
                "HOST:PORT, unix:/path or tls://HOST:PORT. Each is tried at most once for a message.",
                example: "\"[::1]:783\""
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
                "user",
                \.user,
                .spamdUser(["none", "local-part", "address"]),
                "For whom a message with one recipient is judged: none, local-part, address or name:NAME."
            ),
            .value(
                "user-for-several",
                \.userForSeveral,
                .spamdUser(["none"]),
                "The same for a message with several recipients: none or name:NAME."
            ),
            .value("compress", \.compress, .boolean, "Compress what is sent (zlib); spamd needs Compress::Zlib."),
            .group("tls", \.tls, TLSSection.schema, "For servers that begin with tls://."),
        ],
        check: { section, given, key, reading in
            if section.enabled, section.servers.isEmpty {
                reading.refuse(
                    given["servers"] ?? given.place,
                    "\(key).servers",
                    "expected a server, or \"enabled: false\""
                )
            }
            if section.connectTimeout > section.timeout, let place = given.first(of: "connect-timeout", "timeout") {
                reading.warn(
                    place.place,
                    "\(key).\(place.name)",
                    "connect-timeout (\(durationText(section.connectTimeout))) is longer than"
                        + " timeout (\(durationText(section.timeout)))"
                )
            }
            let speaksTLS = section.servers.contains { if case .tls = $0 { true } else { false } }
            if section.tls != TLSSection(), !speaksTLS, let place = given["tls"] {
                reading.warn(place, "\(key).tls", "has no effect, since no server begins with tls://")
            }
        }
    )
}

extension TLSSection {
    static let schema = Schema<TLSSection>(
        [
            .value("ca-file", \.caFile, .path("a PEM file"), "Authorities in PEM; \"\" for the system's."),
            .value("cert-file", \.certFile, .path("a PEM file"), "Our own certificate and its key in PEM."),
            .value("key-file", \.keyFile, .path("a PEM file")),
            .value("key-password-file", \.keyPasswordFile, .path("a file"), "Its first line is the key's password."),
            .value(
                "verify",
                \.verify,
                .choice,
                "What of a server's certificate is checked: full, chain (not the name) or none."
            ),
        ],
        check: { section, given, key, reading in
            if (section.certFile == nil) != (section.keyFile == nil) {
                let (has, lacks) = section.certFile == nil ? ("key-file", "cert-file") : ("cert-file", "key-file")
                reading.refuse(given[has] ?? given.place, "\(key).\(has)", "needs \(lacks) beside it")
            }
            if section.keyPasswordFile != nil, section.keyFile == nil {
                let place = given["key-password-file"] ?? given.place
                reading.refuse(place, "\(key).key-password-file", "needs key-file beside it")
            }
            if section.verify == .none, let place = given["verify"] {
                reading.warn(place, "\(key).verify", "anybody on the way can read and answer what is sent")
            }
        }
    )
}
