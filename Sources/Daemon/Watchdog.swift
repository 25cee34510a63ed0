import Dispatch
import NIOCore
import NIOPosix
import Synchronization

/// Tells the service manager that the daemon is well, for as long as it is.
///
/// Each round asks for three signs of life: a turn of the event loops, a Task that runs, and a milter socket that still is
/// ours. What is missing by the next round is a failure; two in a row withhold `WATCHDOG=1`, so that the manager restarts us.
final class Watchdog: Sendable {
    private struct Signs: Sendable {
        var round = 0
        var loops = 0
        var tasks = 0
        var failures = 0
    }

    private let signs = Mutex(Signs())
    private let ownsSocket: @Sendable () -> Bool
    private let isWell: @Sendable () -> Void
    private let log: LogOutput
    private let group: any EventLoopGroup

    /// - Parameters:
    ///   - ownsSocket: whether MTAs that connect now reach us.
    ///   - isWell: called in each round that may tell the manager so.
    init(
        log: LogOutput,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        ownsSocket: @escaping @Sendable () -> Bool,
        isWell: @escaping @Sendable () -> Void
    ) {
        self.log = log
        self.group = group
        self.ownsSocket = ownsSocket
        self.isWell = isWell
    }

    /// Begins the rounds on `queue`, three in each interval of the manager's.
    func start(interval microseconds: Int64, on queue: DispatchQueue) {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now(), repeating: .microseconds(Int(max(microseconds / 3, 1_000))))
        timer.setEventHandler(handler: DispatchWorkItem { [self] in round() })
        timer.resume()
        // It works as long as the process lives, so nobody gives it back.
        _ = Unmanaged.passRetained(timer as AnyObject)
    }

    /// Ends the last round and begins the next.
    func round() {
        let missing = missingSigns()
        let (failures, round) = signs.withLock { signs in
            signs.failures = missing.isEmpty ? 0 : signs.failures + 1
            signs.round += 1
            signs.loops = 0
            return (signs.failures, signs.round)
        }
        if failures < 2 { isWell() }
        if !missing.isEmpty {
            log.write(LogRecord(.error, "no sign of life", ["missing": .text(missing.joined(separator: ","))]))
        }
        for loop in group.makeIterator() { loop.execute { [self] in note(round) { $0.loops += 1 } } }
        Task { [self] in note(round) { $0.tasks = round } }
    }

    /// What has not shown since the round began.
    func missingSigns() -> [String] {
        let loopCount = group.makeIterator().reduce(0) { count, _ in count + 1 }
        let (loops, tasks) = signs.withLock { signs in
            (signs.round == 0 || signs.loops >= loopCount, signs.tasks >= signs.round)
        }
        return [loops ? nil : "event loop", tasks ? nil : "task", ownsSocket() ? nil : "socket"].compactMap(\.self)
    }

    /// A sign that comes after its round is none.
    private func note(_ round: Int, _ change: (inout Signs) -> Void) {
        signs.withLock { signs in
            if signs.round == round { change(&signs) }
        }
    }
}
