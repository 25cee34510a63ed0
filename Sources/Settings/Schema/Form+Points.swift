extension Form where Value == Points {
    /// A number with at most three decimals, such as `5.0`.
    static func points(_ range: ClosedRange<Points>) -> Form {
        .scalar(
            expected: "a number such as \(pointsText(min(Points(thousandths: 2500), range.upperBound)))",
            range: "from \(pointsText(range.lowerBound)) to \(pointsText(range.upperBound))",
            parse: { text throws(Refusal) in
                guard let points = Points(decimal: text) else {
                    let usesComma = Points(decimal: text.replacingComma) != nil && text.contains(",")
                    throw .unlike(hint: usesComma ? "decimals stand behind a point: \(text.replacingComma)" : nil)
                }
                guard range.contains(points) else { throw .outOfRange }
                return points
            },
            write: pointsText
        )
    }
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
        let number = Form<Points>.points(range)
        return .scalar(
            expected: "\(word) or \(number.expected)",
            range: number.range,
            parse: { text throws(Refusal) in
                if text == word { return wordValue }
                if let points = Points(decimal: text) {
                    guard range.contains(points) else { throw .outOfRange }
                    return value(points)
                }
                throw .unlike(hint: suggestion(for: text, among: [word]).map { "did you mean \($0)?" })
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

extension String {
    fileprivate var replacingComma: String { String(map { $0 == "," ? "." : $0 }) }
}
