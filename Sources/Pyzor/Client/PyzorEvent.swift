/// Something that happened to a server or a packet, for a log or a count; nothing depends on who listens.
public enum PyzorEvent: Hashable, Sendable {
    /// A look-up found other addresses than before, or the first after a failure; addresses as text, in the order in
    /// which they are tried.
    case resolved(PyzorServer, addresses: [String])
    /// A name could not be looked up; earlier addresses stay in use. Told once until a look-up succeeds.
    case unresolved(PyzorServer, reason: String)
    /// A packet goes out; told only to an observer that wants packets.
    case sending(PyzorServer, packet: [UInt8])
    /// A packet came in; told only to an observer that wants packets.
    case received(PyzorServer, packet: [UInt8])
    /// A packet was sent a second time.
    case retransmitted(PyzorServer, thread: UInt16)
    /// A datagram came that answers no question: who sent it cannot be told.
    case ignored(PyzorServer, ReplyFault)
    /// A reply came to a question that had ended, or came twice.
    case late(PyzorServer, thread: Int)
    /// The server is left alone after timeouts in a row.
    case leftAlone(PyzorServer)
    /// A server that was left alone answers again.
    case back(PyzorServer)
}

/// Who is told of events.
///
/// The closure is called on the client's event loop, so it must not block. (A bare closure kept in generic storage
/// grows with every read; hence this type.)
public struct PyzorObserver: Sendable {
    let tell: @Sendable (PyzorEvent) -> Void
    let wantsPackets: Bool

    /// - Parameters:
    ///   - packets: whether each packet is told of as well, which costs a copy of each.
    ///   - tell: called for each event, on the client's event loop.
    public init(packets: Bool = false, _ tell: @escaping @Sendable (PyzorEvent) -> Void) {
        self.tell = tell
        self.wantsPackets = packets
    }

    /// Nobody listens.
    public static let none = PyzorObserver { _ in }
}
