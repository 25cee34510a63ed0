import Mail
import Policy

extension RecipientRow {
    /// A row of `recipients`: what is different for some of them. The first row that matches counts.
    static let schema = Schema<RecipientRow>(
        [
            .value(
                "match",
                \.match,
                .list(of: .glob, "a list of addresses such as [\"*@example.org\"]", limit: 10_000),
                isRequired: true
            ),
            .value("required", \.required, .optional(.points(thresholds))),
            .value("actions", \.actions, .optional(.steps)),
        ],
        check: { row, given, key, reading in
            if row.match.isEmpty, given.isSound("match") {
                reading.refuse(
                    given["match"] ?? given.place,
                    "\(key).match",
                    "expected at least one address, found none"
                )
            }
            if given["required"] == nil, given["actions"] == nil {
                reading.warn(
                    given.place,
                    key,
                    "this row changes nothing; it only keeps later rows from being looked at"
                )
            }
        }
    )
}

extension Form where Value == [RecipientRow] {
    static var recipientRows: Form {
        let row = Form<RecipientRow>.record(
            RecipientRow.schema,
            blank: RecipientRow(match: []),
            "a row such as { match: [\"*@example.org\"], required: 4.0 }"
        )
        let list = Form.list(of: row, "a list of rows", layout: .block, limit: 10_000)
        return Form(
            expected: list.expected,
            read: { node, key, reading in
                guard let rows = list.read(node, key, &reading) else { return nil }
                if case .sequence(let nodes) = node.content { reading.warnOfHiddenRows(rows, nodes, key) }
                return rows
            },
            write: list.write,
            writeBlock: list.writeBlock
        )
    }
}

extension Reading {
    /// A row whose addresses are all matched by earlier rows can never count. Looks at the first 300 rows.
    fileprivate mutating func warnOfHiddenRows(_ rows: [RecipientRow], _ nodes: [Node], _ key: String) {
        var earlier: [(glob: Glob, line: Int)] = []
        for (row, node) in zip(rows, nodes).prefix(300) {
            let hiding = row.match.prefix(100).map { glob in earlier.first { $0.glob.covers(glob) }?.line }
            if row.match.count <= 100, let line = hiding.compactMap({ $0 }).max(), !hiding.contains(nil) {
                warn(node.place, key, "never reached: line \(line) comes first and matches the same addresses")
            }
            earlier += row.match.prefix(100).map { ($0, node.place.line) }
            guard earlier.count < 1000 else { return }
        }
    }
}

extension Glob {
    /// Whether it can be seen that every address that fits `other` fits this one.
    ///
    /// A pattern with stars is taken for a text: our own stars fit whatever theirs may stand for. Where a `?` of ours could
    /// meet one of theirs the answer is no.
    func covers(_ other: Glob) -> Bool {
        let bytes = Bytes(other.description.utf8)
        guard bytes.contains(0x2A), description.utf8.contains(0x3F) else { return matches(bytes) }
        return description.utf8.elementsEqual(bytes)
    }
}
