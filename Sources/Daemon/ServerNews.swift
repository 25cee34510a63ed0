/// Keeps a server that goes up and down from filling the log: one line about each server in so long, and at last always what
/// holds now. A value without a clock.
struct ServerNews {
    /// What there is to tell of a server.
    struct Line: Equatable {
        var isUp: Bool
        var text: String
    }

    private struct Entry {
        var told: Line
        var time: ContinuousClock.Instant
        /// What happened since, not told yet: the latest of it, and how often.
        var kept: (line: Line, changes: Int)?
    }

    /// How long after a line about a server there is no other.
    static let silence = Duration.seconds(30)

    private var entries: [String: Entry] = [:]

    /// Takes in what happened to `server`, and returns what is told of it now.
    mutating func happened(_ line: Line, to server: String, at now: ContinuousClock.Instant) -> LogRecord? {
        guard var entry = entries[server], now - entry.time < Self.silence else {
            let changes = (entries[server]?.kept?.changes ?? 0) + 1
            entries[server] = Entry(told: line, time: now)
            return Self.record(line, changes: changes)
        }
        entry.kept = (line, (entry.kept?.changes ?? 0) + 1)
        entries[server] = entry
        return nil
    }

    /// What was kept back and can be told now. Ask every few seconds.
    mutating func due(at now: ContinuousClock.Instant) -> [LogRecord] {
        var records: [LogRecord] = []
        for (server, entry) in entries.sorted(by: { $0.key < $1.key }) where now - entry.time >= Self.silence {
            // A server of which there is nothing to tell for so long is as good as new.
            guard let kept = entry.kept else {
                entries[server] = nil
                continue
            }
            entries[server] = Entry(told: kept.line, time: now)
            records.append(Self.record(kept.line, changes: kept.changes))
        }
        return records
    }

    private static func record(_ line: Line, changes: Int) -> LogRecord {
        LogRecord(line.isUp ? .notice : .warning, line.text, changes > 1 ? ["changes": .number(changes)] : [:])
    }
}
