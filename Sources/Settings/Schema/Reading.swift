/// What has been noticed while a tree is read: problems and warnings pile up here, so that all are told at once.
struct Reading {
    let source: SourceText
    private(set) var problems: [Notice] = []
    private(set) var warnings: [Notice] = []
    /// Whether there was more wrong than is told.
    private(set) var hasMore = false

    /// A remark at a place, about a key.
    struct Notice: Equatable, Sendable {
        let place: Place
        let key: String
        let text: String
    }

    init(_ source: SourceText) {
        self.source = source
    }

    /// Whether so much is wrong that looking for more is a waste.
    var isFull: Bool { problems.count >= SettingsError.maximumProblems }

    mutating func refuse(_ place: Place, _ key: String, _ text: String) {
        guard !isFull else {
            hasMore = true
            return
        }
        problems.append(Notice(place: place, key: key, text: text))
    }

    mutating func warn(_ place: Place, _ key: String, _ text: String) {
        guard warnings.count < SettingsError.maximumProblems else { return }
        warnings.append(Notice(place: place, key: key, text: text))
    }

    /// Says that a value is not what its key wants. Silent about what was complained about before.
    mutating func refuse(_ node: Node, _ key: String, expected: String, hint: String? = nil) {
        guard node.content != .refused else { return }
        refuse(node.place, key, "expected \(expected), found \(node.shown)\(hint.map { "; \($0)" } ?? "")")
    }
}

extension Reading {
    /// Says why a value is refused.
    mutating func refuse(_ node: Node, _ key: String, _ refusal: Refusal, expected: String, range: String?) {
        switch refusal {
        case .unlike(let hint): refuse(node, key, expected: expected, hint: hint)
        case .outOfRange: refuse(node, key, expected: "a value \(range ?? "in range")")
        case .wrong(let reason): refuse(node.place, key, reason)
        }
    }
}

/// Which keys of a group the file gave, by dotted names within it, where their values stand, and which of them are broken.
struct Given: Equatable, Sendable {
    /// Where the group itself stands.
    let place: Place
    private var places: [String: Place] = [:]
    private var broken: Set<String> = []

    init(at place: Place) {
        self.place = place
    }

    subscript(name: String) -> Place? { places[name] }

    /// The first of the names that was given, with its place. For checks over several keys: tell it where it can be mended.
    func first(of names: String...) -> (name: String, place: Place)? {
        for name in names {
            if let place = places[name] { return (name, place) }
        }
        return nil
    }

    /// Whether these keys hold what was meant: what the file says, or their defaults. A check over several keys begins with
    /// this, lest it complains about a value that stands there only since another one was refused.
    func isSound(_ names: String...) -> Bool { broken.isDisjoint(with: names) }

    mutating func add(_ name: String, at place: Place) {
        places[name] = place
    }

    mutating func add(_ name: String, _ inner: Given) {
        add(name, at: inner.place)
        for (key, place) in inner.places { add("\(name).\(key)", at: place) }
        for key in inner.broken { markBroken("\(name).\(key)") }
    }

    mutating func markBroken(_ name: String) {
        broken.insert(name)
    }
}
