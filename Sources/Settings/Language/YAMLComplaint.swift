/// What libyaml says about a broken text, and how it is told to an admin.
///
/// libyaml's words name its grammar ("did not find expected ',' or '}'") and often the place where it gave up instead of
/// the place where the slip is. What is commonly meant is looked up in the line itself.
struct YAMLComplaint: Equatable, Sendable {
    let problem: String
    let place: Place
    /// What libyaml was busy with ("while parsing a flow mapping") and where that began; empty when it does not say.
    let context: String
    let contextPlace: Place

    /// One line for the admin, at the place that needs mending.
    func explained(by source: SourceText) -> SyntaxProblem {
        unclosed(in: source) ?? reserved(in: source) ?? misplaced(in: source)
            ?? SyntaxProblem(place, "not valid YAML: \(context.isEmpty ? "" : "\(context), ")\(problem)")
    }

    /// Something that was opened and never closed: told where it was opened.
    private func unclosed(in source: SourceText) -> SyntaxProblem? {
        if context.contains("quoted scalar") {
            switch problem {
            case "found unknown escape character":
                let text = "an unknown escape in double quotes; use single quotes, or \\\\ for a backslash"
                return SyntaxProblem(place, text)
            case let problem where problem.contains("hexdecimal") || problem.contains("Unicode"):
                return SyntaxProblem(place, "a wrong \\x, \\u or \\U escape in double quotes")
            default: return SyntaxProblem(contextPlace, "a quote that is never closed")
            }
        }
        if problem == "did not find expected ',' or ']'" {
            return SyntaxProblem(contextPlace, "expected , or ] in the list that begins here\(found(in: source))")
        }
        if problem == "did not find expected ',' or '}'" {
            return SyntaxProblem(contextPlace, "expected , or } in the group that begins here\(found(in: source))")
        }
        return nil
    }

    /// A value that begins with one of YAML's signs.
    private func reserved(in source: SourceText) -> SyntaxProblem? {
        if context == "while scanning an alias" || context == "while scanning an anchor" || context.hasSuffix("a tag") {
            let start = source.rest(at: contextPlace).first.map(String.init) ?? ""
            let text = Self.quoteIt("a value that begins with \(start)", source, contextPlace)
            return SyntaxProblem(contextPlace, text)
        }
        if context == "while scanning a directive" {
            return SyntaxProblem(contextPlace, Self.quoteIt("a line that begins with %", source, contextPlace))
        }
        let sign = source.rest(at: place).prefix(1)
        let isStart = problem == "found character that cannot start any token"
        if isStart, sign == "\t" { return SyntaxProblem(place, "a tab; indent with blanks") }
        if isStart { return SyntaxProblem(place, Self.quoteIt("a value that begins with \(sign)", source, place)) }
        if problem.contains("tab character") { return SyntaxProblem(place, "a tab; indent with blanks") }
        return nil
    }

    /// Something that stands where it has no place: mostly wrong indentation, or a colon within a value.
    private func misplaced(in source: SourceText) -> SyntaxProblem? {
        switch problem {
        case "mapping values are not allowed in this context": return unexpectedColon(in: source)
        case "could not find expected ':'":
            return SyntaxProblem(contextPlace, "expected a colon and a blank behind the key \(word(in: source))")
        case "did not find expected key" where source.hasText(before: place):
            return SyntaxProblem(place, "text behind a value that is complete\(found(in: source))")
        case "did not find expected key":
            let text = "expected a key with the indentation of those above (column \(contextPlace.column))"
            return SyntaxProblem(place, text + found(in: source))
        case "did not find expected '-' indicator":
            let text = "expected the next - of the list (column \(contextPlace.column))\(found(in: source))"
            return SyntaxProblem(place, text)
        case "block sequence entries are not allowed in this context":
            return SyntaxProblem(place, "a list entry (-) where none can stand; put it on its own line, indented")
        case "did not find expected node content" where source.rest(at: place).first == ":":
            return SyntaxProblem(place, Self.quoteIt("a value that begins with :", source, place))
        case "did not find expected node content":
            return SyntaxProblem(place, "expected a value\(found(in: source))")
        case "did not find expected <document start>":
            return SyntaxProblem(place, "expected the end of the file\(found(in: source))")
        default: return nil
        }
    }

    /// A key where none can stand: the colon of a value, or the line above lacks something.
    private func unexpectedColon(in source: SourceText) -> SyntaxProblem {
        if source.indented(before: place).contains(": ") {
            return SyntaxProblem(place, "a colon and a blank within a value; quote the value")
        }
        guard let above = source.line(above: place) else { return SyntaxProblem(place, "a colon where none can stand") }
        guard above.text.contains(":") else {
            return SyntaxProblem(place, "a key behind line \(above.number), which has no colon")
        }
        if let colon = above.text.firstIndex(of: ":"), let next = above.text[colon...].dropFirst().first, next != " " {
            return SyntaxProblem(place, "a key behind line \(above.number), which lacks a blank behind its colon")
        }
        let text = "a key where line \(above.number) already has a value; keys of one group have the same indentation"
        return SyntaxProblem(place, text)
    }

    private static func quoteIt(_ what: String, _ source: SourceText, _ place: Place) -> String {
        "\(what) must be quoted: \(quotedWord(source.rest(at: place)))"
    }

    private func found(in source: SourceText) -> String {
        let rest = source.rest(at: place)
        return rest.isEmpty ? ", found the end of the line" : ", found \(quoted(String(rest.trimmedEnd)))"
    }

    private func word(in source: SourceText) -> String {
        quoted(String(source.rest(at: contextPlace).trimmedEnd))
    }
}

/// The value that begins a text, as it would stand in quotes: up to a comment, or a sign that ends it within brackets.
func quotedWord(_ rest: Substring) -> String {
    var word = ""
    for character in rest {
        if ",]}".contains(character) || character == "#" && word.last == " " { break }
        word.append(character)
    }
    return quoted(String(word[...].trimmedEnd))
}

extension Substring {
    /// Without the blanks and tabs at its end.
    var trimmedEnd: Substring {
        var text = self
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
