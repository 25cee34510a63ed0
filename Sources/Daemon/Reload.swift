import Filter
import NIOCore
import NIOPosix
import Policy
import Pyzor
import Settings
import Spamd

/// Makes a live configuration of the settings file, and a new one from the changed file while the daemon runs.
///
/// A reload swaps the whole value, or keeps the old one and says why. Keys that need a restart keep their running values, and a
/// warning names them.
struct Reload: Sendable {
    let path: String
    let hostName: String
    let observers: ServerObservers
    /// Raises the limit of open files as far as possible to what is needed, and returns what it is now.
    let descriptorLimit: @Sendable (_ needed: Int) -> Int

    init(
        path: String,
        hostName: String,
        observers: ServerObservers,
        descriptorLimit: @escaping @Sendable (_ needed: Int) -> Int = { DescriptorLimit.raise(to: $0) }
    ) {
        self.path = path
        self.hostName = hostName
        self.observers = observers
        self.descriptorLimit = descriptorLimit
    }

    /// Why nothing could be loaded: one line a problem.
    struct Failure: Error {
        let lines: [String]
    }

    /// What was read and what follows from it.
    struct Loaded {
        let live: LiveConfiguration
        let warnings: [String]
        let changes: [SettingsChange]
        /// How many files the system lets the process open now.
        let descriptorLimit: Int
    }

    /// Reads the file.
    ///
    /// - Parameter old: what is in force; the health of servers, caches and sockets are taken over from it.
    func load(_ log: LogOutput, inheriting old: LiveConfiguration? = nil) throws(Failure) -> Loaded {
        do {
            let loaded = try TamisSettings.load(from: path)
            var settings = loaded.settings
            if let old { settings.keepUnchangeable(of: old.settings) }
            let plan = DescriptorPlan(settings)
            let limit = descriptorLimit(plan.needed)
            let shadow = try settings.loadShadow()
            let warnings = loaded.warnings + (shadow?.warnings ?? [])
            let live = try configured(
                settings,
                descriptors: plan.fit(in: limit),
                shadow: shadow.map { policy(of: $0, beside: settings) },
                inheriting: old
            )
            return Loaded(
                live: live,
                warnings: warnings.map { "\($0)" } + [plan.warning(limit: limit)].compactMap(\.self),
                changes: old.map { $0.settings.changes(to: loaded.settings) + Self.changesInFiles($0, live) } ?? [],
                descriptorLimit: limit
            )
        } catch let error as SettingsError {
            throw Failure(lines: "\(error)".split(separator: "\n").map(String.init))
        } catch {
            throw Failure(lines: ["\(path): \(error)"])
        }
    }

    /// The keys that name a file as before, in which something else stands now.
    private static func changesInFiles(_ old: LiveConfiguration, _ new: LiveConfiguration) -> [SettingsChange] {
        var changes: [SettingsChange] = []
        let books = [old, new].map(\.policy.configuration.spamdUser.book)
        if old.settings.spamd.usersFile == new.settings.spamd.usersFile, books[0] != books[1] {
            changes.append(.contents(of: "spamd.users-file"))
        }
        if old.settings.shadow == new.settings.shadow, old.shadow != new.shadow {
            changes.append(.contents(of: "shadow"))
        }
        return changes
    }

    /// Reads the file again and puts it in force. Call it for one signal at a time.
    func run(_ state: DaemonState) {
        let log = state.log
        do {
            let loaded = try load(log, inheriting: state.live)
            if state.live.shadow != nil { state.shadow.tellCounts() }
            state.live = loaded.live
            log.configure(level: LogLevel(loaded.live.settings.log.level), format: loaded.live.logFormat)
            Self.tell(loaded, log)
            // What does not resolve is told by the servers' observers.
            Task { await loaded.live.clients.resolveNames() }
        } catch {
            for line in error.lines { log.write(LogRecord(.error, "settings not reloaded: \(line)")) }
            log.write(LogRecord(.error, "the old settings stay in force"))
        }
    }

    private func configured(
        _ settings: TamisSettings,
        descriptors: DescriptorPlan.Fit,
        shadow: ScorePolicy?,
        inheriting old: LiveConfiguration?
    ) throws -> LiveConfiguration {
        var filter = try settings.filterConfiguration(hostName: hostName, version: TamisVersion.current)
        filter.spamd?.observer = observers.spamd
        let clients = try ScannerClients(
            filter,
            inheriting: old?.clients,
            group: MultiThreadedEventLoopGroup.singleton,
            pyzorObserver: observers.pyzor
        )
        return LiveConfiguration(settings, filter: filter, clients: clients, descriptors: descriptors, shadow: shadow)
    }

    private func policy(of shadow: ShadowSettings, beside settings: TamisSettings) -> ScorePolicy {
        ScorePolicy(settings.policyConfiguration(of: shadow, hostName: hostName, version: TamisVersion.current))
    }

    private static func tell(_ loaded: Loaded, _ log: LogOutput) {
        for warning in loaded.warnings { log.write(LogRecord(.warning, warning)) }
        let held = loaded.changes.filter(\.needsRestart).map(\.key)
        if !held.isEmpty {
            log.write(
                LogRecord(.warning, "changes that need a restart", ["keys": .text(held.joined(separator: ","))])
            )
        }
        let taken = loaded.changes.filter { !$0.needsRestart }.map(\.key)
        log.write(
            LogRecord(
                .notice,
                "settings reloaded",
                ["changed": .text(taken.isEmpty ? "none" : taken.joined(separator: ","))]
            )
        )
    }
}

extension TamisSettings {
    /// Takes back what cannot change while the daemon runs: its socket, the size of its tables, the shape of its log.
    fileprivate mutating func keepUnchangeable(of running: TamisSettings) {
        milter = running.milter
        limits.maxConnections = running.limits.maxConnections
        log.format = running.log.format
    }
}
