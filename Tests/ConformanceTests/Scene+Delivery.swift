import Crypto
import TestRig

/// A message as it arrived against the same message past Tamis: nothing but our edits may differ.
extension Scene {
    func checkDelivery(_ expected: Expected, of mailing: Mailing, mark: String) throws {
        let found = try arrived(mark, addresses(expected, mailing, mark))
        let bare = try bareMessage(of: mailing)
        for message in found { compare(RawMessage(message.bytes), with: bare, expected, mailing) }
    }

    /// What arrives of a mailing, once all of these recipients have it.
    func arrived(_ mark: String, _ recipients: Set<String>) throws -> [Delivery] {
        var deliveries: [Delivery] = []
        do {
            try waitUntil("\(mark) had arrived", within: .seconds(30)) {
                deliveries = try host.deliveries(of: mark)
                return Set(deliveries.flatMap(\.recipients)).isSuperset(of: recipients)
            }
        } catch {
            check(false, "arrived at \(deliveries.flatMap(\.recipients)), expected \(recipients.sorted())")
        }
        equal(Set(deliveries.flatMap(\.recipients)), recipients, "recipients")
        return deliveries
    }

    /// Who has to get it. Recipients of the mailing keep their numbers.
    private func addresses(_ expected: Expected, _ mailing: Mailing, _ mark: String) -> Set<String> {
        let sent = Array(zip(mailing.to, mailing.recipients(mark)))
        guard let to = expected.to else { return Set(sent.map(\.1)) }
        return Set(to.map { name in sent.first { $0.0 == name }?.1 ?? name })
    }

    /// The message as this server delivers it without Tamis.
    private func bareMessage(of mailing: Mailing) throws -> RawMessage {
        let mark = freshMark()
        let told = try host.sendBare(mailing, mark: mark)
        guard told.end.code == 250 else { throw RigError("the server by itself refuses it: \(told.end)") }
        let first = try waitFor("the delivery of \(mark)", within: .seconds(30)) {
            try host.deliveries(of: mark).first
        }
        return RawMessage(first.bytes)
    }

    func compare(_ found: RawMessage, with bare: RawMessage, _ expected: Expected, _ mailing: Mailing) {
        let digests = [found.body, bare.body].map { SHA256.hash(data: $0) }
        check(digests[0] == digests[1], "the body changed: \(difference(found.body, bare.body))")
        var fields = bare.fields
        fields.removeAll { field in expected.removed.contains { "\(field.name.lowercased()):".hasPrefix($0) } }
        if let subject = expected.subject {
            if let index = fields.firstIndex(where: { $0.name.lowercased() == "subject" }) {
                fields[index].value = Array(subject.utf8)
            } else {
                fields.append(.init(name: "Subject", value: Array(subject.utf8)))
            }
        }
        guard let own = fields.firstIndex(where: { $0.name == "Received" }) else {
            return check(false, "the server wrote no Received")
        }
        fields.insert(
            contentsOf: expected.written.map { .init(name: $0.name, value: Array($0.value.utf8)) },
            at: own + 1
        )
        // Postfix writes the name of a changed field anew.
        let names = [found.fields, fields].map { list in
            list.map { expected.subject != nil && $0.name.lowercased() == "subject" ? "Subject" : $0.name }
        }
        equal(names[0], names[1], "header fields")
        guard found.fields.count == fields.count else { return }
        let sent = RawMessage(mailing.message)
        for (index, (found, wanted)) in zip(found.fields, fields).enumerated() where index != own {
            // What the server makes up itself differs from message to message.
            let isMadeUp =
                ["message-id", "date", "from"].contains(wanted.name.lowercased())
                && !sent.fields.contains { $0.name.lowercased() == wanted.name.lowercased() }
            check(isMadeUp || matches(found, wanted), "\(wanted.name): found \(found.text), expected \(wanted.text)")
        }
    }

    /// Whether a field is the wanted one. Folds count only where the wanted one has some; `*` at its end stands for anything, where
    /// the wanted one is longer than that.
    private func matches(_ found: RawMessage.Field, _ wanted: RawMessage.Field) -> Bool {
        if found.value == wanted.value { return true }
        let text = wanted.text
        if text.hasSuffix("*") { return found.unfolded.hasPrefix(text.dropLast()) }
        return !text.contains("\n") && found.unfolded == text
    }

    private func difference(_ left: [UInt8], _ right: [UInt8]) -> String {
        let place =
            zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(left.count, right.count)
        let ends = [left, right].map { String(decoding: $0.dropFirst(max(0, place - 20)).prefix(60), as: UTF8.self) }
        return
            "\(left.count) and \(right.count) bytes, at \(place) \(ends[0].debugDescription) and \(ends[1].debugDescription)"
    }
}
