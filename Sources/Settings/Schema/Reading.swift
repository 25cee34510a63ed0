/// What has been noticed while a tree is read: problems and warnings pile up here, so that all are told at once.
struct Reading {
    let source: SourceText
    private(set) var problems: [Notice] = []
    private(set) var warnings: [Notice] = []

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
    var isFull: Bool { problems.count >= SettingsError.maximumProblems * 2 }

    mutating func refuse(_ place: Place, _ key: String, _ text: String) {
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

/// Which keys of a group the file gave, by dotted names within it, and where their values stand.
struct Given: Equatable, Sendable {
    /// Where the group itself stands.
    let place: Place
    private var places: [String: Place] = [:]

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

    mutating func add(_ name: String, at place: Place) {
        places[name] = place
    }

    mutating func add(_ name: String, _ inner: Given) {
        add(name, at: inner.place)
        for (key, place) in inner.places { add("\(name).\(key)", at: place) }
    }
}
