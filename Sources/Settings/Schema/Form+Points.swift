import Policy

extension Form where Value == Points {
    /// A number with at most three decimals, such as `5.0`.
    static func points(_ range: ClosedRange<Points>) -> Form {
        .scalar(
            expected: "a number such as \(min(Points(thousandths: 2500), range.upperBound).exactText)",
            range: rangeText(range),
            parse: { text throws(Refusal) in try readPoints(text, in: range) },
            write: { $0.exactText }
        )
    }
}

private func rangeText(_ range: ClosedRange<Points>) -> String {
    "from \(range.lowerBound.exactText) to \(range.upperBound.exactText)"
}

private func readPoints(_ text: String, in range: ClosedRange<Points>) throws(Refusal) -> Points {
    guard let points = Points(decimal: text) else {
        let isNumeric = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }
        if isNumeric, text.utf8.count > 5 { throw .unlike(hint: "nine digits at most, three of them decimals") }
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
            write: { value in points(value).map(\.exactText) ?? word }
        )
    }
}

/// Any number of points that a text can hold.
let anyPoints = Points(thousandths: -999_999_999)...Points(thousandths: 999_999_999)

/// A threshold: above 0, or every message would be spam.
let thresholds = Points(thousandths: 1)...Points(thousandths: 999_999_999)
