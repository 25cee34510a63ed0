import CMilter
import Mail

/// A modification that was agreed with the MTA, in the very form in which libmilter takes it: C strings and numbers.
enum LawfulModification: Equatable {
    case insertHeader(index: Int32, name: [CChar], value: [CChar])
    case addHeader(name: [CChar], value: [CChar])
    case changeHeader(name: [CChar], index: Int32, value: [CChar])
    case deleteHeader(name: [CChar], index: Int32)
    case changeSender(address: [CChar], parameters: [CChar]?)
    case addRecipient(address: [CChar])
    case addRecipientWith(address: [CChar], parameters: [CChar]?)
    case deleteRecipient(address: [CChar])
    case replaceBody(Bytes)
    case quarantine(reason: [CChar])
}

extension LawfulModification {
    /// Checks what libmilter does not check: it takes any bytes and lets them reach the MTA.
    init(_ modification: Modification, agreed: Negotiation.Agreed) throws(MilterError) {
        let lawful = Check(modification: modification, agreed: agreed)
        switch modification {
        case .insertHeader(let index, let name, let value):
            try lawful.needs(.addHeaders)
            self = try .insertHeader(
                index: lawful.index(index, from: 0),
                name: lawful.newName(name),
                value: lawful.value(value, of: name)
            )
        case .addHeader(let name, let value):
            try lawful.needs(.addHeaders)
            self = try .addHeader(name: lawful.newName(name), value: lawful.value(value, of: name))
        case .changeHeader(let name, let index, let value):
            try lawful.needs(.changeHeaders)
            self = try .changeHeader(
                name: lawful.knownName(name),
                index: lawful.index(index, from: 1),
                value: lawful.replacingValue(value, of: name)
            )
        case .deleteHeader(let name, let index):
            try lawful.needs(.changeHeaders)
            self = try .deleteHeader(name: lawful.knownName(name), index: lawful.index(index, from: 1))
        case .changeSender(let address, let parameters):
            try lawful.needs(.changeSender)
            self = try .changeSender(address: lawful.line(address), parameters: lawful.parameters(parameters))
        case .addRecipient(let address, let parameters):
            self = try lawful.recipient(address, parameters)
        case .deleteRecipient(let address):
            try lawful.needs(.deleteRecipients)
            self = try .deleteRecipient(address: lawful.line(address))
        case .replaceBody(let body):
            try lawful.needs(.changeBody)
            self = .replaceBody(body)
        case .quarantine(let reason):
            try lawful.needs(.quarantine)
            self = try .quarantine(reason: lawful.reason(reason))
        }
    }
}

/// The rules for one modification.
private struct Check {
    let modification: Modification
    let agreed: Negotiation.Agreed

    func needs(_ action: Negotiation.Actions) throws(MilterError) {
        guard agreed.actions.contains(action) else { throw .notAgreed(modification: modification.summary) }
    }

    func index(_ index: Int, from first: Int) throws(MilterError) -> Int32 {
        guard index >= first, let short = Int32(exactly: index) else { throw notLawful("an index of \(first) or more") }
        return short
    }

    /// The name of a field that we write.
    func newName(_ name: HeaderName) throws(MilterError) -> [CChar] {
        guard !name.bytes.isEmpty, name.bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }) else {
            throw notLawful("a header name of visible ASCII characters without a colon")
        }
        return cString(name.bytes)
    }

    /// The name of a field that the message has: what a stranger sent, spelled as it came.
    func knownName(_ name: HeaderName) throws(MilterError) -> [CChar] { try line(name.bytes) }

    /// Without the agreement about leading blanks the MTA writes one blank after the colon itself.
    func value(_ value: HeaderValue, of name: HeaderName) -> [CChar] {
        cString(value.folded(after: name), withLeadingSpace: agreed.leadingSpace)
    }

    /// QUIRK: an empty value would delete the field (smfi_chgheader); a blank does not.
    func replacingValue(_ value: HeaderValue, of name: HeaderName) -> [CChar] {
        let text = self.value(value, of: name)
        return text.count > 1 ? text : cString([0x20])
    }

    func recipient(_ address: Bytes, _ parameters: Bytes) throws(MilterError) -> LawfulModification {
        if parameters.isEmpty, agreed.actions.contains(.addRecipients) {
            return try .addRecipient(address: line(address))
        }
        try needs(.addRecipientsWithParameters)
        return try .addRecipientWith(address: line(address), parameters: self.parameters(parameters))
    }

    func parameters(_ parameters: Bytes) throws(MilterError) -> [CChar]? {
        parameters.isEmpty ? nil : try line(parameters)
    }

    /// Bytes that become part of an SMTP command or header of the MTA's: no second line may hide in them.
    func line(_ bytes: Bytes) throws(MilterError) -> [CChar] {
        guard !bytes.isEmpty, !bytes.contains(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D }) else {
            throw notLawful("bytes without NUL, CR and LF, and not none")
        }
        return cString(bytes)
    }

    /// Postfix cuts a reason after 100 characters; libmilter refuses an empty one.
    func reason(_ reason: HeaderValue) throws(MilterError) -> [CChar] {
        let text = reason.description.utf8.filter { $0 >= 0x20 && $0 < 0x7F }.prefix(100)
        guard !text.isEmpty else { throw notLawful("a reason of 1 to 100 characters") }
        return cString(Bytes(text))
    }

    private func notLawful(_ expected: String) -> MilterError {
        .notLawful(modification: modification.summary, expected: expected)
    }

    private func cString(_ bytes: Bytes, withLeadingSpace hasSpace: Bool = false) -> [CChar] {
        var text: [CChar] = []
        text.reserveCapacity(bytes.count + 2)
        if hasSpace { text.append(0x20) }
        for byte in bytes { text.append(CChar(bitPattern: byte)) }
        text.append(0)
        return text
    }
}

extension Modification {
    /// What the modification is, in a few words for an error text.
    var summary: String {
        switch self {
        case .insertHeader(_, let name, _): "inserting the header \(name.summary)"
        case .addHeader(let name, _): "adding the header \(name.summary)"
        case .changeHeader(let name, let index, _): "changing the header \(name.summary) (\(index))"
        case .deleteHeader(let name, let index): "deleting the header \(name.summary) (\(index))"
        case .changeSender: "changing the sender"
        case .addRecipient: "adding a recipient"
        case .deleteRecipient: "deleting a recipient"
        case .replaceBody: "replacing the body"
        case .quarantine: "quarantining"
        }
    }
}

extension HeaderName {
    /// The name without the end of a long one: a stranger may have made it up.
    fileprivate var summary: String { String(decoding: bytes.prefix(76), as: UTF8.self) }
}
