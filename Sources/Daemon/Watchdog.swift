import Dispatch
import Synchronization

/// Tells the service manager that the daemon is well, for as long as it is.
///
/// Each round looks for every sign of life; what has not shown by the next round is missing. Rounds with a sign missing, two in a
/// row, withhold `WATCHDOG=1`, so that the manager restarts us. The log is told when something other is missing than
/// before, and when all is back.
final class Watchdog: Sendable {
    private struct State: Sendable {
        var round = 0
        var seen: Set<Int> = []
        var missing: [String] = []
        var failures = 0
    }

    private let state = Mutex(State())
    private let signs: [LifeSign]
    private let isWell: @Sendable () -> Void
    private let log: LogOutput

    /// - Parameter isWell: called in each round that may tell the manager so.
    init(log: LogOutput, signs: [LifeSign], isWell: @escaping @Sendable () -> Void) {
        self.log = log
        self.signs = signs
        self.isWell = isWell
    }

    /// Ends the last round and begins the next.
    func round() {
        let missing = missingSigns
        let (failures, isNew, round) = state.withLock { state in
            state.failures = missing.isEmpty ? 0 : state.failures + 1
            let isNew = missing != state.missing
            state.missing = missing
            state.round += 1
            state.seen = []
            return (state.failures, isNew, state.round)
        }
        if failures < 2 { isWell() }
        if isNew { tell(missing) }
        for (index, sign) in signs.enumerated() {
            sign.look { [self] in
                // A sign that comes after its round is none.
                state.withLock { state in
                    if state.round == round { state.seen.insert(index) }
                }
            }
        }
    }

    /// What has not shown since the round began.
    var missingSigns: [String] {
        let (round, seen) = state.withLock { ($0.round, $0.seen) }
        guard round > 0 else { return [] }
        return signs.indices.filter { !seen.contains($0) }.map { signs[$0].name }
    }

    private func tell(_ missing: [String]) {
        log.write(
            missing.isEmpty
                ? LogRecord(.notice, "all signs of life are back")
                : LogRecord(.error, "no sign of life", ["missing": .text(missing.joined(separator: ","))])
        )
    }
}

extension Watchdog {
    /// How long rounds take when the manager wants to hear of us in each `interval`, in microseconds: three fit in.
    static func roundLength(interval microseconds: Int64) -> Int64 { max(microseconds / 3, 1_000) }
}
