import Pyzor
import Spamd
import Synchronization

/// Who hears of what happens to the scanners' servers, for as long as the process lives, and tells the log.
final class ServerObservers: Sendable {
    private let news = Mutex(ServerNews())
    private let log: LogOutput

    init(log: LogOutput) { self.log = log }

    var spamd: SpamdObserver {
        SpamdObserver { [self] event in
            switch event {
            case .serverDown(let server, _): changed(.init(isUp: false, text: "spamd: \(event)"), "spamd \(server)")
            case .serverUp(let server): changed(.init(isUp: true, text: "spamd: \(event)"), "spamd \(server)")
            // Each probe of such a server looks its name up.
            case .resolveFailed(let server, _):
                changed(.init(isUp: false, text: "spamd: \(event)"), "name of spamd \(server)")
            case .resolved(let server, _):
                news.withLock { $0.forget("name of spamd \(server)") }
                log.write(LogRecord(event))
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
            default: log.write(record)
            }
        }
    }

    /// Tells what was kept back. Call it every few seconds.
    func tellWhatIsDue() {
        for record in news.withLock({ $0.due(at: .now) }) { log.write(record) }
    }

    private func changed(_ line: ServerNews.Line, _ server: String) {
        if let record = news.withLock({ $0.happened(line, to: server, at: .now) }) { log.write(record) }
    }
}
