/// A question or an order for a Pyzor server, without what each packet gets anew (Thread, time, signature).
public struct PyzorRequest: Hashable, Sendable {
    /// What the server is to do; names are case-sensitive.
    public struct Operation: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public static let ping = Operation(rawValue: "ping")
        public static let pong = Operation(rawValue: "pong")
        public static let check = Operation(rawValue: "check")
        public static let info = Operation(rawValue: "info")
        public static let report = Operation(rawValue: "report")
        public static let whitelist = Operation(rawValue: "whitelist")

        public var description: String { rawValue }

        /// Whether asking twice does no more than asking once. Reports and whitelistings are counted each time.
        var mayRepeat: Bool { [.ping, .pong, .check, .info].contains(self) }

        /// Whether a 200 to it carries Count and WL-Count.
        var answersCounts: Bool { [.pong, .check, .info].contains(self) }
    }

    /// The protocol's version, which every packet states.
    public static let protocolVersion = "2.1"

    /// What a server reads of a packet and a client of a reply; the rest would be lost (`client.py`, `server.py`).
    public static let largestPacket = 8192

    /// The digest's recipe as reports state it; servers do not read it.
    public static let standardSpecification = "20,3,60,3"

    public let operation: Operation

    /// The lines before Thread and PV.
    public let fields: WireFields

    /// Whether the client may send the same packet twice when no answer comes.
    public let mayRepeat: Bool

    /// Any request of the caller's own: `Op`, then these lines.
    ///
    /// - Parameters:
    ///   - operation: the operation's name.
    ///   - fields: the lines after `Op`, in the order in which they are signed.
    ///   - mayRepeat: true when asking twice does no harm; for an operation that pyzor knows it is found out.
    /// - Throws: ``PyzorError/invalidRequest(reason:)`` for names and values that cannot stand on one line.
    public init(_ operation: Operation, fields: [WireFields.Field] = [], mayRepeat: Bool? = nil) throws(PyzorError) {
        let lines = WireFields([.init("Op", operation.rawValue)] + fields)
        if let flaw = lines.flaw { throw .invalidRequest(reason: flaw) }
        self.init(operation, lines: lines, mayRepeat: mayRepeat)
    }

    private init(_ operation: Operation, lines: WireFields, mayRepeat: Bool? = nil) {
        self.operation = operation
        self.fields = lines
        self.mayRepeat = mayRepeat ?? operation.mayRepeat
    }
}

// MARK: - The six operations

extension PyzorRequest {
    /// Is the server alive?
    public static let ping = PyzorRequest(.ping, lines: WireFields([.init("Op", "ping")]))

    /// How often was the digest reported, and how often whitelisted?
    public static func check(_ digest: MessageDigest) -> PyzorRequest { .init(.check, about: [digest]) }

    /// As check, and when: the four dates.
    public static func info(_ digest: MessageDigest) -> PyzorRequest { .init(.info, about: [digest]) }

    /// The protocol's test: answered as check, with the largest count there is.
    public static func pong(_ digest: MessageDigest) -> PyzorRequest { .init(.pong, about: [digest]) }

    /// Counts each digest as spam once more; as many as ``largestPacket`` holds (about 140).
    public static func report(
        _ digests: [MessageDigest],
        specification: String? = nil
    ) throws(PyzorError)
        -> PyzorRequest
    {
        try counted(.report, digests.map(\.description), specification: specification)
    }

    /// Counts each digest as good once more.
    public static func whitelist(
        _ digests: [MessageDigest],
        specification: String? = nil
    ) throws(PyzorError)
        -> PyzorRequest
    {
        try counted(.whitelist, digests.map(\.description), specification: specification)
    }

    /// A request about digests that nobody has checked: a server takes any text for a digest.
    package static func opaque(_ operation: Operation, _ digests: [String]) throws(PyzorError) -> PyzorRequest {
        switch operation {
        case .report, .whitelist: try counted(operation, digests, specification: nil)
        default: try PyzorRequest(operation, fields: digests.map { .init("Op-Digest", $0) })
        }
    }

    private init(_ operation: Operation, about digests: [MessageDigest]) {
        let lines = [.init("Op", operation.rawValue)] + digests.map { WireFields.Field("Op-Digest", $0.description) }
        self.init(operation, lines: WireFields(lines))
    }

    private static func counted(
        _ operation: Operation,
        _ digests: [String],
        specification: String?
    )
        throws(PyzorError) -> PyzorRequest
    {
        let specification = WireFields.Field("Op-Spec", specification ?? standardSpecification)
        return try PyzorRequest(operation, fields: digests.map { .init("Op-Digest", $0) } + [specification])
    }
}

// MARK: - To the wire

extension PyzorRequest {
    /// The packet: the request's lines, Thread and PV, then User, Time and Sig.
    ///
    /// - Parameters:
    ///   - account: who asks.
    ///   - thread: the number by which the answer is known again.
    ///   - time: seconds since 1970; a server refuses a signed packet more than 300 s off.
    /// - Throws: ``PyzorError/packetTooLarge(bytes:)``.
    public func packet(thread: UInt16, account: PyzorAccount, time: Int64) throws(PyzorError) -> [UInt8] {
        var lines = fields
        lines.append("Thread", String(thread))
        lines.append("PV", Self.protocolVersion)
        let packet = lines.signed(by: account, time: time).packet
        guard packet.count <= Self.largestPacket else { throw .packetTooLarge(bytes: packet.count) }
        return packet
    }
}

extension PyzorRequest: CustomStringConvertible {
    /// The lines of the request on one line.
    public var description: String {
        fields.fields.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
    }
}
