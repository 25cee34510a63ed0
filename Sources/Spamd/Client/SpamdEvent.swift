/// Something that happened to a server, for logs and metrics. Nothing depends on anyone looking.
public enum SpamdEvent: Sendable, Equatable, CustomStringConvertible {
    /// The server is left alone from now on, and probed; the error is what it did last.
    case serverDown(SpamdServer, SpamdError)
    /// The server answered a PING and is asked again.
    case serverUp(SpamdServer)
    /// The server's name was not resolved; told once until it is. Addresses known from before stay in use.
    case resolveFailed(SpamdServer, SpamdError)
    /// The server's name has these addresses: other ones than before, or the first ones after a failure.
    case resolved(SpamdServer, [String])
    /// A request failed here and goes on to another server.
    case triedNext(SpamdError)
    /// A server was asked too, since the other one takes long.
    case askedSecond(SpamdServer, insteadOf: SpamdServer)

    public var description: String {
        switch self {
        case .serverDown(_, let error): "left alone: \(error)"
        case .serverUp(let server): "\(server): answers again"
        case .resolveFailed(_, let error): "\(error)"
        case .resolved(let server, let addresses): "\(server): is now \(addresses.joined(separator: " "))"
        case .triedNext(let error): "trying the next server: \(error)"
        case .askedSecond(let server, let first): "\(server): asked too, since \(first) takes long"
        }
    }
}

/// Who is told of events: a closure, called on any thread, that must not block.
public struct SpamdObserver: Sendable {
    let tell: @Sendable (SpamdEvent) -> Void

    public init(_ tell: @escaping @Sendable (SpamdEvent) -> Void) { self.tell = tell }
}
