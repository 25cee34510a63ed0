/// The questions in flight on one socket, by the Thread that each packet carries. Pure.
///
/// Threads are drawn from 1024 to 65535 by the system's random source, so that nobody off the path can foresee one, and
/// none is used twice on a socket: a reply that comes too late or twice cannot meet another question.
struct ThreadTable<Question> {
    /// The Threads that pyzor itself draws from; those below are reserved.
    static var range: ClosedRange<UInt16> { 1024...65_535 }

    /// Whom a reply concerns.
    enum Owner {
        /// A question that waits for it.
        case waiting(Question)
        /// A question of this socket that has ended: late, or a duplicate.
        case ended
        /// Nobody: no question of this socket had that Thread.
        case nobody
    }

    private var waiting: [UInt16: Question] = [:]
    private var used: Set<UInt16> = []

    /// How many Threads have been given out, the questions that have ended included.
    var uses: Int { used.count }

    /// Whether no question waits.
    var isEmpty: Bool { waiting.isEmpty }

    /// The questions that wait, in no order.
    var questions: some Collection<Question> { waiting.values }

    /// Enters a question and returns its Thread, nil when the socket has used up half of all Threads.
    mutating func enter(
        _ question: Question,
        using random: inout some RandomNumberGenerator
    ) -> UInt16? {
        guard used.count < Self.range.count / 2 else { return nil }
        while true {
            let thread = UInt16.random(in: Self.range, using: &random)
            guard used.insert(thread).inserted else { continue }
            waiting[thread] = question
            return thread
        }
    }

    /// Ends the question of a Thread.
    mutating func end(_ thread: UInt16) {
        waiting[thread] = nil
    }

    /// Whom a reply with this Thread concerns.
    func owner(of thread: Int) -> Owner {
        guard let thread = UInt16(exactly: thread) else { return .nobody }
        if let question = waiting[thread] { return .waiting(question) }
        return used.contains(thread) ? .ended : .nobody
    }
}
