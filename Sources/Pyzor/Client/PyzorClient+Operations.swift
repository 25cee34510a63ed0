public import NIOCore

// The protocol's operations by name, each to one of the configured servers. A reply other than 200 is returned, not
// thrown: ``PyzorReply/isOK`` tells.
extension PyzorClient {
    /// Asks whether a server is alive.
    public func ping(_ server: PyzorServer, deadline: NIODeadline? = nil) async throws(PyzorError) -> PyzorReply {
        try await send(.ping, to: server, deadline: deadline)
    }

    /// Tests a server: it answers the largest count that there is.
    public func pong(
        _ digest: MessageDigest,
        _ server: PyzorServer,
        deadline: NIODeadline? = nil
    ) async throws(PyzorError) -> PyzorReply {
        try await send(.pong(digest), to: server, deadline: deadline)
    }

    /// Asks for a digest's counts and dates.
    public func info(
        _ digest: MessageDigest,
        _ server: PyzorServer,
        deadline: NIODeadline? = nil
    ) async throws(PyzorError) -> PyzorReply {
        guard digest != .empty else { throw .emptyDigest }
        return try await send(.info(digest), to: server, deadline: deadline)
    }

    /// Reports digests as spam, all in one packet. Sent once: after a timeout nobody knows whether it was counted.
    public func report(
        _ digests: [MessageDigest],
        _ server: PyzorServer,
        deadline: NIODeadline? = nil
    ) async throws(PyzorError) -> PyzorReply {
        guard !digests.contains(.empty) else { throw .emptyDigest }
        return try await send(.report(digests), to: server, deadline: deadline)
    }

    /// Reports digests as good, all in one packet. Most servers allow it to some accounts only. Sent once.
    public func whitelist(
        _ digests: [MessageDigest],
        _ server: PyzorServer,
        deadline: NIODeadline? = nil
    ) async throws(PyzorError) -> PyzorReply {
        guard !digests.contains(.empty) else { throw .emptyDigest }
        return try await send(.whitelist(digests), to: server, deadline: deadline)
    }
}
