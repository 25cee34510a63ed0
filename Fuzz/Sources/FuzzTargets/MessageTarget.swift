import NIOCore

@testable import Filter
@testable import Mail

extension FuzzTarget {
    /// A message as a file or an MTA gives it, up to the copy that scanners get.
    static let message = FuzzTarget(name: "message") { bytes in
        var choices = Choices(bytes)
        let limit = [1_024, 64, 4_096, 1 << 20][choices.number(below: 4)]
        let isFile = choices.byte() == UInt8(ascii: "F")
        let content = Array(choices.rest)
        let message = isFile ? stored(content) : handedOver(content)
        CopyPromises(message: message, limit: limit).check()
    }
}

/// A message read from a file.
private func stored(_ bytes: [UInt8]) -> Message {
    demand(StoredMessage.split(bytes).flatMap(\.self) == bytes, "an mbox is its messages and nothing else")
    let stored = StoredMessage(bytes)
    for field in stored.headers.fields {
        demand(field.name.bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x3A }, "a name is a name: \(field.name)")
        demand(!field.name.bytes.isEmpty, "a field has a name")
    }
    var last: UInt8 = 0
    for byte in stored.body {
        demand(byte != 0x0A || last == 0x0D, "lines of a body end in CRLF")
        last = byte
    }
    return Message(
        client: Client(),
        envelope: Envelope(sender: .init(wireForm: [])),
        headers: stored.headers,
        body: stored.body,
        arrival: 0
    )
}

/// A message as an MTA hands it over: HELO, sender, recipient, queue id, body; then names and values, anything in them but what an
/// MTA cannot say (NUL, and in a name a line end).
private func handedOver(_ bytes: [UInt8]) -> Message {
    var choices = Choices(bytes)
    let client = Client(address: .unknown, hostName: nil, helo: choices.field())
    let sender = Envelope.Address(wireForm: choices.field())
    let recipient = Envelope.Address(wireForm: choices.field())
    let queueID = choices.field()
    let body = choices.field()
    var headers = HeaderList(limits: .init(bytes: 2_048, fields: 20, names: 20))
    while !choices.rest.isEmpty {
        let name = choices.field().filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x3A }
        headers.append(HeaderField(name: HeaderName(received: name), value: choices.field().filter { $0 != 0 }))
    }
    demand(headers.fields.count <= 20 && headers.namesPastLimit.count <= 20, "a list keeps to its limits")
    return Message(
        client: client,
        envelope: Envelope(sender: sender, recipients: [recipient]),
        headers: headers,
        body: body,
        queueID: queueID,
        receiver: queueID,
        arrival: Int64(bytes.count) &* 0x1234_5678_9ABC % 4_000_000_000
    )
}

private struct CopyPromises {
    let message: Message
    let limit: Int

    func check() {
        let received = ReceivedField(for: message)
        checkReceived(received)
        let copy = ScanCopy(of: message, received: received, limit: limit)
        let bytes = Array(copy.bytes.readableBytesView)
        let own = Array(bytes.dropFirst(received.bytes.count))
        demand(bytes.starts(with: received.bytes), "our Received stands first")
        demand(own.count <= max(limit, 0), "no more than the limit is copied: \(own.count) of \(limit)")
        if let cut = copy.cut {
            demand(cut.sent == own.count && cut.sent <= cut.total, "a cut says how much is there: \(cut)")
        } else {
            demand(bytes.suffix(message.body.count) == message.body[...], "the body is untouched")
            checkHeader(bytes)
        }
    }

    private func checkReceived(_ received: ReceivedField) {
        let lines = received.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        demand((4...7).contains(lines.count) && lines.last?.isEmpty == true, "four to six lines: \(lines.count)")
        demand(lines.dropLast().allSatisfy { $0.last == 0x0D && $0.count <= 998 }, "each with its CR, none too long")
        demand(lines.dropFirst().dropLast().allSatisfy { $0.first == 0x09 }, "all but the first go on with a tab")
        demand(received.bytes.allSatisfy { $0.isPrintableASCII || [0x09, 0x0A, 0x0D].contains($0) }, "nothing else")
        demand(received.bytes.count { $0 == 0x3B } == 1, "one semicolon, before the date")
    }

    /// The header reads as our Received and the fields that are not forged, in order; nothing ends it early.
    private func checkHeader(_ bytes: [UInt8]) {
        let kept = message.headers.fields.map(\.name).filter { !isForged($0) && isReadable($0) }
        guard message.headers.fields.allSatisfy({ isForged($0.name) || isReadable($0.name) }) else { return }
        let read = StoredMessage(bytes).headers.fields.map(\.name)
        demand(read == ["Received"] + kept, "\(read.count) fields read, \(kept.count + 1) written")
    }

    /// Whether a line of a file that begins with this name is a field.
    private func isReadable(_ name: HeaderName) -> Bool {
        !name.bytes.isEmpty && name.bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private func isForged(_ name: HeaderName) -> Bool {
        name == "X-Envelope-From" || name == "Return-Path" || name.bytes.startsIgnoringASCIICase(with: "X-Spam-".utf8)
    }
}
