import Pyzor

/// Why `tamis pyzor` has no answer: a word for programs, a sentence for people, an exit status.
struct PyzorFailure: Error, Hashable, Sendable {
    /// One of those that `tamis spamd` has, or `undigestible`, `emptyDigest`, `noDigest`, `unreadable`, `noMessage`.
    let kind: String
    let message: String
    let exitStatus: Int32
    /// The server's code, when it is the server that refused.
    var statusCode: Int?

    init(kind: String, message: String, exitStatus: Int32, statusCode: Int? = nil) {
        self.kind = kind
        self.message = message
        self.exitStatus = exitStatus
        self.statusCode = statusCode
    }

    init(_ error: DigestError) {
        self.init(kind: "undigestible", message: "no digest: \(error)", exitStatus: 65)
    }

    init(unreadable reason: String) {
        self.init(kind: "unreadable", message: reason, exitStatus: 66)
    }

    /// A reply other than 200.
    init(_ server: PyzorServer, refusal reply: PyzorReply) {
        self.init(PyzorError.status(server, code: reply.code, diagnosis: reply.diagnosis))
    }

    init(_ error: PyzorError) {
        let (kind, status): (String, Int32) =
            switch error {
            case .timedOut, .leftAlone, .cancelled: ("timedOut", 75)
            case .refused, .sendFailed, .closed: ("connectFailed", 69)
            case .unresolved: ("resolveFailed", 68)
            case .malformedReply(_, .missing): ("truncatedResponse", 74)
            case .malformedReply: ("malformedResponse", 76)
            case .status: ("serverStatus", 76)
            case .packetTooLarge: ("limitExceeded", 65)
            case .emptyDigest: ("emptyDigest", 65)
            case .noServers, .invalidServer: ("usage", 64)
            case .invalidRequest: ("noMessage", 65)
            case .file: ("unreadable", 66)
            case .line: ("settings", 78)
            }
        self.init(kind: kind, message: error.description, exitStatus: status)
        if case .status(_, let code, _) = error { statusCode = code }
    }

    var json: JSONValue {
        .object([
            "kind": .string(kind),
            "status_code": statusCode.map { .integer(Int64($0)) } ?? .null,
            "message": .string(message),
        ])
    }
}
