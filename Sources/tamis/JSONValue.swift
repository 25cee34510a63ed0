/// JSON whose members keep the order in which they are written (RFC 8259), for `--json`: one object a line.
enum JSONValue {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number as its decimal text stands: scores are exact, and no binary fraction could hold them.
    case decimal(String)
    case string(String)
    case array([JSONValue])
    case object(KeyValuePairs<String, JSONValue>)

    /// The text, or null.
    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// The name of a file, in which bytes that are no UTF-8 are U+FFFD; null for none.
    static func fileName(_ name: String?) -> JSONValue { .optional(name.map(FileName.lossy)) }

    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

extension JSONValue: CustomStringConvertible {
    var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .decimal(let text): text
        case .string(let text): Self.quoted(text)
        case .array(let values): "[\(values.map(\.description).joined(separator: ","))]"
        case .object(let members):
            "{\(members.map { "\(Self.quoted($0.key)):\($0.value)" }.joined(separator: ","))}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            // The last range too is nothing but controls, and JSON may be shown on a terminal.
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
