/// A piece of the settings file as it was written: what YAML's syntax says and nothing of what its values mean.
///
/// A scalar is text; whether `0660` is a number or `no` a boolean is decided by the key that it stands under. The depth of
/// a tree is at most `NodeBuilder.maximumDepth`, so that walking it cannot overflow the stack.
struct Node: Equatable, Sendable {
    enum Content: Equatable, Sendable {
        /// Text; `isPlain` when it stood without quotes and not as a block (`|`, `>`).
        case scalar(String, isPlain: Bool)
        case sequence([Node])
        /// Each name at most once, in the order of the file.
        case mapping([Entry])
        /// A place where something stood that has been complained about already: nothing more is said about it.
        case refused
    }

    /// A name and its value. The name's own place is kept, since unknown names are reported there.
    struct Entry: Equatable, Sendable {
        let name: String
        let place: Place
        let value: Node
    }

    let content: Content
    let place: Place

    /// Whether nothing was written: `timeout:` with nothing behind it means the same as no `timeout` at all.
    var isEmpty: Bool { content == .scalar("", isPlain: true) }

    /// How an error names this: a short quotation of a scalar, else what kind of thing it is.
    var shown: String {
        switch content {
        case .scalar(let text, let isPlain): text.isEmpty && isPlain ? "nothing" : quoted(text)
        case .sequence: "a list"
        case .mapping: "a group of keys"
        case .refused: "something else"
        }
    }
}

/// The text in double quotes for people: controls as `\n`, `\u{7}`, and cut after 60 characters.
func quoted(_ text: String) -> String {
    let limit = 60
    let shown = text.unicodeScalars.prefix(limit).map { $0 == "\"" ? "\\\"" : $0.escaped }.joined()
    return "\"\(shown)\(text.unicodeScalars.count > limit ? "..." : "")\""
}
