import Mail
import MilterPeer
import TestRig

/// A message in the hands of a played mail server: what it tells a filter of it, and what the filter's edits make of it.
///
/// The server's own Received stands on top and is not told. Insertions count from it (0 is above it, 1 below it), changes count the
/// fields of a name; a deleted field is counted no more, as Postfix has it (milter_edit in cleanup_milter.c).
struct PlayedMessage {
    private(set) var recipients: [String]
    private(set) var isHeld = false
    private let sender: String
    private var fields: [(name: String, value: [UInt8])]
    private let body: [UInt8]

    init(_ mailing: Mailing, mark: String, accepted: [String]) {
        let raw = RawMessage(mailing.message)
        sender = mailing.sender(mark)
        recipients = accepted
        fields = [("Received", Array(" from client.example.org by mx.test.local".utf8))]
        fields += raw.fields.map { ($0.name, [32] + $0.value) }
        body = raw.body
    }

    var delivery: Delivery {
        let lines = fields.map { Array("\($0.name):".utf8) + $0.value + [10] }
        return Delivery(sender: sender, recipients: recipients, bytes: lines.flatMap { $0 } + [10] + body)
    }

    /// Tells the filter header and body.
    func play(to peer: Peer) throws {
        let keepsBlank = peer.settled.steps & 0x10_0000 != 0
        for field in fields.dropFirst() {
            let value = keepsBlank ? field.value[...] : field.value.dropFirst()
            try peer.tell(Peer.Packet("L", Array(field.name.utf8) + [0] + value.prefix { $0 != 0 } + [0]))
        }
        try peer.endOfHeaders()
        try peer.body(body)
    }

    func edited(_ edits: [Edit]) throws -> PlayedMessage {
        var message = self
        for edit in edits { try message.perform(edit) }
        return message
    }

    private mutating func perform(_ edit: Edit) throws {
        switch edit {
        case .insertHeader(let index, let name, let value):
            fields.insert((name, Array(value.utf8)), at: min(Int(index), fields.count))
        case .addHeader(let name, let value): fields.append((name, Array(value.utf8)))
        case .changeHeader(let index, let name, let value): try change(name, Int(index), value)
        case .addRecipient(let address): recipients.append(Self.bare(address))
        case .deleteRecipient(let address):
            guard let place = recipients.firstIndex(of: Self.bare(address)) else {
                throw RigError("no such recipient: \(address)")
            }
            recipients.remove(at: place)
        case .quarantine: isHeld = true
        case .addRecipientWith, .changeSender, .replaceBody, .malformed: throw RigError("an unexpected edit: \(edit)")
        }
    }

    private mutating func change(_ name: String, _ index: Int, _ value: String) throws {
        let places = fields.indices.dropFirst().filter { fields[$0].name.lowercased() == name.lowercased() }
        guard places.indices.contains(index - 1) else { throw RigError("no \(name) number \(index)") }
        if value.isEmpty {
            fields.remove(at: places[index - 1])
        } else {
            fields[places[index - 1]].value = Array(value.utf8)
        }
    }

    private static func bare(_ address: String) -> String {
        address.hasPrefix("<") ? String(address.dropFirst().dropLast()) : address
    }
}
