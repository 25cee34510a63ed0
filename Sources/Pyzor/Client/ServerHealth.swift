public import NIOCore

/// Whether a server is worth a question: a count of timeouts in a row, and the waits between probes. Pure.
///
/// After ``Policy/timeouts`` timeouts in a row a server is left alone, so that mail does not wait for it, and is probed
/// with a ping: first after 5 s, then after twice the last wait, up to 5 min. Any answer, of whatever code, ends that.
public struct ServerHealth: Hashable, Sendable {
    /// When a server is left alone and how often it is probed.
    public struct Policy: Hashable, Sendable {
        /// How many questions in a row may go unanswered.
        public var timeouts: Int
        /// The wait before the first probe.
        public var firstProbe: TimeAmount
        /// The longest wait between probes.
        public var longestProbe: TimeAmount

        public init(
            timeouts: Int = 5,
            firstProbe: TimeAmount = .seconds(5),
            longestProbe: TimeAmount = .minutes(5)
        ) {
            self.timeouts = max(1, timeouts)
            self.firstProbe = max(.milliseconds(1), firstProbe)
            self.longestProbe = max(self.firstProbe, longestProbe)
        }
    }

    /// What a caller does about a change.
    enum Change: Hashable {
        /// Nothing changed that anybody must act on.
        case none
        /// The server is left alone from now on, or still is; probe it after this time.
        case probe(after: TimeAmount)
        /// The server answers again.
        case back
    }

    private enum State: Hashable {
        /// It is asked; so many questions in a row went unanswered (0 after any answer).
        case asked(timeouts: Int)
        /// It is left alone; the next probe waits this long.
        case leftAlone(wait: TimeAmount)
    }

    var policy: Policy
    private var state = State.asked(timeouts: 0)

    init(policy: Policy) {
        self.policy = policy
    }

    /// Whether the server gets no questions at present.
    var isLeftAlone: Bool {
        if case .leftAlone = state { true } else { false }
    }

    /// An answer came, of whatever code.
    mutating func answered() -> Change {
        defer { state = .asked(timeouts: 0) }
        return isLeftAlone ? .back : .none
    }

    /// A question, not a probe, went unanswered to its deadline.
    mutating func timedOut() -> Change {
        guard case .asked(let timeouts) = state else { return .none }
        guard timeouts + 1 >= policy.timeouts else {
            state = .asked(timeouts: timeouts + 1)
            return .none
        }
        state = .leftAlone(wait: policy.firstProbe)
        return .probe(after: policy.firstProbe)
    }

    /// A probe went unanswered.
    mutating func probeFailed() -> Change {
        guard case .leftAlone(let wait) = state else { return .none }
        let next = min(wait + wait, policy.longestProbe)
        state = .leftAlone(wait: next)
        return .probe(after: next)
    }
}
