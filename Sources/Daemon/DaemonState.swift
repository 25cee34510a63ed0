import Synchronization

/// What all connections of the daemon share.
final class DaemonState: Sendable {
    let log: LogOutput
    let admission = Admission()
    let drain: Drain
    let shadow: Shadow
    private let current: Mutex<LiveConfiguration>

    init(log: LogOutput, live: LiveConfiguration) {
        self.log = log
        drain = Drain(closing: admission)
        shadow = Shadow(log: log)
        current = Mutex(live)
    }

    /// The settings in force; a reload replaces them whole.
    var live: LiveConfiguration {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
