/// When a second server is asked while the first is still at work. A value without I/O.
///
/// That is after the time within which 95 of 100 recent questions were answered, once there were enough of them to tell. A
/// budget keeps it from doubling the load when all servers are slow: one question in ten may be asked twice, with some in
/// hand for a slow moment.
struct Hedging: Sendable {
    /// How many questions of late count, and how many there must have been.
    static let (window, enough) = (200, 20)
    /// Sooner than that a second question costs more than it gains.
    static let shortestNanoseconds: Int64 = 10_000_000
    /// Second questions in hand at most, and what each first question adds to that, in tenths.
    private static let (longestCredit, cost) = (100, 10)

    private var recent: [Int64] = []
    private var next = 0
    private var credit = longestCredit

    /// How often a second server was asked.
    private(set) var asked = 0
    /// How often it answered first.
    private(set) var won = 0

    /// Notes how long a question took, or was waited for until another answer came.
    mutating func note(nanoseconds: Int64) {
        if recent.count < Self.window {
            recent.append(nanoseconds)
        } else {
            recent[next] = nanoseconds
        }
        next = (next + 1) % Self.window
    }

    /// After how many nanoseconds a question that begins now is asked a second time; nil for never.
    mutating func begin() -> Int64? {
        credit = min(credit + 1, Self.longestCredit)
        guard recent.count >= Self.enough else { return nil }
        return max(percentile95, Self.shortestNanoseconds)
    }

    /// Whether the second question may be asked; it counts as asked then.
    mutating func spend() -> Bool {
        guard credit >= Self.cost else { return false }
        credit -= Self.cost
        asked += 1
        return true
    }

    mutating func noteWon() { won += 1 }

    /// The time that 95 of 100 kept to; 0 when there was nothing to keep.
    var percentile95: Int64 {
        guard !recent.isEmpty else { return 0 }
        let sorted = recent.sorted()
        return sorted[(sorted.count * 95 + 99) / 100 - 1]
    }
}

/// How often a second server was asked because the first took long, and how often that paid.
public struct HedgeCounters: Hashable, Sendable {
    /// Second questions.
    public var asked = 0
    /// Those that were answered before the first.
    public var won = 0
}
