import Dispatch
import Filter
import Glibc
import Mail
import Milter
import NIOCore
import NIOPosix
import Policy
import Settings

/// The daemon as a process: from the settings file to the exit status.
///
/// The main thread is given to Dispatch, with all signals unblocked; libmilter runs in a thread of its own, once; each message
/// has one Task. `smfi_stop` is never called: at the end the process drains and leaves.
///
/// Exit statuses: 0 drained; 69 the socket cannot be had; 70 libmilter ended; 71 the system failed us; 78 the settings are wrong.
package struct DaemonProcess {
    package var settingsPath: String
    package var logDestination: LogOutput.Destination

    package init(settingsPath: String, logDestination: LogOutput.Destination = LogOutput.automaticDestination()) {
        self.settingsPath = settingsPath
        self.logDestination = logDestination
    }

    /// Runs the daemon. It ends by exiting.
    package func run() -> Never {
        signal(SIGPIPE, SIG_IGN)
        ProcessMemory.mapBuffers(from: 256 << 10)
        Self.openStandardDescriptors()
        Signals.holdReloads()
        let log = LogOutput(destination: logDestination)
        let reload = Reload(path: settingsPath, hostName: HostName.current, observers: ServerObservers(log: log))
        let loaded: Reload.Loaded
        do {
            loaded = try reload.load(log)
        } catch {
            Self.leave(78, error.lines, log)
        }
        log.configure(level: LogLevel(loaded.live.settings.log.level), format: loaded.live.logFormat)
        if let complaint = DescriptorPlan.complaint(limit: loaded.descriptorLimit) { Self.leave(71, [complaint], log) }
        for warning in loaded.warnings { log.write(LogRecord(.warning, warning)) }
        let state = DaemonState(log: log, live: loaded.live)
        // Before there is a socket: from then on an end has something to finish.
        let signals = Signals.hear()
        let listener = listen(state)
        supervise(state, listener, reload, signals)
        dispatchMain()
    }

    private func listen(_ state: DaemonState) -> MilterListener {
        do {
            let milter = state.live.settings.milter
            let configuration = ListenerConfiguration(
                address: try ListenAddress(milter.listen.description),
                socketMode: UInt16(milter.socketMode),
                socketGroup: milter.socketGroup,
                negotiation: state.live.negotiation
            )
            return try MilterListener.open(
                configuration,
                onProblem: { [log = state.log] in log.write(LogRecord(.error, "milter: \($0)")) },
                makeSession: { MailSession(state: state) }
            )
        } catch {
            Self.leave(error.exitStatus, ["\(error)"], state.log)
        }
    }

    /// Everything that goes on beside the connections: signals, names, the service manager.
    private func supervise(_ state: DaemonState, _ listener: MilterListener, _ reload: Reload, _ signals: Signals) {
        let queue = DispatchQueue(label: "tamisd.supervision")
        let notifier = ServiceNotifier()
        do {
            try listener.start { status in
                Self.leave(70, ["libmilter ended with status \(status)"], state.log)
            }
        } catch {
            Self.leave(71, ["\(error)"], state.log)
        }
        listener.refuseConnections(from: state.live.firstRefusedDescriptor)
        notifier.ready(status: Self.readyStatus(of: listener))
        state.log.write(
            LogRecord(
                .notice,
                "tamisd \(TamisVersion.current) started",
                ["listen": .text("\(listener.address)"), "mode": .text(state.live.settings.mode.rawValue)]
            )
        )
        Task { await state.live.clients.resolveNames() }
        serve(signals, state, listener, reload, notifier, on: queue)
        watch(state, listener, notifier, on: queue)
        RepeatingTimer.start(every: 5_000_000, on: queue) { reload.observers.tellWhatIsDue() }
    }

    /// What reloads and ends do.
    private func serve(
        _ signals: Signals,
        _ state: DaemonState,
        _ listener: MilterListener,
        _ reload: Reload,
        _ notifier: ServiceNotifier,
        on queue: DispatchQueue
    ) {
        let end = DrainEnd(state: state, listener: listener)
        signals.serve(
            Signals.Service(
                reloads: DispatchQueue(label: "tamisd.reloads"),
                reload: {
                    guard !state.drain.isDraining else { return }
                    notifier.reloading()
                    reload.run(state)
                    listener.refuseConnections(from: state.live.firstRefusedDescriptor)
                    if !state.drain.isDraining { notifier.ready(status: Self.readyStatus(of: listener)) }
                },
                ends: queue,
                end: {
                    guard state.drain.begin() else { return }
                    notifier.stopping()
                    end.begin(on: queue)
                }
            )
        )
    }

    private static func readyStatus(of listener: MilterListener) -> String { "Answering on \(listener.address)" }

    /// Looks after the daemon itself. Without a manager that waits for us the rounds still tell the log what is wrong.
    private func watch(
        _ state: DaemonState,
        _ listener: MilterListener,
        _ notifier: ServiceNotifier,
        on queue: DispatchQueue
    ) {
        let interval = notifier.isActive ? ServiceNotifier.watchdogInterval() : nil
        let length = Watchdog.roundLength(interval: interval ?? 90_000_000)
        let watchdog = Watchdog(
            log: state.log,
            signs: [
                .eventLoops(MultiThreadedEventLoopGroup.singleton),
                .task,
                .socketFile { listener.ownsSocket },
                .listener({ listener.probe(until: $0) }, patience: .microseconds(length)),
            ],
            isWell: { notifier.watchdog() }
        )
        RepeatingTimer.start(every: length, on: queue) { watchdog.round() }
        let refused = RefusedConnections()
        RepeatingTimer.start(every: 5_000_000, on: queue) {
            refused.news(total: listener.refusedConnections).map(state.log.write)
        }
    }

    /// Tells why on standard error and in the log, and ends the process.
    private static func leave(_ status: Int32, _ lines: [String], _ log: LogOutput) -> Never {
        for line in lines {
            log.write(LogRecord(.error, line))
            if log.destination == .syslog { StandardError.write("tamisd: \(line)\n") }
        }
        log.flush(milliseconds: 1_000)
        _exit(status)
    }

    /// Gives 0, 1 and 2 to /dev/null where they are closed, so that no connection gets such a number and log lines with it.
    private static func openStandardDescriptors() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDWR)
        }
    }
}

extension MilterError {
    /// The sysexits status that says what an operator has to look at.
    fileprivate var exitStatus: Int32 {
        switch self {
        case .taken, .secondInstance, .folderMissing, .notASocket, .permissionDenied, .hostNotOurs: 69
        case .address, .group: 78
        default: 71
        }
    }
}
