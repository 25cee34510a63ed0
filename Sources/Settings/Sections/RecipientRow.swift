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
            if row.match.isEmpty {
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
    /// A row whose addresses all stand in earlier rows can never count.
    fileprivate mutating func warnOfHiddenRows(_ rows: [RecipientRow], _ nodes: [Node], _ key: String) {
        var seen: [AddressGlob: Place] = [:]
        var everything: Place?
        for (row, node) in zip(rows, nodes) {
            if let everything {
                warn(node.place, key, "never reached: the row at line \(everything.line) matches every address")
            } else if let first = row.match.compactMap({ seen[$0] }).first, row.match.allSatisfy({ seen[$0] != nil }) {
                warn(node.place, key, "never reached: the row at line \(first.line) comes before it")
            }
            for glob in row.match where seen[glob] == nil { seen[glob] = node.place }
            if row.match.contains(where: \.matchesEverything) { everything = everything ?? node.place }
        }
    }
}
