import Policy

extension ScoreRules {
    /// `score`: from how many points on mail is spam, and what Pyzor's counts are worth.
    static let schema = Schema<ScoreRules>([
        .value(
            "required",
            \.required,
            .required,
            "Spam is what has so many points: spamd (the threshold in its answer, else 5.0) or a number.",
            examples: ["6.5"]
        ),
        .group("pyzor", \.self, pyzorSchema, "Pyzor's points are added to spamd's."),
    ])

    private static let pyzorSchema = Schema<ScoreRules>([
        .value(
            "points",
            \.pyzorPoints,
            .countPoints,
            "{ COUNT: POINTS, ... }: the highest count that is reached gives the points."
        ),
        .value(
            "whitelist-count",
            \.whitelistCount,
            .count(1...1_000_000_000),
            "No points for a digest that was whitelisted so often, and in this share of its reports."
        ),
        .value("whitelist-share", \.whitelistShareThousandths, .share),
        .value(
            "alone",
            \.alone,
            .choice,
            "The strongest action without an answer from spamd; from the gentlest on: none, tag, copy,",
            "redirect, delete-recipient, quarantine, tempfail, reject or discard."
        ),
    ])
}

extension Form where Value == ScoreRules.Required {
    static var required: Form {
        .points(
            thresholds,
            or: "spamd",
            meaning: .spamd,
            value: { .points($0) },
            points: { if case .points(let points) = $0 { points } else { nil } }
        )
    }
}

extension Form where Value == Int64 {
    static func count(_ range: ClosedRange<Int>) -> Form {
        Form<Int>.integer(range).mapped({ Int64($0) }, from: { Int(clamping: $0) })
    }

    /// A number from 0 to 1 in thousandths.
    fileprivate static var share: Form {
        Form<Points>.points(.zero...Points(thousandths: 1000))
            .mapped({ $0.thousandths }, from: { Points(thousandths: $0) })
    }
}

extension Form where Value == [Int64: Points] {
    /// Printed by rising count, whatever the order in the file.
    fileprivate static var countPoints: Form {
        let table = Form<[TableRow<Int64, Points>]>.table(
            .count(1...1_000_000_000),
            .points(Points(thousandths: -100_000)...Points(thousandths: 100_000)),
            "counts with their points such as { 5: 1.0, 20: 2.0 }"
        )
        return table.mapped(
            { rows in Dictionary(rows.map { ($0.name, $0.value) }) { first, _ in first } },
            from: { points in points.sorted { $0.key < $1.key }.map { TableRow(name: $0.key, value: $0.value) } }
        )
    }
}
