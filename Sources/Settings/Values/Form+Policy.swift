import Mail
import Policy

extension Form where Value == Action {
    /// A word, with an address where it needs one: `tag`, `copy:spam@example.org`.
    static var action: Form {
        let names = ActionKind.allCases.filter { $0 != .none }.map { kind in
            kind == .copy || kind == .redirect ? "\(kind.rawValue):ADDRESS" : kind.rawValue
        }
        return .scalar(
            expected: alternatives(names),
            parse: { text throws(Refusal) in
                do throws(PolicyError) {
                    return try Action(text)
                } catch {
                    guard case .unknownAction = error else { throw .wrong(error.description) }
                    let word = text.splitAtColon?.0 ?? text
                    let near = suggestion(for: word, among: ActionKind.allCases.filter { $0 != .none }.map(\.rawValue))
                    throw .unlike(hint: near.map { "did you mean \($0)?" })
                }
            },
            write: { yamlScalar($0.description) }
        )
    }
}

extension Form where Value == Glob {
    static var glob: Form {
        .scalar(
            expected: "an address or pattern such as \"*@example.org\"",
            parse: { text throws(Refusal) in
                do throws(PolicyError) {
                    return try Glob(text)
                } catch {
                    let isBracketed = text.contains("<") || text.contains(">")
                    throw .unlike(hint: isBracketed ? "leave out < and >" : nil)
                }
            },
            write: { yamlScalar($0.description) }
        )
    }
}

extension Form where Value == SpamdUserRules.Rule {
    /// Who is named to spamd for one recipient.
    static var userRule: Form {
        userNames(["none": .none, "local-part": .localPart, "address": .address]) {
            .name($0)
        } name: {
            if case .name(let user) = $0 { user } else { nil }
        }
    }
}

extension Form where Value == SpamdUser? {
    /// Who is named to spamd for several recipients.
    static var severalUser: Form {
        userNames(["none": nil]) {
            $0
        } name: {
            $0
        }
    }
}

extension Form where Value == [SpamdUserRules.Mapping] {
    /// A group of address patterns with the user that stands for them, in the order of the file.
    static var spamdUsers: Form {
        let table = Form<[TableRow<Glob, SpamdUser?>]>.table(
            .glob,
            .mappedUser,
            "addresses with their user such as { \"info@example.org\": alice }",
            limit: 10_000
        )
        return table.mapped(
            { rows in rows.map { SpamdUserRules.Mapping(match: [$0.name], user: $0.value) } },
            from: { mappings in
                mappings.flatMap { mapping in mapping.match.map { TableRow(name: $0, value: mapping.user) } }
            }
        )
    }
}

extension Form where Value == SpamdUser? {
    /// A user's name alone, or none.
    fileprivate static var mappedUser: Form {
        .scalar(
            expected: "a user name, or none",
            parse: { text throws(Refusal) in
                if text == "none" { return nil }
                guard let user = SpamdUser(text) else { throw .wrong(PolicyError.userName(text).description) }
                return user
            },
            write: { $0.map { yamlScalar($0.description) } ?? "none" }
        )
    }
}

extension Form {
    /// One of some words, or `name:NAME`.
    fileprivate static func userNames(
        _ words: KeyValuePairs<String, Value>,
        value: @escaping @Sendable (SpamdUser) -> Value,
        name: @escaping @Sendable (Value) -> SpamdUser?
    ) -> Form {
        let words = words.map { (name: $0.key, value: $0.value) }
        let names = words.map(\.name)
        return .scalar(
            expected: alternatives(names + ["name:NAME"]),
            parse: { text throws(Refusal) in
                if let (word, user) = text.splitAtColon, word == "name" {
                    guard let user = SpamdUser(user) else { throw .wrong(PolicyError.userName(user).description) }
                    return value(user)
                }
                if let word = words.first(where: { $0.name == text }) { return word.value }
                throw .unlike(hint: suggestion(for: text, among: names).map { "did you mean \($0)?" })
            },
            write: { written in
                if let user = name(written) { return yamlScalar("name:\(user)") }
                return words.first { $0.value == written }?.name ?? ""
            }
        )
    }
}

extension Form where Value == SubjectTag {
    static var subjectTag: Form {
        Form<String>.text("a short text such as \"[SPAM]\"", limit: SubjectTag.maximumLength).mapped(
            { text throws(Refusal) in
                do throws(PolicyError) {
                    return try SubjectTag(text)
                } catch {
                    throw .wrong(error.description)
                }
            },
            from: \.description
        )
    }
}

extension Form where Value == [ExtraHeader] {
    /// A group of field names with their templates, in the order of the file.
    static var extraHeaders: Form {
        let table = Form<[TableRow<HeaderName, HeaderTemplate>]>.table(
            .ownHeaderName,
            .headerTemplate,
            "fields with their text such as { X-Filtered-By: \"mx1\" }"
        )
        return table.mapped(
            { rows throws(Refusal) in
                do throws(PolicyError) {
                    return try rows.map { row throws(PolicyError) in
                        try ExtraHeader(name: row.name.description, template: row.value)
                    }
                } catch {
                    throw .wrong(error.description)
                }
            },
            from: { $0.map { TableRow(name: $0.name, value: $0.template) } }
        )
    }
}

extension Form where Value == HeaderTemplate {
    static var headerTemplate: Form {
        Form<String>.text("a text in quotes", limit: HeaderTemplate.maximumLength).mapped(
            { text throws(Refusal) in
                if text.isEmpty { throw .unlike() }
                do throws(PolicyError) {
                    return try HeaderTemplate(text)
                } catch {
                    throw .wrong(error.description)
                }
            },
            from: { _ in "..." }
        )
    }
}
