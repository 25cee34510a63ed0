import Pyzor
import Spamd
import Synchronization

/// Who hears of what happens to the scanners' servers, for as long as the process lives, and tells the log.
final class ServerObservers: Sendable {
    private let news = Mutex(ServerNews())
    /// The servers whose names did not resolve at the last look-up.
    private let unresolved = Mutex<Set<String>>([])
    private let log: LogOutput
    private let now: @Sendable () -> ContinuousClock.Instant

    init(log: LogOutput, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.log = log
        self.now = now
    }

    var spamd: SpamdObserver {
        SpamdObserver { [self] event in
            switch event {
            case .serverDown(let server, _): changed(.init(isUp: false, text: "spamd: \(event)"), "spamd \(server)")
            case .serverUp(let server): changed(.init(isUp: true, text: "spamd: \(event)"), "spamd \(server)")
            case .resolveFailed(let server, _): nameFailed("spamd \(server)", LogRecord(event))
            case .resolved(let server, _): nameResolved("spamd \(server)", LogRecord(event))
            default: log.write(LogRecord(event))
            }
        }
    }

    var pyzor: PyzorObserver {
        PyzorObserver { [self] event in
            guard let record = LogRecord(event) else { return }
            switch event {
            case .leftAlone(let server): changed(.init(isUp: false, text: record.message ?? ""), "pyzor \(server)")
            case .back(let server): changed(.init(isUp: true, text: record.message ?? ""), "pyzor \(server)")
            case .unresolved(let server, _): nameFailed("pyzor \(server)", record)
            case .resolved(let server, _): nameResolved("pyzor \(server)", record)
            default: log.write(record)
            }
        }
    }

    /// Tells what was kept back. Call it every few seconds.
    func tellWhatIsDue() {
        for record in news.withLock({ $0.due(at: now()) }) { log.write(record) }
    }

    private func nameFailed(_ server: String, _ record: LogRecord) {
        _ = unresolved.withLock { $0.insert(server) }
        changed(.init(isUp: false, text: record.message ?? ""), "name of \(server)")
    }

    /// Whoever read the warning reads when it is over; an address that is only another one is for the curious.
    private func nameResolved(_ server: String, _ record: LogRecord) {
        guard unresolved.withLock({ $0.remove(server) != nil }) else { return log.write(record) }
        changed(.init(isUp: true, text: record.message ?? ""), "name of \(server)")
    }

    private func changed(_ line: ServerNews.Line, _ server: String) {
        if let record = news.withLock({ $0.happened(line, to: server, at: now()) }) { log.write(record) }
    }
}
