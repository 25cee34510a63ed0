/// How long servers take for an answer of late, and how much of a request's time must therefore be left when its turn comes.
///
/// Without that, servers that have more to do than they can would judge next to nothing: each request would wait until its time is
/// nearly over, and then take up a server for an answer that comes too late. A value without I/O.
struct AnswerTime: Equatable {
    private var nanoseconds: Int64 = 0

    /// Notes an answer that took so long; an eighth of the difference counts.
    mutating func note(answeredIn taken: Int64) {
        nanoseconds += nanoseconds == 0 ? taken : (taken - nanoseconds) / 8
    }

    /// Notes an answer that had not come by then. It says nothing of how quick a server is.
    mutating func note(givenUpAfter taken: Int64) {
        if taken > nanoseconds { note(answeredIn: taken) }
    }

    /// How long before its end a request that still waits for its turn is given up: twice what an answer takes, and no more than
    /// half of what it has.
    func reserve(of left: Int64) -> Int64 {
        max(0, min(nanoseconds, left / 4) * 2)
    }
}
