import Glibc
import Pyzor

/// pyzor's log: critical lines go to standard error (all of them with `--debug`), and from INFO up to a file if one is
/// named.
struct DropInLog: Sendable {
    enum Level: Int, Comparable {
        case debug
        case info
        case warning
        case error
        case critical

        static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }
    }

    let isDebug: Bool
    /// The path of the log file, nil for none.
    let file: String?
    /// Where lines for standard error go.
    let complain: @Sendable (String) -> Void

    func write(_ level: Level, _ message: String) {
        let goesToError = isDebug || level >= .critical
        let goesToFile = file != nil && (isDebug || level >= .info)
        guard goesToError || goesToFile else { return }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let line = "\(PythonText.logTime(now)) (\(getpid())) \("\(level)".uppercased()) \(message)"
        if goesToError { complain(line) }
        if goesToFile, let file { append(line, to: file) }
    }

    private func append(_ line: String, to file: String) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return }
        _ = TextFile.write(Array((line + "\n").utf8), to: descriptor)
        close(descriptor)
    }
}

extension DropInLog {
    /// Packets, as `--debug` shows them.
    var observer: PyzorObserver {
        guard isDebug else { return .none }
        return PyzorObserver(packets: true) { event in
            switch event {
            case .sending(_, let packet):
                write(.debug, "sending: \(PythonText.quoted(String(decoding: packet, as: UTF8.self)))")
            case .received(let server, let packet):
                write(.debug, "received: \(PythonText.quoted(packet))/('\(server.host)', \(server.port))")
            default: break
            }
        }
    }
}
