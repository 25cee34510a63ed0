import Mail
import Policy

extension ExemptRules {
    /// `exempt`: which mail is treated more gently. The strictest ceiling that applies wins.
    static let schema = Schema<ExemptRules>(
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
                "Mail that was not received by SMTP:"
            ),
            .value("authenticated", \.authenticated, .choice, "From users that logged in:"),
            .value("null-sender", \.nullSender, .choice, "Bounces and reports:"),
            .value("lists", \.lists, .choice, "With a List-Id field:"),
        ],
        check: { rules, given, key, reading in
            guard let place = given["networks"], given.isSound("networks") else { return }
            for network in rules.networks where network.prefixLength == 0 {
                reading.warn(place, "\(key).networks", "\(network) holds every client: none of their mail is looked at")
            }
        }
    )
}
