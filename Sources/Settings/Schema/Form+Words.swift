extension Form where Value: CaseIterable & RawRepresentable<String> {
    /// One of the words of an enumeration; errors list them.
    static var choice: Form { choice(of: Value.allCases.map { ($0.rawValue, $0) }) }
}

extension Form {
    /// One of some words, each with what it stands for.
    static func choice(of words: [(name: String, value: Value)]) -> Form {
        let names = words.map(\.name)
        return .scalar(
            expected: alternatives(names),
            parse: { text throws(Refusal) in
                if let word = words.first(where: { $0.name == text }) { return word.value }
                throw .unlike(hint: suggestion(for: text, among: names).map { "did you mean \($0)?" })
            },
            write: { value in words.first { $0.value == value }?.name ?? "" }
        )
    }
}

extension Form where Value == Bool {
    /// `true` or `false`; YAML 1.1's other words are refused, since they mean different things to different readers.
    static var boolean: Form {
        .scalar(
            expected: "true or false",
            parse: { text throws(Refusal) in
                switch text {
                case "true": return true
                case "false": return false
                default: break
                }
                switch text.lowercased() {
                case "yes", "on", "y", "1", "true": throw .unlike(hint: "write true")
                case "no", "off", "n", "0", "false": throw .unlike(hint: "write false")
                default: throw .unlike()
                }
            },
            write: { $0 ? "true" : "false" }
        )
    }
}

extension Form where Value == String {
    /// Free text of one line, at most `limit` bytes, in ASCII; the empty text is a value of its own.
    static func text(_ expected: String, limit: Int) -> Form {
        let form = scalar(
            expected: expected,
            range: "of at most \(limit) characters",
            parse: { text throws(Refusal) in
                guard text.utf8.count <= limit else { throw .outOfRange }
                guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                    throw .wrong("only visible ASCII characters and blanks can stand here, found \(quoted(text))")
                }
                return text
            },
            write: { $0.isEmpty ? "\"\"" : yamlScalar($0) }
        )
        return Form(
            expected: expected,
            range: form.range,
            read: { node, key, reading in
                if reading.refusesBrackets(node, key, expected: expected) { return nil }
                reading.warnOfComment(behind: node, key)
                return form.read(node, key, &reading)
            },
            write: form.write
        )
    }
}

extension Reading {
    /// Text that begins with a bracket was read as a list or a group: says so and that quotes help. False for a scalar.
    fileprivate mutating func refusesBrackets(_ node: Node, _ key: String, expected: String) -> Bool {
        if case .scalar = node.content { return false }
        let start = source.rest(at: node.place).first
        let isBracket = start == "[" || start == "{"
        refuse(node, key, expected: expected, hint: isBracket ? "quote text that begins with a bracket" : nil)
        return true
    }
}

extension Form where Value == String? {
    /// A path from the root. `""` says that there is none, which is nil here.
    static func path(_ what: String) -> Form {
        .scalar(
            expected: "\(what) that begins with /, or \"\" for none",
            parse: { text throws(Refusal) in
                if text.isEmpty { return nil }
                guard text.utf8.first == 0x2F else { throw .unlike() }
                if let complaint = complaint(aboutPath: text) { throw .wrong(complaint) }
                return text
            },
            write: { $0.map(yamlScalar) ?? "\"\"" }
        )
    }
}

/// Why a path from the root is none that a file can have; nil if it is fine.
func complaint(aboutPath path: String) -> String? {
    if path.utf8.count > 4095 { return "a path of more than 4095 bytes" }
    if path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
        return "a control character in a path"
    }
    return path.utf8.last == 0x2F ? "expected the path of a file, found that of a folder (/ at the end)" : nil
}

/// `one of accept, tempfail or quarantine`.
func alternatives(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : "\(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1])"
}
