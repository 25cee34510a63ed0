import Synchronization

/// Tells the log how many connections were closed for want of descriptors, as often as it is asked and only when there are
/// new ones.
final class RefusedConnections: Sendable {
    private let told = Mutex(0)

    /// What there is to tell when `total` were refused since the daemon began.
    func news(total: Int) -> LogRecord? {
        let new = told.withLock { told in
            defer { told = total }
            return total - told
        }
        guard new > 0 else { return nil }
        return LogRecord(
            .warning,
            "closed connections: too few open files are allowed",
            ["connections": .number(new), "total": .number(total)]
        )
    }
}
