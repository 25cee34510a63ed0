package import Mail

/// A modification as an MTA reads it from the wire.
package enum Edit: Sendable, Equatable {
    case insertHeader(index: UInt32, name: String, value: String)
    case addHeader(name: String, value: String)
    /// An empty value deletes.
    case changeHeader(index: UInt32, name: String, value: String)
    case changeSender([String])
    case addRecipient(String)
    case addRecipientWith([String])
    case deleteRecipient(String)
    case replaceBody(Bytes)
    case quarantine(String)
    /// A packet of a modification that does not follow the protocol.
    case malformed(Peer.Packet)

    /// Nil for a packet that is no modification.
    package init?(_ packet: Peer.Packet) {
        let data = packet.data
        switch packet.command {
        case "i": self = Self.indexed(data).map { .insertHeader(index: $0, name: $1, value: $2) } ?? .malformed(packet)
        case "m": self = Self.indexed(data).map { .changeHeader(index: $0, name: $1, value: $2) } ?? .malformed(packet)
        case "h":
            let words = Self.strings(data[...])
            self = words.count == 2 ? .addHeader(name: words[0], value: words[1]) : .malformed(packet)
        case "e": self = .changeSender(Self.strings(data[...]))
        case "+": self = Self.one(data).map { .addRecipient($0) } ?? .malformed(packet)
        case "2": self = .addRecipientWith(Self.strings(data[...]))
        case "-": self = Self.one(data).map { .deleteRecipient($0) } ?? .malformed(packet)
        case "b": self = .replaceBody(data)
        case "q": self = Self.one(data).map { .quarantine($0) } ?? .malformed(packet)
        default: return nil
        }
    }

    private static func indexed(_ data: Bytes) -> (UInt32, String, String)? {
        let words = strings(data.dropFirst(4))
        guard data.count > 4, words.count == 2 else { return nil }
        return (data.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, words[0], words[1])
    }

    private static func one(_ data: Bytes) -> String? {
        let words = strings(data[...])
        return words.count == 1 ? words[0] : nil
    }

    /// The strings of a packet, each ended by NUL; none when the last is not.
    private static func strings(_ data: ArraySlice<UInt8>) -> [String] {
        guard data.last == 0 else { return [] }
        return data.dropLast().split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
