extension Form {
    /// A list, in brackets or with a `-` per line. `layout` says how the sample prints it.
    static func list<Item: Equatable & Sendable>(
        of item: Form<Item>,
        _ expected: String,
        layout: ListLayout = .line,
        limit: Int = 1000
    ) -> Form where Value == [Item] {
        Form(
            expected: expected,
            read: { node, key, reading in
                guard case .sequence(let items) = node.content else {
                    let hint = listHint(for: node, item, key, reading.source)
                    reading.refuse(node, key, expected: expected, hint: hint)
                    return nil
                }
                guard items.count <= limit else {
                    reading.refuse(node.place, key, "a list of \(items.count) values; \(limit) at most")
                    return nil
                }
                let values = items.compactMap { node in item.readItem(node, key, &reading) }
                return values.count == items.count ? values : nil
            },
            write: { "[\($0.map(item.write).joined(separator: ", "))]" },
            writeBlock: { layout == .line || $0.isEmpty ? nil : $0.map { "- \(item.write($0))" } }
        )
    }

    /// How to make a list of a value that stands alone.
    private static func listHint<Item>(
        for node: Node,
        _ item: Form<Item>,
        _ key: String,
        _ source: SourceText
    ) -> String? {
        var aside = Reading(source)
        guard item.read(node, key, &aside) != nil else { return nil }
        guard case .scalar(let text, _) = node.content else { return "put \"- \" before each entry of a list" }
        return "write [\(yamlScalar(text))]"
    }

    private func readItem(_ node: Node, _ key: String, _ reading: inout Reading) -> Value? {
        guard !reading.isFull else { return nil }
        guard node.isEmpty else { return read(node, key, &reading) }
        reading.refuse(node, key, expected: expected)
        return nil
    }

    /// The same list, but nothing in it may stand twice.
    func distinct<Item: Hashable & Sendable>() -> Form where Value == [Item] {
        Form(
            expected: expected,
            read: { node, key, reading in
                guard let values = read(node, key, &reading) else { return nil }
                guard case .sequence(let nodes) = node.content else { return values }
                var seen: Set<Item> = []
                for (value, node) in zip(values, nodes) where !seen.insert(value).inserted {
                    reading.refuse(node.place, key, "\(node.shown) stands in this list twice")
                }
                return values
            },
            write: write,
            writeBlock: writeBlock
        )
    }

    /// A group whose keys are the admin's own: `{ 5: 1.0, 20: 2.0 }`. Pairs keep the order of the file.
    static func table<Name: Hashable & Sendable, Item: Equatable & Sendable>(
        _ name: Form<Name>,
        _ item: Form<Item>,
        _ expected: String,
        limit: Int = 100
    ) -> Form where Value == [TableRow<Name, Item>] {
        Form(
            expected: expected,
            read: { node, key, reading in
                guard case .mapping(let entries) = node.content else {
                    reading.refuse(node, key, expected: expected)
                    return nil
                }
                guard entries.count <= limit else {
                    reading.refuse(node.place, key, "a table of \(entries.count) rows; \(limit) at most")
                    return nil
                }
                let rows = entries.compactMap { row($0, key, name, item, &reading) }
                return rows.count == entries.count ? distinct(rows, entries, key, &reading) : nil
            },
            write: { rows in
                let pairs = rows.map { "\(name.write($0.name)): \(item.write($0.value))" }
                return pairs.isEmpty ? "{}" : "{ \(pairs.joined(separator: ", ")) }"
            }
        )
    }

    private static func row<Name, Item>(
        _ entry: Node.Entry,
        _ key: String,
        _ name: Form<Name>,
        _ item: Form<Item>,
        _ reading: inout Reading
    ) -> TableRow<Name, Item>? {
        let nameNode = Node(content: .scalar(entry.name, isPlain: false), place: entry.place)
        let nameValue = name.read(nameNode, key, &reading)
        let value = item.readItem(entry.value, "\(key).\(entry.name)", &reading)
        guard let nameValue, let value else { return nil }
        return TableRow(name: nameValue, value: value)
    }

    private static func distinct<Name, Item>(
        _ rows: [TableRow<Name, Item>],
        _ entries: [Node.Entry],
        _ key: String,
        _ reading: inout Reading
    ) -> [TableRow<Name, Item>] {
        var seen: Set<Name> = []
        for (row, entry) in zip(rows, entries) where !seen.insert(row.name).inserted {
            reading.refuse(entry.place, key, "\(quoted(entry.name)) stands in this table twice")
        }
        return rows
    }

    /// A group of keys that are declared: a step of a policy, for one. `blank` is what it is when nothing is given.
    static func record(_ schema: Schema<Value>, blank: Value, _ expected: String) -> Form {
        Form(
            expected: expected,
            read: { node, key, reading in
                guard case .mapping = node.content else {
                    reading.refuse(node, key, expected: expected)
                    return nil
                }
                var value = blank
                let problemsBefore = reading.problems.count
                _ = schema.read(node, into: &value, under: key, &reading)
                return reading.problems.count == problemsBefore ? value : nil
            },
            write: { "{ \(schema.inline($0, beside: blank)) }" }
        )
    }
}

/// How a list is printed in the sample.
enum ListLayout: Sendable {
    /// `[a, b]`
    case line
    /// A line with a `-` for each value.
    case block
}

/// A row of a table with keys of the admin's own.
package struct TableRow<Name: Hashable & Sendable, Value: Equatable & Sendable>: Equatable, Sendable {
    package let name: Name
    package let value: Value

    package init(name: Name, value: Value) {
        self.name = name
        self.value = value
    }
}
