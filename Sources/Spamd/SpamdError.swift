/// Why a question was not answered.
///
/// One type for the whole library. ``reason`` is for programs, ``server`` says who failed, ``text`` is what the server or
/// the system said, already safe to print: no control characters, bounded length.
public struct SpamdError: Error, Equatable, Sendable {
    /// What went wrong, to switch over.
    public let reason: Reason
    /// The server it went wrong with; nil if none was involved.
    public let server: SpamdServer?
    /// What the server or the system said, printable.
    public let text: String

    public init(_ reason: Reason, server: SpamdServer? = nil, text: String = "") {
        self.reason = reason
        self.server = server
        self.text = printable(text)
    }

    /// The kinds of failure.
    public enum Reason: Hashable, Sendable {
        /// The server answered with an error: one ``Status`` for each sysexits code. ``SpamdError/text`` is its message.
        case serverStatus(Status)
        /// The answer is not the protocol, or holds no usable verdict.
        case malformedResponse
        /// The connection ended before the answer did.
        case truncatedResponse
        /// More bytes came than the answer's Content-length announced.
        case bodyLengthMismatch
        /// The connection was closed or reset without a byte.
        case emptyResponse
        /// The answer (or a request being read) is larger than ``Limits`` allow.
        case limitExceeded
        /// The server's name has no address.
        case resolveFailed
        /// No connection: refused, unreachable, no such socket, no permission.
        case connectFailed
        /// No connection for want of something of our own system's: descriptors, memory, ports. The server has no part in it.
        case outOfResources
        /// Time ran out.
        case timedOut(Phase)
        /// The TLS handshake failed, or the server refused our certificate.
        case tlsFailed
        /// Nobody was asked: every server failed lately and is being left alone.
        case serversDown
        /// The Task was cancelled.
        case cancelled
        /// The client was shut down.
        case shutDown
        /// The request cannot be sent as it is, or one that was read breaks the protocol.
        case invalidRequest
        /// A server's address, a certificate file or another setting is wrong.
        case invalidConfiguration
    }

    /// What was being waited for when time ran out.
    public enum Phase: Hashable, Sendable {
        /// A free place: all servers were busy with as many requests as we allow.
        case queue
        /// The connection.
        case connect
        /// The answer: the deadline of the whole request passed.
        case response
    }
}

extension SpamdError {
    static func invalidRequest(_ text: String) -> Self { Self(.invalidRequest, text: text) }
    static func malformed(_ text: String) -> Self { Self(.malformedResponse, text: text) }
    static func limit(_ text: String) -> Self { Self(.limitExceeded, text: text) }

    /// The same error, with the server it concerns unless one is named already.
    func at(_ server: SpamdServer) -> Self { Self(reason, server: self.server ?? server, text: text) }

    /// The server's status, if it answered with one.
    public var status: Status? {
        if case .serverStatus(let status) = reason { return status }
        return nil
    }

    /// Whether the connection was never made, so that the server cannot have seen the request.
    public var happenedBeforeRequest: Bool {
        switch reason {
        case .resolveFailed, .connectFailed, .outOfResources, .timedOut(.queue), .timedOut(.connect), .serversDown,
            .invalidRequest,
            .invalidConfiguration, .shutDown:
            true
        default: false
        }
    }
}

extension SpamdError: CustomStringConvertible {
    /// One line for an operator: where, what, and what was said.
    public var description: String {
        let place = server.map { "\($0): " } ?? ""
        return place + reason.description + (text.isEmpty ? "" : ": \(text)")
    }
}

extension SpamdError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .serverStatus(let status): "spamd answered \(status)"
        case .malformedResponse: "the answer is not spamd's protocol"
        case .truncatedResponse: "the answer ended too early"
        case .bodyLengthMismatch: "the answer is longer than its Content-length"
        case .emptyResponse: "closed without an answer"
        case .limitExceeded: "larger than allowed"
        case .resolveFailed: "name not resolved"
        case .connectFailed: "no connection"
        case .outOfResources: "no connection, for want of resources of our own"
        case .timedOut(.queue): "timed out waiting for a free place"
        case .timedOut(.connect): "timed out connecting"
        case .timedOut(.response): "timed out"
        case .tlsFailed: "TLS failed"
        case .serversDown: "all servers are down"
        case .cancelled: "cancelled"
        case .shutDown: "the client was shut down"
        case .invalidRequest: "not a lawful request"
        case .invalidConfiguration: "wrong configuration"
        }
    }
}
