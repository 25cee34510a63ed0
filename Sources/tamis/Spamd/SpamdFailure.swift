import Spamd

/// Why one file (or server) has no answer: what `--json` says of it, and the exit status.
struct SpamdFailure: Error, Equatable {
    /// One word for programs: `serverStatus`, `malformedResponse`, `truncatedResponse`, `bodyLengthMismatch`, `emptyResponse`,
    /// `limitExceeded`, `connectFailed`, `timedOut`, `tlsFailed`, `resolveFailed`; and of what happens before anyone is asked,
    /// `usage`, `unreadable`, `noMessage` and `settings`.
    let kind: String
    /// The number in spamd's answer, if that is what is wrong.
    var statusCode: Int?
    /// What people read.
    let message: String
    /// The server that it happened with.
    var server: SpamdServer?
    /// One of sysexits.h.
    let exitStatus: Int32

    static func unreadable(_ message: String) -> Self {
        Self(kind: "unreadable", message: message, exitStatus: 66)
    }

    static let noMessage = Self(kind: "noMessage", message: "holds no message", exitStatus: 65)

    static func settings(_ message: String) -> Self { Self(kind: "settings", message: message, exitStatus: 78) }
}

extension SpamdFailure {
    init(_ error: SpamdError) {
        let (kind, exitStatus) = Self.meaning(of: error.reason)
        self.init(
            kind: kind,
            statusCode: error.status?.code,
            message: error.text.isEmpty ? "\(error.reason)" : error.text,
            server: error.server,
            exitStatus: exitStatus
        )
    }

    private static func meaning(of reason: SpamdError.Reason) -> (kind: String, exitStatus: Int32) {
        switch reason {
        // A server's number is passed on where it is one of sysexits; any other breaks the protocol.
        case .serverStatus(let status):
            ("serverStatus", (64...79).contains(status.code) ? Int32(status.code) : 76)
        case .malformedResponse: ("malformedResponse", 76)
        case .truncatedResponse: ("truncatedResponse", 74)
        case .bodyLengthMismatch: ("bodyLengthMismatch", 76)
        case .emptyResponse: ("emptyResponse", 74)
        case .limitExceeded: ("limitExceeded", 76)
        case .resolveFailed: ("resolveFailed", 68)
        case .connectFailed, .outOfResources, .serversDown: ("connectFailed", 69)
        case .timedOut, .cancelled, .shutDown: ("timedOut", 75)
        case .tlsFailed: ("tlsFailed", 76)
        case .invalidRequest: ("usage", 64)
        case .invalidConfiguration: ("settings", 78)
        }
    }

    var json: JSONValue {
        .object([
            "kind": .string(kind), "status_code": statusCode.map { .integer(Int64($0)) } ?? .null,
            "message": .string(message),
        ])
    }
}
