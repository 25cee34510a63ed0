/// A key of a group: declared once, with its form, help and example. Its default is the value that a new group has.
///
/// Everything else follows from that: how it is read, printed in the sample, described in a manual, and compared at reload.
struct Key<Record: Sendable>: Sendable {
    let name: String
    /// Lines of at most 100 columns, without a `#`.
    let help: [String]
    /// Values as they could stand behind the colon; for a list printed in lines, entries of it.
    let examples: [String]
    /// Whether the group means nothing without it.
    let isRequired: Bool
    /// Takes the node's value into the group; `given` gets its place, and those of keys within.
    let read: @Sendable (Node, _ key: String, inout Record, inout Given, inout Reading) -> Void
    let print: @Sendable (Record) -> PrintedValue
    /// What changed between two groups, here or in keys within.
    let changes: @Sendable (_ old: Record, _ new: Record, _ key: String) -> [SettingsChange]
    /// This key, or all keys within.
    let describe: @Sendable (Record, _ key: String) -> [KeyDescription]
}

/// A value as the sample shows it.
enum PrintedValue: Equatable, Sendable {
    /// There is none by default: the example stands there as a comment.
    case absent
    case line(String)
    /// List entries, each a line.
    case block([String])
    /// A group: lines of its own, indented by whoever prints it.
    case group([String])
}

/// What the manual says of a key.
package struct KeyDescription: Equatable, Sendable {
    /// Dotted: `spamd.timeout`.
    package let name: String
    /// `a duration such as 40s`
    package let expected: String
    /// `from 100ms to 1h`; nil where there is no bound.
    package let range: String?
    /// As it stands in the file; nil when there is none.
    package let defaultText: String?
    package let help: [String]
    package let examples: [String]
    /// Whether a change takes effect only at a restart.
    package let needsRestart: Bool
}

extension Key {
    /// A key with one value.
    static func value<Value>(
        _ name: String,
        _ path: any WritableKeyPath<Record, Value> & Sendable,
        _ form: Form<Value>,
        _ help: String...,
        examples: [String] = [],
        isRequired: Bool = false,
        needsRestart: Bool = false
    ) -> Key {
        Key(
            name: name,
            help: help,
            examples: examples,
            isRequired: isRequired,
            read: { node, key, record, given, reading in
                given.add(name, at: node.place)
                if let value = form.read(node, key, &reading) {
                    record[keyPath: path] = value
                } else {
                    given.markBroken(name)
                }
            },
            print: { form.printed($0[keyPath: path]) },
            changes: { old, new, key in
                guard old[keyPath: path] != new[keyPath: path] else { return [] }
                let texts = [old, new].map { form.write($0[keyPath: path]) }
                return [SettingsChange(key: key, old: texts[0], new: texts[1], needsRestart: needsRestart)]
            },
            describe: { record, key in
                let text = form.write(record[keyPath: path])
                return [KeyDescription(key, form, defaultText: text, help, examples, needsRestart: needsRestart)]
            }
        )
    }

    /// A key that holds further keys.
    static func group<Inner>(
        _ name: String,
        _ path: any WritableKeyPath<Record, Inner> & Sendable,
        _ schema: Schema<Inner>,
        _ help: String...
    ) -> Key {
        Key(
            name: name,
            help: help,
            examples: [],
            isRequired: false,
            read: { node, key, record, given, reading in
                guard case .mapping = node.content else {
                    reading.refuse(node, key, expected: "keys below it (\(alternatives(schema.names)))")
                    return
                }
                var inner = record[keyPath: path]
                given.add(name, schema.read(node, into: &inner, under: key, &reading))
                record[keyPath: path] = inner
            },
            print: { .group(schema.sample(of: $0[keyPath: path])) },
            changes: { schema.changes(from: $0[keyPath: path], to: $1[keyPath: path], under: $2) },
            describe: { schema.describe($0[keyPath: path], under: $1) }
        )
    }
}

extension Form {
    fileprivate func printed(_ value: Value) -> PrintedValue {
        if let lines = writeBlock(value) { return .block(lines) }
        let line = write(value)
        return line.isEmpty ? .absent : .line(line)
    }
}

extension KeyDescription {
    fileprivate init<Value>(
        _ name: String,
        _ form: Form<Value>,
        defaultText: String,
        _ help: [String],
        _ examples: [String],
        needsRestart: Bool
    ) {
        self.name = name
        expected = form.expected
        range = form.range
        self.defaultText = defaultText.isEmpty ? nil : defaultText
        self.help = help
        self.examples = examples
        self.needsRestart = needsRestart
    }
}
