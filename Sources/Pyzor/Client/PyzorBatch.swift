/// Reports and whitelistings by the packetful: digests are queued per server and go out many to a packet.
///
/// A packet goes when `size` digests of one kind are queued for a server, or when one more would not fit the 8192 bytes
/// that a server reads; the rest goes when ``flush(_:)`` or ``force()`` is called. Whoever drops a batch with digests in
/// it drops those digests; nothing is sent behind the caller's back.
///
/// Each packet's answer is read and handed to the caller. A digest leaves the queue before its packet is sent, so it is
/// never sent twice: after ``PyzorError/timedOut(_:)`` nobody can know whether it was counted.
public actor PyzorBatch {
    /// What became of one packet.
    public struct Delivery: Hashable, Sendable {
        public let server: PyzorServer
        public let operation: PyzorRequest.Operation
        public let digests: [MessageDigest]
        /// The server's reply, whatever its code.
        public let result: Result<PyzorReply, PyzorError>
    }

    private struct Queue: Hashable {
        let server: PyzorServer
        let operation: PyzorRequest.Operation
    }

    /// Bytes of `Op-Digest: ` with its digest and line end.
    private static let bytesPerDigest = 52
    /// Bytes of a request without digests whose longest parts (thread, time, user) are still to come.
    private static let bytesBeside = 160

    private let client: PyzorClient
    private let size: Int
    private let specification: String?
    private var queues: [Queue: [MessageDigest]] = [:]

    /// - Parameters:
    ///   - client: one that has the servers in its configuration.
    ///   - size: the digests of a packet; at most as many as fit.
    ///   - specification: the digest's recipe to state, ``PyzorRequest/standardSpecification`` when nil.
    public init(_ client: PyzorClient, size: Int = 10, specification: String? = nil) {
        self.client = client
        self.size = max(1, size)
        self.specification = specification
    }

    /// How many digests wait.
    public var count: Int { queues.values.reduce(0) { $0 + $1.count } }

    /// Queues a digest as spam; the delivery when that filled a packet.
    public func report(_ digest: MessageDigest, to server: PyzorServer) async -> Delivery? {
        await add(digest, to: Queue(server: server, operation: .report))
    }

    /// Queues a digest as good; the delivery when that filled a packet.
    public func whitelist(_ digest: MessageDigest, to server: PyzorServer) async -> Delivery? {
        await add(digest, to: Queue(server: server, operation: .whitelist))
    }

    /// Sends what is queued for one server and empties its queues.
    public func flush(_ server: PyzorServer) async -> [Delivery] {
        await send(queues.keys.filter { $0.server == server })
    }

    /// Sends all that is queued and empties the queues.
    public func force() async -> [Delivery] {
        await send(Array(queues.keys))
    }

    /// Forgets all that is queued, unsent.
    public func discard() {
        queues = [:]
    }

    private func add(_ digest: MessageDigest, to queue: Queue) async -> Delivery? {
        queues[queue, default: []].append(digest)
        guard queues[queue, default: []].count >= limit(for: queue.server) else { return nil }
        return await send([queue]).first
    }

    /// How many digests one packet to the server holds.
    private func limit(for server: PyzorServer) -> Int {
        let user = client.configuration.accounts[server]?.user ?? ""
        let beside = Self.bytesBeside + 3 * user.utf8.count + (specification ?? "").utf8.count
        return min(size, max(1, (PyzorRequest.largestPacket - beside) / Self.bytesPerDigest))
    }

    private func send(_ chosen: [Queue]) async -> [Delivery] {
        // Taken out first: while this waits, others may queue and send.
        let taken = chosen.compactMap { queue in queues.removeValue(forKey: queue).map { (queue, $0) } }
        return await withTaskGroup(of: Delivery.self) { group in
            for (queue, digests) in taken {
                group.addTask { await self.deliver(digests, queue) }
            }
            var deliveries: [Delivery] = []
            for await delivery in group { deliveries.append(delivery) }
            return deliveries
        }
    }

    private func deliver(_ digests: [MessageDigest], _ queue: Queue) async -> Delivery {
        let result: Result<PyzorReply, PyzorError>
        do throws(PyzorError) {
            let request: PyzorRequest =
                queue.operation == .report
                ? try .report(digests, specification: specification)
                : try .whitelist(digests, specification: specification)
            result = .success(try await client.send(request, to: queue.server))
        } catch {
            result = .failure(error)
        }
        return Delivery(server: queue.server, operation: queue.operation, digests: digests, result: result)
    }
}
