/// How a value is written in the file: what it looks like, how it is read and how it is printed.
///
/// `read` and `write` are each other's inverse: what `write` gives, `read` takes for an equal value.
struct Form<Value: Sendable & Equatable>: Sendable {
    /// What is expected, for errors and the manual: `a duration such as 40s`.
    let expected: String
    /// Which of such values can stand here, for errors and the manual: `from 100ms to 1h`; nil where all can.
    let range: String?
    /// The value, or nil after the reason has been noted.
    let read: @Sendable (_ node: Node, _ key: String, _ reading: inout Reading) -> Value?
    /// The value as it stands behind the colon: one line.
    let write: @Sendable (_ value: Value) -> String
    /// The lines under the key when the value is better printed as an indented block; nil for one line.
    let writeBlock: @Sendable (_ value: Value) -> [String]?

    init(
        expected: String,
        range: String? = nil,
        read: @escaping @Sendable (_ node: Node, _ key: String, _ reading: inout Reading) -> Value?,
        write: @escaping @Sendable (_ value: Value) -> String,
        writeBlock: @escaping @Sendable (_ value: Value) -> [String]? = { _ in nil }
    ) {
        self.expected = expected
        self.range = range
        self.read = read
        self.write = write
        self.writeBlock = writeBlock
    }
}

/// Why a text is no value of its form.
enum Refusal: Error, Equatable {
    /// It looks different from what is expected; perhaps with a way to mend it.
    case unlike(hint: String? = nil)
    /// It looks right and is too small or too large.
    case outOfRange
    /// It looks right and is wrong nevertheless, for this reason.
    case wrong(String)
}

extension Form {
    /// A form of one text. `parse` gets the text without its quotes.
    static func scalar(
        expected: String,
        range: String? = nil,
        parse: @escaping @Sendable (String) throws(Refusal) -> Value,
        write: @escaping @Sendable (Value) -> String
    ) -> Form {
        Form(
            expected: expected,
            range: range,
            read: { node, key, reading in
                guard let text = text(of: node, key, expected: expected, &reading) else { return nil }
                do throws(Refusal) {
                    return try parse(text)
                } catch {
                    reading.refuse(node, key, error, expected: expected, range: range)
                    return nil
                }
            },
            write: write
        )
    }

    /// The text of a scalar; lists, groups, YAML's null and a NUL byte are refused.
    private static func text(
        of node: Node,
        _ key: String,
        expected: String,
        _ reading: inout Reading
    ) -> String? {
        guard case .scalar(let text, let isPlain) = node.content else {
            reading.refuse(node, key, expected: expected)
            return nil
        }
        if isPlain, ["~", "null", "Null", "NULL"].contains(text) {
            reading.refuse(node, key, expected: expected, hint: "leave it empty for the default")
            return nil
        }
        if text.utf8.contains(0) {
            reading.refuse(node.place, key, "a NUL character")
            return nil
        }
        return text
    }
}

extension Form {
    /// The same text for another type. `to` gives the reason when a value has no counterpart there.
    func mapped<Other>(
        _ to: @escaping @Sendable (Value) throws(Refusal) -> Other,
        from: @escaping @Sendable (Other) -> Value
    ) -> Form<Other> {
        Form<Other>(
            expected: expected,
            range: range,
            read: { node, key, reading in
                guard let value = read(node, key, &reading) else { return nil }
                do throws(Refusal) {
                    return try to(value)
                } catch {
                    reading.refuse(node, key, error, expected: expected, range: range)
                    return nil
                }
            },
            write: { write(from($0)) },
            writeBlock: { writeBlock(from($0)) }
        )
    }
}

/// A text as a YAML scalar of one line: as it is where YAML reads that back, else in double quotes.
func yamlScalar(_ text: String) -> String {
    let isSafe = text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._/:@+".utf8.contains(byte)
        }
    }
    let special = ["~", "null", "Null", "NULL"]
    let startsSafely = text.utf8.first.map { !"-:@".utf8.contains($0) } ?? false
    if isSafe, startsSafely, text.last != ":", !text.contains("::"), !special.contains(text) { return text }
    return "\"" + text.unicodeScalars.map { $0.escapedForYAML }.joined() + "\""
}

extension Unicode.Scalar {
    fileprivate var escapedForYAML: String {
        switch self {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        case _ where value < 0x20 || (0x7F...0xA0).contains(value) || (0x2028...0x2029).contains(value):
            "\\u" + String(repeating: "0", count: 4 - String(value, radix: 16).count) + String(value, radix: 16)
        default: String(self)
        }
    }
}

extension Form {
    /// The same form for a key that can be absent: nothing is printed for nil.
    static func optional<Wrapped>(_ form: Form<Wrapped>) -> Form where Value == Wrapped? {
        Form(
            expected: form.expected,
            range: form.range,
            read: { node, key, reading in form.read(node, key, &reading).map { .some($0) } },
            write: { $0.map(form.write) ?? "" }
        )
    }
}
