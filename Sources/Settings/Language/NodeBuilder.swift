/// Makes a tree of `Node` from a text: YAML, but only the part that reads the same to everybody.
///
/// Aliases, anchors, tags, merge keys (`<<`), keys that are no plain text, a name given twice and second documents are
/// errors; each is noted with its place and reading goes on, so that all are told at once. Only what libyaml itself cannot
/// read, or a limit, ends the reading. Nothing here recurses: open collections stand on a stack of our own.
struct NodeBuilder {
    /// The tree, and what was wrong with the file. `root` is nil for a file without any value.
    struct Outcome: Equatable, Sendable {
        var root: Node?
        var problems: [SyntaxProblem] = []
        /// Whether the rest of the file was not looked at, since there was so much wrong with the beginning.
        var hasMore = false
    }

    /// Settings nest eight deep; more than this is a mistake or an attack.
    static let maximumDepth = 32
    /// Values in one file.
    static let maximumNodes = 100_000
    /// After so many mistakes the rest of the file is not looked at.
    static let maximumProblems = 100

    private var open: [Collection] = []
    private var nodes = 0
    private var documents = 0
    private var outcome = Outcome()

    /// Reads a whole text. Where libyaml gives up, what was found before is told with its error.
    static func read(_ source: SourceText) -> Outcome {
        var builder = NodeBuilder()
        do {
            var events = try YAMLEvents(source)
            while try builder.take(try events.next()) {}
        } catch {
            builder.outcome.root = nil
            builder.outcome.problems.append(error)
        }
        return builder.outcome
    }

    /// Takes one event; false when there is nothing more to read.
    private mutating func take(_ event: YAMLEvent) throws(SyntaxProblem) -> Bool {
        guard outcome.problems.count < Self.maximumProblems else {
            outcome.hasMore = true
            return false
        }
        noteProperties(of: event)
        switch event.kind {
        case .streamStart, .documentEnd: break
        case .streamEnd: return false
        case .documentStart: return beginDocument(at: event.place)
        case .scalar(let text, let isPlain): try add(Node(content: .scalar(text, isPlain: isPlain), place: event.place))
        case .alias(let name):
            note(event.place, "*\(name) is YAML's sign for a copy, which is not used here; for text write \"*\(name)\"")
            try add(Node(content: .refused, place: event.place))
        case .sequenceStart: try begin(Collection(isMapping: false, place: event.place))
        case .mappingStart: try begin(Collection(isMapping: true, place: event.place))
        case .collectionEnd: if let collection = open.popLast() { try add(collection.node) }
        }
        return true
    }

    private mutating func beginDocument(at place: Place) -> Bool {
        documents += 1
        if documents > 1 { note(place, "a second document; settings are one") }
        return documents == 1
    }

    private mutating func begin(_ collection: Collection) throws(SyntaxProblem) {
        guard open.count < Self.maximumDepth else {
            throw SyntaxProblem(collection.place, "nested more than \(Self.maximumDepth) deep")
        }
        open.append(collection)
    }

    /// Puts a finished node where it belongs: into the innermost open collection.
    private mutating func add(_ node: Node) throws(SyntaxProblem) {
        nodes += 1
        guard nodes <= Self.maximumNodes else {
            throw SyntaxProblem(node.place, "more than \(Self.maximumNodes) values in one file")
        }
        guard !open.isEmpty else {
            outcome.root = node
            return
        }
        if let problem = open[open.count - 1].add(node) { outcome.problems.append(problem) }
    }

    private mutating func noteProperties(of event: YAMLEvent) {
        if let anchor = event.anchor {
            note(
                event.place,
                "&\(anchor) is YAML's sign for a name, which is not used here; quote text that begins with &"
            )
        }
        if event.tag != nil {
            note(event.place, "! is YAML's sign for a type, which is not used here; quote text that begins with !")
        }
    }

    private mutating func note(_ place: Place, _ text: String) {
        outcome.problems.append(SyntaxProblem(place, text))
    }
}

/// A list or group that is still being read.
private struct Collection {
    let isMapping: Bool
    let place: Place
    private var items: [Node] = []
    private var entries: [Node.Entry] = []
    private var seen: [String: Place] = [:]
    /// The key whose value comes next.
    private var key: Node?

    init(isMapping: Bool, place: Place) {
        self.isMapping = isMapping
        self.place = place
    }

    var node: Node { Node(content: isMapping ? .mapping(entries) : .sequence(items), place: place) }

    mutating func add(_ node: Node) -> SyntaxProblem? {
        guard isMapping else {
            items.append(node)
            return nil
        }
        guard let key else {
            self.key = node
            return nil
        }
        self.key = nil
        return add(node, under: key)
    }

    private mutating func add(_ value: Node, under key: Node) -> SyntaxProblem? {
        guard case .scalar(let name, let isPlain) = key.content else {
            guard key.content != .refused else { return nil }
            return SyntaxProblem(key.place, "\(key.shown) as a key; a key is one word and a colon")
        }
        if isPlain, name == "<<" {
            return SyntaxProblem(key.place, "<< is YAML's sign for a merge, which is not used here")
        }
        if isPlain, name.isEmpty {
            return SyntaxProblem(key.place, "a colon without a key; quote text that begins with a colon")
        }
        if let first = seen[name] {
            return SyntaxProblem(key.place, "\(quoted(name)) was given before, at line \(first.line)")
        }
        seen[name] = key.place
        entries.append(Node.Entry(name: name, place: key.place, value: value))
        return nil
    }
}
