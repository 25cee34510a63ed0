/// A message as the MTA handed it over, complete or cut at a limit. A value: gathered once, then only read.
package struct Message: Sendable, Equatable {
    package var client: Client
    package var authentication: Authentication?
    package var transportSecurity: TransportSecurity?
    package var envelope: Envelope
    package var headers: HeaderList
    /// The body with the line ends that it came with; NUL, bare CR and bare LF included. Cut where `bodySize` is larger.
    package var body: Bytes
    /// How long the body was on the wire, in bytes.
    package var bodySize: Int
    /// The MTA's name for the message in its queue; nil when the MTA has given none.
    package var queueID: Bytes?
    /// The MTA's own host name ({j} or {daemon_name}); nil when unknown.
    package var receiver: Bytes?
    /// When the message arrived, in seconds since 1970-01-01 UTC.
    package var arrival: Int64

    package init(
        client: Client,
        authentication: Authentication? = nil,
        transportSecurity: TransportSecurity? = nil,
        envelope: Envelope,
        headers: HeaderList,
        body: Bytes,
        bodySize: Int? = nil,
        queueID: Bytes? = nil,
        receiver: Bytes? = nil,
        arrival: Int64
    ) {
        self.client = client
        self.authentication = authentication
        self.transportSecurity = transportSecurity
        self.envelope = envelope
        self.headers = headers
        self.body = body
        self.bodySize = bodySize ?? body.count
        self.queueID = queueID
        self.receiver = receiver
        self.arrival = arrival
    }

    /// The whole message's size on the wire in bytes: header fields, the empty line, the body.
    package var size: Int { headers.wireSize + 2 + bodySize }

    /// Whether header or body were cut when the message was gathered.
    package var isCut: Bool { headers.isTruncated || body.count < bodySize }
}
