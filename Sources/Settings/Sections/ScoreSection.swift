/// `score`: from how many points on mail is spam, and what Pyzor's counts are worth.
package struct ScoreSection: Equatable, Sendable {
    package var required = RequiredScore.spamd
    package var pyzor = PyzorScoreSection()

    package init() {}
}

/// From how many points on a message is spam.
package enum RequiredScore: Hashable, Sendable {
    /// The threshold in spamd's answer; 5.0 without one.
    case spamd
    case points(Points)
}

/// `score.pyzor`: points for a digest that others reported.
package struct PyzorScoreSection: Equatable, Sendable {
    /// Count and points, by rising count; the highest count that is reached gives the points.
    package var points = [
        TableRow(name: 5, value: Points(thousandths: 1000)),
        TableRow(name: 20, value: Points(thousandths: 2000)),
        TableRow(name: 100, value: Points(thousandths: 3000)),
    ]
    /// No points when WL-Count is at least this ...
    package var whitelistCount = 10
    /// ... and at least this share of Count.
    package var whitelistShare = Points(thousandths: 200)
    /// The strongest action without an answer from spamd.
    package var alone = LoneAction.tag

    package init() {}
}

/// How far Pyzor alone may go.
package enum LoneAction: String, Choice {
    case none
    case tag
    case quarantine
    case tempfail
    case reject
    case discard
}

extension ScoreSection {
    static let schema = Schema<ScoreSection>([
        .value(
            "required",
            \.required,
            .requiredScore,
            "Spam is what has so many points: spamd (the threshold in its answer, else 5.0) or a number.",
            example: "6.5"
        ),
        .group("pyzor", \.pyzor, PyzorScoreSection.schema, "Pyzor's points are added to spamd's."),
    ])
}

extension PyzorScoreSection {
    static let schema = Schema<PyzorScoreSection>([
        .value(
            "points",
            \.points,
            .pyzorPoints,
            "{ COUNT: POINTS, ... }: the highest count that is reached gives the points."
        ),
        .value(
            "whitelist-count",
            \.whitelistCount,
            .integer(1...1_000_000_000),
            "No points for a digest that was whitelisted so often, and in this share of its reports."
        ),
        .value("whitelist-share", \.whitelistShare, .points(Points(thousandths: 0)...Points(thousandths: 1000))),
        .value(
            "alone",
            \.alone,
            .choice,
            "The strongest action without an answer from spamd:",
            "none, tag, quarantine, tempfail, reject or discard."
        ),
    ])
}

/// Any number of points; nine digits at most.
let anyPoints = Points(thousandths: -999_999_999)...Points(thousandths: 999_999_999)

extension Form where Value == RequiredScore {
    static var requiredScore: Form {
        .points(
            Points(thousandths: 1)...Points(thousandths: 999_999_000),
            or: "spamd",
            meaning: .spamd,
            value: RequiredScore.points,
            points: { if case .points(let points) = $0 { points } else { nil } }
        )
    }
}

extension Form where Value == [TableRow<Int, Points>] {
    /// Sorted by count, whatever the order in the file.
    fileprivate static var pyzorPoints: Form {
        let table = Form.table(
            .integer(1...1_000_000_000),
            .points(Points(thousandths: -100_000)...Points(thousandths: 100_000)),
            "counts with their points such as { 5: 1.0, 20: 2.0 }"
        )
        return Form(
            expected: table.expected,
            read: { node, key, reading in
                table.read(node, key, &reading).map { $0.sorted { $0.name < $1.name } }
            },
            write: table.write
        )
    }
}
