/// The keys of a group, and the checks that concern more than one of them.
struct Schema<Record: Sendable>: Sendable {
    let keys: [Key<Record>]
    /// Looks at the whole group once its keys are read, also when some were refused (`Given.isSound`).
    let check: @Sendable (Record, Given, _ key: String, inout Reading) -> Void

    init(
        _ keys: [Key<Record>],
        check: @escaping @Sendable (Record, Given, _ key: String, inout Reading) -> Void = { _, _, _, _ in }
    ) {
        self.keys = keys
        self.check = check
    }

    var names: [String] { keys.map(\.name) }

    /// Reads the keys of a mapping into a group; a key without a value counts as not given.
    ///
    /// What is wrong has been noted in `reading`; what could be read is in the group nevertheless.
    func read(_ node: Node, into record: inout Record, under prefix: String, _ reading: inout Reading) -> Given {
        var given = Given(at: node.place)
        guard case .mapping(let entries) = node.content else { return given }
        for entry in entries where !reading.isFull {
            let name = dotted(prefix, entry.name)
            guard let key = keys.first(where: { $0.name == entry.name }) else {
                reading.refuseUnknown(entry, under: prefix, siblings: names)
                continue
            }
            if entry.value.isEmpty {
                reading.warnOfComment(in: entry, name)
            } else {
                key.read(entry.value, name, &record, &given, &reading)
            }
        }
        for key in keys where key.isRequired && !entries.contains(where: { $0.name == key.name && !$0.value.isEmpty }) {
            reading.refuse(node.place, prefix, "\(key.name) is missing")
            given.markBroken(key.name)
        }
        check(record, given, prefix, &reading)
        return given
    }

    /// The group as it stands in a file, with help: lines without indentation of their own.
    func sample(of record: Record) -> [String] {
        keys.flatMap { key -> [String] in
            let examples = key.examples.map { "#\(key.name): \($0)" }
            let lines =
                switch key.print(record) {
                case .absent: examples
                case .line(let text): ["\(key.name): \(text)"] + examples
                case .block(let entries):
                    ["\(key.name):"] + entries.map { "  \($0)" } + key.examples.map { "  #- \($0)" }
                case .group(let lines): ["\(key.name):"] + lines.map { $0.isEmpty ? "" : "  \($0)" }
                }
            return key.help.map { "# \($0)" } + lines
        }
    }

    /// The group in one line, without what is as in `blank`.
    func inline(_ record: Record, beside blank: Record) -> String {
        keys.compactMap { key in
            let printed = key.print(record)
            guard key.isRequired || printed != key.print(blank) else { return nil }
            return if case .line(let text) = printed { "\(key.name): \(text)" } else { nil }
        }.joined(separator: ", ")
    }

    func changes(from old: Record, to new: Record, under prefix: String) -> [SettingsChange] {
        keys.flatMap { $0.changes(old, new, dotted(prefix, $0.name)) }
    }

    func describe(_ record: Record, under prefix: String) -> [KeyDescription] {
        keys.flatMap { $0.describe(record, dotted(prefix, $0.name)) }
    }
}

private func dotted(_ prefix: String, _ name: String) -> String { prefix.isEmpty ? name : "\(prefix).\(name)" }

private func lastPart(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }

extension Reading {
    /// A key that nobody declared: with the one that was probably meant, or the group where it belongs.
    mutating func refuseUnknown(_ entry: Node.Entry, under prefix: String, siblings: [String]) {
        let place =
            prefix.isEmpty ? "unknown key \(quoted(entry.name))" : "unknown key \(quoted(entry.name)) in \(prefix)"
        refuse(entry.place, "", place + hint(entry, prefix, siblings))
    }

    private func hint(_ entry: Node.Entry, _ prefix: String, _ siblings: [String]) -> String {
        if let name = suggestion(for: entry.name, among: siblings) { return "; did you mean \(name)?" }
        if TamisSettings.schema.names.contains(entry.name) { return "; \(entry.name) stands at the start of a line" }
        let homes = TamisSettings.keyNames.filter { $0 == entry.name || $0.hasSuffix(".\(entry.name)") }
        if !homes.isEmpty { return "; did you mean \(alternatives(homes))?" }
        if let name = suggestion(for: entry.name, among: TamisSettings.keyNames.map(lastPart)) {
            return "; did you mean \(alternatives(TamisSettings.keyNames.filter { lastPart($0) == name }))?"
        }
        if entry.value.isEmpty, wholeNumber(entry.name) != nil { return "; a comma ends a value in braces" }
        let isJoined = entry.value.isEmpty && entry.name.contains(":")
        if isJoined { return "; put a blank behind the colon" }
        return "; known are \(alternatives(siblings))"
    }

    /// `subject-tag: #SPAM` sets nothing, which its writer did not mean.
    mutating func warnOfComment(in entry: Node.Entry, _ key: String) {
        guard Self.looksLikeText(source.rest(at: entry.value.place)) else { return }
        warn(entry.place, key, "what begins with # is a comment, so this is not set; if it is the value, quote it")
    }

    /// `subject-tag: SPAM #1` ends before the sign, which its writer may not have meant.
    mutating func warnOfComment(behind node: Node, _ key: String) {
        guard case .scalar(let text, isPlain: true) = node.content else { return }
        let rest = source.rest(at: node.place)
        guard rest.hasPrefix(text), Self.looksLikeText(rest.dropFirst(text.count)) else { return }
        warn(
            node.place,
            key,
            "the value ends before the #, which begins a comment; if it is part of the value, quote it"
        )
    }

    /// Whether this is a comment without the blank that most people put behind the sign.
    private static func looksLikeText(_ rest: Substring) -> Bool {
        let comment = rest.drop { $0 == " " || $0 == "\t" }
        guard comment.first == "#", let second = comment.dropFirst().first else { return false }
        return second != " " && second != "#"
    }
}
