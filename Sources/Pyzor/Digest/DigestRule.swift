/// Which pyzor's digest is meant. They differ in one thing: what becomes of NUL characters.
public enum DigestRule: Hashable, Sendable {
    /// pyzor 1.0.0, as Debian ships it: a NUL is a character like any other, and a NUL in a charset's name is an error.
    case pyzor1_0
    /// pyzor 1.1.2: NULs are taken out of every line before anything else, and out of charset names.
    case pyzor1_1
}

/// How much of a message the digest is willing to look at. Past a limit it throws ``DigestError``; it never
/// digests a part of the message.
public struct DigestLimits: Hashable, Sendable {
    /// How deep parts may be nested, the message itself included. Python's own recursion limit ends pyzor at 980 to 985
    /// of them, by their kind. ``DigestError/tooDeep(_:)`` past it.
    public var depth: Int
    /// How many parts (of any kind, containers too) a message may have. ``DigestError/tooManyParts(_:)`` past it.
    public var parts: Int
    /// How long a message may be, in bytes; never more than 1 GiB. ``DigestError/tooLong(_:)`` past it.
    public var bytes: Int

    public init(depth: Int = 980, parts: Int = 10_000, bytes: Int = 256 << 20) {
        self.depth = depth
        self.parts = parts
        self.bytes = bytes
    }
}
