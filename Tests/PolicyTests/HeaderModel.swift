import Mail

/// How an MTA applies edits to a header: what facts about Postfix (cleanup_milter.c) and Sendmail (milter.c) say, in short.
struct HeaderModel {
    enum Kind: CaseIterable {
        /// A deleted field is gone, and the later ones of its name move up.
        case postfix
        /// A deleted field keeps its number and is not written at the end.
        case sendmail
    }

    private struct Field {
        var name: HeaderName
        var value: String
        var isDeleted = false
        /// Whether the milter was shown the field: the MTA's own Received is not, and what was added is not counted on.
        var isShown = true
    }

    private let kind: Kind
    private var fields: [Field]

    init(_ kind: Kind, headers: [(String, String)]) {
        self.kind = kind
        fields = [Field(name: "Received", value: " by this MTA", isShown: false)]
        fields += headers.map { Field(name: HeaderName(received: $0.0.utf8), value: $0.1) }
    }

    /// The header as it is delivered.
    var lines: [String] { fields.filter { !$0.isDeleted }.map { "\($0.name):\($0.value)" } }

    mutating func apply(_ edits: [Modification]) {
        for edit in edits { apply(edit) }
    }

    private mutating func apply(_ edit: Modification) {
        switch edit {
        case .insertHeader(let index, let name, let value):
            let field = Field(name: name, value: " " + text(value, name), isShown: false)
            fields.insert(field, at: min(index, fields.count))
        case .addHeader(let name, let value):
            fields.append(Field(name: name, value: " " + text(value, name), isShown: false))
        case .changeHeader(let name, let index, let value):
            if let place = place(of: name, index) { fields[place].value = " " + text(value, name) }
        case .deleteHeader(let name, let index):
            guard let place = place(of: name, index) else { return }
            switch kind {
            case .postfix: fields.remove(at: place)
            case .sendmail: fields[place].isDeleted = true
            }
        default: break
        }
    }

    private func place(of name: HeaderName, _ index: Int) -> Int? {
        let places = fields.indices.filter { fields[$0].name == name && fields[$0].isShown }
        return places.indices.contains(index - 1) ? places[index - 1] : nil
    }

    private func text(_ value: HeaderValue, _ name: HeaderName) -> String {
        String(decoding: value.folded(after: name), as: UTF8.self)
    }
}
