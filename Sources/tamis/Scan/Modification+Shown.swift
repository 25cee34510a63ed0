import Mail

/// The parts of an edit as `tamis scan` shows them; every edit has all of them, empty where they mean nothing.
private struct ShownEdit {
    var edit: String
    var index: Int?
    var name: String?
    var value: String?
}

extension Modification {
    /// One line for people: `insert-header 1 X-Spam-Flag: YES`.
    var summary: String {
        let edit = shown
        let index = edit.index.map { " \($0)" } ?? ""
        let name = edit.name.map { " \($0)" } ?? ""
        return edit.edit + index + name + (edit.value.map { "\(edit.name == nil ? " " : ": ")\($0)" } ?? "")
    }

    /// `{"edit","index","name","value"}`, each always there.
    var json: JSONValue {
        let edit = shown
        return .object([
            "edit": .string(edit.edit),
            "index": edit.index.map { .integer(Int64($0)) } ?? .null,
            "name": .optional(edit.name),
            "value": .optional(edit.value),
        ])
    }

    private var shown: ShownEdit {
        switch self {
        case .insertHeader(let index, let name, let value):
            ShownEdit(edit: "insert-header", index: index, name: "\(name)", value: "\(value)")
        case .addHeader(let name, let value): ShownEdit(edit: "add-header", name: "\(name)", value: "\(value)")
        case .changeHeader(let name, let index, let value):
            ShownEdit(edit: "change-header", index: index, name: "\(name)", value: "\(value)")
        case .deleteHeader(let name, let index): ShownEdit(edit: "delete-header", index: index, name: "\(name)")
        case .changeSender(let address, _): ShownEdit(edit: "change-sender", value: Self.text(address))
        case .addRecipient(let address, _): ShownEdit(edit: "add-recipient", value: Self.text(address))
        case .deleteRecipient(let address): ShownEdit(edit: "delete-recipient", value: Self.text(address))
        case .replaceBody(let body): ShownEdit(edit: "replace-body", value: "\(body.count) bytes")
        case .quarantine(let reason): ShownEdit(edit: "quarantine", value: "\(reason)")
        }
    }

    private static func text(_ bytes: Bytes) -> String { String(decoding: bytes, as: UTF8.self) }
}
