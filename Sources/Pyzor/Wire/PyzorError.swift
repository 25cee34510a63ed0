/// Why something was not done: every way in which a question to a Pyzor server, or a file of Pyzor's, can fail.
///
/// The text is for an operator: what, where, what was expected. An answer of the server that is not 200 is a
/// ``PyzorReply`` when the caller asked one server, and ``status(_:code:diagnosis:)`` when counts were expected.
public enum PyzorError: Error, Hashable, Sendable {
    /// Nothing that answers the question came before the deadline.
    case timedOut(PyzorServer)
    /// The server's host said that nobody listens on the port.
    case refused(PyzorServer)
    /// The name has no address (yet).
    case unresolved(PyzorServer, reason: String)
    /// The system would not send the packet (no route, no permission, no descriptors).
    case sendFailed(PyzorServer, reason: String)
    /// A reply came that says nothing, or that answers another question.
    case malformedReply(PyzorServer, ReplyFault)
    /// The server answered with a code other than 200 where counts were expected.
    case status(PyzorServer, code: Int, diagnosis: String)
    /// The server is left alone after several timeouts; it is being probed.
    case leftAlone(PyzorServer)
    /// The request would not fit the 8192 bytes that a server reads.
    case packetTooLarge(bytes: Int)
    /// The digest of nothing: it stands for every message without text and is never asked.
    case emptyDigest
    /// The asking task was cancelled.
    case cancelled
    /// The client has been shut down.
    case closed
    /// There is no server to ask.
    case noServers
    /// A text that should name a server does not.
    case invalidServer(String, reason: String)
    /// A request that cannot be put on the wire.
    case invalidRequest(reason: String)
    /// A file that could not be read or written.
    case file(path: String, reason: String)
    /// A line of a file that cannot be used; lines are counted from 1.
    case line(path: String, number: Int, reason: String)
}

extension PyzorError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .timedOut(let server): "\(server): no answer in time"
        case .refused(let server): "\(server): nobody listens there"
        case .unresolved(let server, let reason): "\(server): the name does not resolve: \(reason)"
        case .sendFailed(let server, let reason): "\(server): cannot send: \(reason)"
        case .malformedReply(let server, let fault): "\(server): \(fault)"
        case .status(let server, let code, let diagnosis): "\(server): answered \(code) \(diagnosis)"
        case .leftAlone(let server): "\(server): left alone after repeated timeouts"
        case .packetTooLarge(let bytes):
            "the request has \(bytes) bytes, a server reads at most \(PyzorRequest.largestPacket)"
        case .emptyDigest: "the message has no text to ask about (the digest of nothing)"
        case .cancelled: "cancelled"
        case .closed: "the client is shut down"
        case .noServers: "no server to ask"
        case .invalidServer(let text, let reason): "\"\(text)\" is no server: \(reason)"
        case .invalidRequest(let reason): "cannot be asked: \(reason)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .line(let path, let number, let reason): "\(path):\(number): \(reason)"
        }
    }
}

/// What is wrong with a reply.
public enum ReplyFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// A field that every answer to this question has is not there.
    case missing(String)
    /// A field holds something else than a number in its range.
    case notANumber(String, String)
    /// The Thread is not the question's.
    case unexpectedThread(received: Int, expected: Int)

    public var description: String {
        switch self {
        case .missing(let name): "the reply has no \(name)"
        case .notANumber(let name, let value):
            "the reply's \(name) is no number: \"\(String(value.unicodeScalars.prefix(40)))\""
        case .unexpectedThread(let received, let expected):
            "received a reply to thread \(received), expected \(expected)"
        }
    }
}
