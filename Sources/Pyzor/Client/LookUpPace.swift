import NIOCore

/// How long it is from the end of one look-up of a name to the next. Pure.
///
/// A name without an address is looked up again soon, for a machine often starts before its network does: after 5 s,
/// then after twice the last wait, up to a minute, or to the interval at which known names are looked up if that is shorter.
struct LookUpPace: Hashable, Sendable {
    private static let longestRetry = TimeAmount.minutes(1)

    var interval: TimeAmount
    private var nextRetry: TimeAmount

    init(interval: TimeAmount, firstRetry: TimeAmount = .seconds(5)) {
        self.interval = interval
        self.nextRetry = firstRetry
    }

    /// The wait after a look-up that has just ended.
    ///
    /// - Parameter hasAddress: whether an address is known now, from this look-up or from an earlier one.
    mutating func wait(hasAddress: Bool) -> TimeAmount {
        guard !hasAddress else { return interval }
        let wait = min(nextRetry, interval, Self.longestRetry)
        nextRetry = wait + wait
        return wait
    }
}
