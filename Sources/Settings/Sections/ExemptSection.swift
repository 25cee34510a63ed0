package import Mail

/// `exempt`: which mail is treated more gently. The strictest ceiling that applies wins.
package struct ExemptSection: Equatable, Sendable {
    /// Always `skip`, at CONNECT.
    package var networks = ["127.0.0.0/8", "::1/128"].compactMap { Network($0) }
    /// Not received by SMTP: no client address, or loopback with port 0.
    package var local = Ceiling.skip
    package var authenticated = Ceiling.skip
    package var nullSender = Ceiling.noReject
    /// List-Id is present.
    package var lists = Ceiling.full

    package init() {}
}

/// How far the filter may go with a class of mail, the gentlest first.
package enum Ceiling: String, Choice {
    /// Nothing is looked at or changed.
    case skip
    /// Judged and logged, not changed.
    case logOnly = "log-only"
    case tagOnly = "tag-only"
    case noReject = "no-reject"
    case full
}

extension ExemptSection {
    static let schema = Schema<ExemptSection>(
        [
            .value(
                "networks",
                \.networks,
                .list(of: .network, "a list of networks", limit: 10_000).distinct(),
                "Clients whose mail is always skipped."
            ),
            .value(
                "local",
                \.local,
                .choice,
                "How far the filter may go: skip, log-only, tag-only, no-reject or full.",
                "Mail that was not received by SMTP:"
            ),
            .value("authenticated", \.authenticated, .choice, "From users that logged in:"),
            .value("null-sender", \.nullSender, .choice, "Bounces and reports:"),
            .value("lists", \.lists, .choice, "With a List-Id field:"),
        ],
        check: { section, given, key, reading in
            guard let place = given["networks"] else { return }
            for network in section.networks where network.prefixLength == 0 {
                reading.warn(place, "\(key).networks", "\(network) holds every client: none of their mail is looked at")
            }
        }
    )
}
