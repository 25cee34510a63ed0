import Policy

extension UnscannedRules {
    /// `unscanned`: what happens to mail when a scanner that should have answered did not.
    static let schema = Schema<UnscannedRules>([
        .value("without-spamd", \.withoutSpamd, .choice, "accept, tempfail or quarantine."),
        .value("without-pyzor", \.withoutPyzor, .choice, "accept or tempfail."),
    ])
}
