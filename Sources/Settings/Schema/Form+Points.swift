extension Form where Value == Points {
    /// A number with at most three decimals, such as `5.0`.
    static func points(_ range: ClosedRange<Points>) -> Form {
        .scalar(
            expected: "a number such as \(pointsText(min(Points(thousandths: 2500), range.upperBound)))",
            range: rangeText(range),
            parse: { text throws(Refusal) in try readPoints(text, in: range) },
            write: pointsText
        )
    }
}

private func rangeText(_ range: ClosedRange<Points>) -> String {
    "from \(pointsText(range.lowerBound)) to \(pointsText(range.upperBound))"
}

private func readPoints(_ text: String, in range: ClosedRange<Points>) throws(Refusal) -> Points {
    guard let points = Points(decimal: text) else {
        let withPoint = String(text.map { $0 == "," ? "." : $0 })
        let hasComma = withPoint != text && Points(decimal: withPoint) != nil
        throw .unlike(hint: hasComma ? "decimals stand behind a point: \(withPoint)" : nil)
    }
    guard range.contains(points) else { throw .outOfRange }
    return points
}

extension Form {
    /// A number of points, or a word for one that is known only when a message is judged.
    ///
    /// `points` gives the number of a value, nil for the one that the word stands for.
    static func points(
        _ range: ClosedRange<Points>,
        or word: String,
        meaning wordValue: Value,
        value: @escaping @Sendable (Points) -> Value,
        points: @escaping @Sendable (Value) -> Points?
    ) -> Form {
        .scalar(
            expected: "\(word) or \(Form<Points>.points(range).expected)",
            range: rangeText(range),
            parse: { text throws(Refusal) in
                if text == word { return wordValue }
                if let near = suggestion(for: text, among: [word]) { throw .unlike(hint: "did you mean \(near)?") }
                return value(try readPoints(text, in: range))
            },
            write: { value in points(value).map(pointsText) ?? word }
        )
    }
}

/// `2.5`, `10.0`, `0.125`: all decimals that are not zero, at least one.
func pointsText(_ points: Points) -> String {
    let value = points.thousandths.magnitude
    var fraction = String(value % 1000 + 1000).dropFirst()
    while fraction.count > 1, fraction.last == "0" { fraction.removeLast() }
    return "\(points.thousandths < 0 ? "-" : "")\(value / 1000).\(fraction)"
}
