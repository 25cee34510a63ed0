import Synchronization

/// What the process listens with: one for all, since libmilter's callbacks carry no context of their own.
struct Registration: Sendable {
    let onProblem: @Sendable (String) -> Void
    let makeSession: @Sendable () -> any MilterSession
    let negotiation: Negotiation
    var lastAgreed = RememberedAgreement.none
    var hasSocket = false
    var onEnd: (@Sendable (Int32) -> Void)?

    private static let current = Mutex<Registration?>(nil)

    /// The one of this process; nil until it listens.
    static var present: Registration? { current.withLock { $0 } }

    /// Becomes the process' one; false if there is one.
    func install() -> Bool {
        Self.current.withLock { current in
            guard current == nil else { return false }
            current = self
            return true
        }
    }

    /// Undoes `install`, when listening failed; not when libmilter's socket is open, which it is for good.
    static func remove() {
        current.withLock { if $0?.hasSocket == false { $0 = nil } }
    }

    static func noteSocket() { current.withLock { $0?.hasSocket = true } }

    static func tellEnd(to onEnd: @escaping @Sendable (Int32) -> Void) { current.withLock { $0?.onEnd = onEnd } }

    static func note(_ agreed: Negotiation.Agreed) { current.withLock { $0?.lastAgreed.note(agreed) } }

    static func report(_ problem: String) { present?.onProblem(problem) }
}

/// What MTAs agreed to so far.
///
/// After QUIT_NC an MTA opens the next session on the same connection without negotiating anew, but close has been called and
/// the old session with its agreement is gone. libmilter knows the flags still and does not tell them. As long as all
/// MTAs agreed to the same, it is known nevertheless; else such a session is refused for now.
enum RememberedAgreement: Sendable {
    case none
    case same(Negotiation.Agreed)
    case different

    mutating func note(_ agreed: Negotiation.Agreed) {
        switch self {
        case .none: self = .same(agreed)
        case .same(let before) where before != agreed: self = .different
        case .same, .different: break
        }
    }
}
