/// `recipients`: what is different for some recipients. The first row that matches counts.
package struct RecipientRow: Equatable, Sendable {
    /// At least one.
    package var match: [AddressGlob]
    /// nil: as in `score`.
    package var required: RequiredScore?
    /// nil: as in `actions`.
    package var actions: [ActionStep]?

    package init(match: [AddressGlob], required: RequiredScore? = nil, actions: [ActionStep]? = nil) {
        self.match = match
        self.required = required
        self.actions = actions
    }
}

/// `mixed`: what a message meets whose recipients fall into different rows.
package enum MixedPolicy: String, Choice {
    case mostLenient = "most-lenient"
    case strictest
    /// Recipients of another row are asked for separately (452 4.5.3).
    case split
}

extension RecipientRow {
    static let schema = Schema<RecipientRow>(
        [
            .value(
                "match",
                \.match,
                .list(of: .addressGlob, "a list of addresses such as [\"*@example.org\"]", limit: 10_000),
                isRequired: true
            ),
            .value("required", \.required, .optional(.requiredScore)),
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
                guard case .sequence(let nodes) = node.content else { return rows }
                reading.warnOfHiddenRows(rows, nodes, key)
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
        var earlier: [(glob: AddressGlob, line: Int)] = []
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
