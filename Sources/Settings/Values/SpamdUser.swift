/// For whom spamd is asked to judge a message.
package enum SpamdUser: Hashable, Sendable {
    /// Nobody is named; spamd uses its own default.
    case none
    /// What stands before the @ of the one recipient.
    case localPart
    /// The one recipient.
    case address
    case name(String)
}

extension Form where Value == SpamdUser {
    /// A way to name a user, out of those that `words` allows beside `name:NAME`.
    static func spamdUser(_ words: [String]) -> Form {
        .scalar(
            expected: alternatives(words + ["name:NAME"]),
            parse: { text throws(Refusal) in
                if let name = text.splitAtColon, name.0 == "name" { return .name(try userName(name.1)) }
                guard words.contains(text) else {
                    throw .unlike(hint: suggestion(for: text, among: words).map { "did you mean \($0)?" })
                }
                switch text {
                case "local-part": return .localPart
                case "address": return .address
                default: return .none
                }
            },
            write: { user in
                switch user {
                case .none: "none"
                case .localPart: "local-part"
                case .address: "address"
                case .name(let name): yamlScalar("name:\(name)")
                }
            }
        )
    }
}

/// A name that can stand in spamd's User header and cannot be taken for a path or an option there.
private func userName(_ text: String) throws(Refusal) -> String {
    let isSafe = text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "._-+@=".utf8.contains(byte)
        }
    }
    guard isSafe, (1...64).contains(text.utf8.count), text.first != "-", !text.hasPrefix(".") else {
        throw .wrong("expected a user name of letters, digits and . _ - + @ =, found \(quoted(text))")
    }
    return text
}
