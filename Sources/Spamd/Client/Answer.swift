/// An answer, and who gave it.
public struct Answer: Hashable, Sendable {
    /// The answer; its status is 0.
    public let response: Response
    /// The server that answered.
    public let server: SpamdServer

    public init(response: Response, server: SpamdServer) {
        self.response = response
        self.server = server
    }
}
