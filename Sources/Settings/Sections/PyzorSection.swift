package import Pyzor

/// `pyzor`: the Pyzor servers, and how they are asked.
package struct PyzorSection: Equatable, Sendable {
    package var enabled = true
    package var servers = [PyzorServer.standard]
    /// nil asks as anonymous.
    package var accountsFile: String?
    package var timeout = Duration.seconds(3)
    /// Whose digest of a message is sent.
    package var digest = DigestRule.pyzor1_1
    package var cache = PyzorCacheSection()

    package init() {}
}

/// `pyzor.cache`: answers that are kept, by digest.
package struct PyzorCacheSection: Equatable, Sendable {
    /// 0 keeps none.
    package var entries = 10_000
    package var found = Duration.seconds(600)
    package var notFound = Duration.seconds(120)

    package init() {}
}

extension PyzorSection {
    static let schema = Schema<PyzorSection>(
        [
            .value(
                "enabled",
                \.enabled,
                .boolean,
                "Whether Pyzor is asked; it gets digests of mail, never mail itself."
            ),
            .value(
                "servers",
                \.servers,
                .list(of: .pyzorServer, "a list of servers", layout: .block, limit: 64).distinct(),
                "HOST:PORT. All are asked; the highest counts are used."
            ),
            .value(
                "accounts-file",
                \.accountsFile,
                .path("a file"),
                "pyzor's accounts file; \"\" to ask as anonymous."
            ),
            .value("timeout", \.timeout, .duration(.milliseconds(10) ... .seconds(300))),
            .value(
                "digest",
                \.digest,
                .choice(of: [("pyzor-1.1", .pyzor1_1), ("pyzor-1.0", .pyzor1_0)]),
                "Whose digest is sent: pyzor-1.1 or pyzor-1.0."
            ),
            .group("cache", \.cache, PyzorCacheSection.schema, "Answers that are kept, by digest."),
        ],
        check: { section, given, key, reading in
            if section.enabled, section.servers.isEmpty, given.isSound("enabled") {
                reading.refuse(
                    given["servers"] ?? given.place,
                    "\(key).servers",
                    "expected a server, or \"enabled: false\""
                )
            }
        }
    )
}

extension PyzorCacheSection {
    static let schema = Schema<PyzorCacheSection>([
        .value("entries", \.entries, .integer(0...10_000_000), "How many; 0 for none."),
        .value(
            "found",
            \.found,
            .duration(.zero ... .seconds(86_400)),
            "How long an answer stays that knew the digest, and one that did not."
        ),
        .value("not-found", \.notFound, .duration(.zero ... .seconds(86_400))),
    ])
}
