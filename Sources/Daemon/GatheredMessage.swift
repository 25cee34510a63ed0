import Mail

/// A message while it arrives: from MAIL to end of message.
///
/// Of the body only as much is kept as scanners may see; the rest is counted. A message for which there was no room (`isBusy`)
/// keeps its header, so that forged fields can still be removed, and nothing of its body.
struct GatheredMessage: Sendable {
    private(set) var envelope: Envelope
    let authentication: Authentication?
    private(set) var headers = HeaderList()
    private(set) var body = Bytes()
    private(set) var bodySize = 0
    private(set) var isBusy = false
    private var isHeaderDropped = false
    private let keptBodySize: Int
    private var recipientBytes = 0

    /// - Parameter keptBodySize: how much of the body is kept at most (`limits.max-scan-size`), in bytes.
    init(sender: Envelope.Address, authentication: Authentication?, keptBodySize: Int) {
        envelope = Envelope(sender: sender)
        self.authentication = authentication
        self.keptBodySize = keptBodySize
        let announced = Self.announcedSize(of: sender)
        if announced > 0 { body.reserveCapacity(min(announced, keptBodySize)) }
    }

    /// The size that the client announced with SIZE= (RFC 1870); 0 when it announced none, or nonsense.
    static func announcedSize(of sender: Envelope.Address) -> Int {
        guard let digits = sender.parameter("SIZE"), digits.count <= 15,
            let size = Int(String(decoding: digits, as: UTF8.self)), size > 0
        else { return 0 }
        return size
    }

    /// What this takes in memory, in bytes.
    var memorySize: Int { headers.memorySize + body.count + recipientBytes }

    mutating func append(_ recipient: Envelope.Address) {
        envelope.recipients.append(recipient)
        recipientBytes += recipient.wireForm.count + recipient.parameters.reduce(128) { $0 + $1.count + 32 }
    }

    mutating func append(_ field: HeaderField) {
        if !isHeaderDropped { headers.append(field) }
    }

    mutating func append(_ chunk: UnsafeRawBufferPointer) {
        bodySize += chunk.count
        guard !isBusy, body.count < keptBodySize else { return }
        body.append(contentsOf: chunk.prefix(keptBodySize - body.count))
    }

    /// Drops the body and keeps none of what still comes; nor of the header, if the message is refused anyway.
    mutating func becomeBusy(keepsHeader: Bool) {
        isBusy = true
        body = []
        guard !keepsHeader else { return }
        isHeaderDropped = true
        headers = HeaderList()
    }

    /// The message as it was gathered; its body is not held here any more.
    mutating func takeMessage(
        from client: Client,
        transportSecurity: TransportSecurity?,
        queueID: Bytes?,
        receiver: Bytes?,
        arrival: Int64
    ) -> Message {
        defer { body = [] }
        return Message(
            client: client,
            authentication: authentication,
            transportSecurity: transportSecurity,
            envelope: envelope,
            headers: headers,
            body: body,
            bodySize: bodySize,
            queueID: queueID,
            receiver: receiver,
            arrival: arrival
        )
    }
}
