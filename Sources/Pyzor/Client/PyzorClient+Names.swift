import NIOCore

extension PyzorClient {
    /// Looks up the names of all servers at once, and again every ``Configuration/resolveInterval`` from then on; those
    /// without an address sooner.
    ///
    /// - Returns: the servers that have no address now. That is worth a warning: they are silent until a later look-up
    ///   finds one.
    @discardableResult
    public func resolveNames() async -> [PyzorError] {
        let lookUps = loop.flatSubmit { [switchboard, loop] in
            EventLoopFuture.whenAllSucceed(switchboard.value.links.map { $0.lookUp() }, on: loop)
        }
        return ((try? await lookUps.get()) ?? []).compactMap { $0 }
    }
}
