import Dispatch
import Glibc
import Mail
import Synchronization

/// Where the daemon's log goes, and the thread that writes it.
///
/// Nobody waits for the log: lines are queued and a thread of its own writes them. When 10,000 lines wait, further ones are
/// dropped and counted; the count is written as soon as there is room. A reader that has gone is no reason to stop.
///
/// Only while the system has no thread for it (EAGAIN: too many tasks) whoever has a line writes it. A daemon that is short of
/// threads ends soon, and it has to be read why.
package final class LogOutput: Sendable {
    package enum Destination: Sendable, Equatable {
        /// Standard error with `<N>` before each line, as a service manager reads it (sd-daemon(3)).
        case journal
        /// Standard error without priorities: for people, tests and the demo.
        case standardError
        /// syslog(3), facility mail.
        case syslog
    }

    private struct State {
        var lines: [(level: LogLevel, text: Bytes)] = []
        var dropped = 0
        /// How many threads write what they took; more than one only without the writer.
        var writing = 0
        var hasWriter = false
    }

    private struct Settings {
        var level: LogLevel
        var format: LogFormat
    }

    private static let capacity = 10_000

    let destination: Destination
    private let settings: Mutex<Settings>
    private let state = Mutex(State())
    private let hasWork = DispatchSemaphore(value: 0)
    private let descriptor: Int32
    private let startWriter: @Sendable (@escaping @Sendable () -> Void) -> Bool

    /// - Parameter startWriter: starts the thread; false when there is none to be had.
    package init(
        destination: Destination,
        level: LogLevel = .notice,
        format: LogFormat = .logfmt,
        descriptor: Int32 = STDERR_FILENO,
        startWriter: @escaping @Sendable (@escaping @Sendable () -> Void) -> Bool = { startThread($0) }
    ) {
        self.destination = destination
        self.descriptor = descriptor
        self.startWriter = startWriter
        settings = Mutex(Settings(level: level, format: format))
        // syslog(3) keeps the pointer, so the name must live as long as the process.
        if destination == .syslog { openlog(strdup("tamisd"), LOG_PID | LOG_NDELAY, LOG_MAIL) }
        _ = hasWriter()
    }

    /// Whether the writer is there, started now if it could not be before.
    private func hasWriter() -> Bool {
        state.withLock { state in
            if !state.hasWriter {
                state.hasWriter = startWriter { [self] in
                    while true {
                        hasWork.wait()
                        writeAll()
                    }
                }
            }
            return state.hasWriter
        }
    }

    /// The destination that fits how the daemon was started: the journal when standard error is its stream
    /// (`JOURNAL_STREAM` names device and inode, systemd.exec(5)), else syslog.
    package static func automaticDestination() -> Destination {
        guard let stream = getenv("JOURNAL_STREAM").map({ String(cString: $0) }) else { return .syslog }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return .syslog }
        return stream == "\(status.st_dev):\(status.st_ino)" ? .journal : .syslog
    }

    /// What is written from now on: lines at least as grave as `level`.
    package func configure(level: LogLevel, format: LogFormat) {
        settings.withLock { $0 = Settings(level: level, format: format) }
    }

    package func isWritten(_ level: LogLevel) -> Bool {
        settings.withLock { level <= $0.level }
    }

    /// Queues a line, cut to what syslog and journals do not split. Never waits, as long as there is the writer.
    package func write(_ record: LogRecord) {
        let (isWanted, format) = settings.withLock { (record.level <= $0.level, $0.format) }
        guard isWanted else { return }
        var text = record.bytes(format)
        if text.count > LogRecord.maximumLength { text = record.cut(format).bytes(format) }
        let wasIdle = state.withLock { state in
            guard state.lines.count < Self.capacity else {
                state.dropped += 1
                return false
            }
            state.lines.append((record.level, text))
            return state.lines.count == 1
        }
        guard wasIdle else { return }
        if hasWriter() { hasWork.signal() } else { writeAll() }
    }

    /// Whether nothing waits to be written.
    var isIdle: Bool { state.withLock { $0.lines.isEmpty && $0.writing == 0 } }

    /// Waits until all that was queued is written, at most about `milliseconds`. For the end of the process.
    package func flush(milliseconds: Int) {
        for _ in 0..<max(milliseconds / 5, 1) {
            if isIdle { return }
            usleep(5_000)
        }
    }

    private func writeAll() {
        let (lines, dropped) = state.withLock { state in
            state.writing += 1
            defer { (state.lines, state.dropped) = ([], 0) }
            return (state.lines, state.dropped)
        }
        for line in lines { put(line.level, line.text) }
        if dropped > 0 {
            let record = LogRecord(.warning, "lines of the log were dropped", ["count": .number(dropped)])
            put(.warning, record.bytes(settings.withLock { $0.format }))
        }
        state.withLock { $0.writing -= 1 }
    }

    private func put(_ level: LogLevel, _ text: Bytes) {
        switch destination {
        case .syslog:
            let line = String(decoding: text, as: UTF8.self)
            line.withCString { line in withVaList([line]) { vsyslog(Int32(level.rawValue), "%s", $0) } }
        case .journal: writeLine(Bytes("<\(level.rawValue)>".utf8) + text)
        case .standardError: writeLine(text)
        }
    }

    /// A line goes out in one write(2) where the descriptor takes it whole; what a closed pipe refuses is lost.
    private func writeLine(_ text: Bytes) {
        var rest = (text + [0x0A])[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                return
            }
        }
    }
}
