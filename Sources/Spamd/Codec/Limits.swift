/// How much of an answer (or of a request, on a server's side) is taken before it is refused with `.limitExceeded`.
public struct Limits: Hashable, Sendable {
    /// Bytes of one line of the header, its line end included.
    public var line: Int
    /// Fields of the header.
    public var headerCount: Int
    /// Bytes of the body, after inflating too. Answers that have no body by the protocol (CHECK, TELL, PING) are held
    /// to 1 MiB at most.
    public var body: Int

    public init(line: Int = 64 << 10, headerCount: Int = 256, body: Int = 64 << 20) {
        self.line = line
        self.headerCount = headerCount
        self.body = body
    }
}
