import Foundation
package import Glibc
import Synchronization

/// The daemon under test, run as systemd runs it: it reports when it is ready, and its log comes with priorities.
package final class Tamisd: Sendable {
    /// What is unusual about the way in which it is started.
    package struct Start: Sendable {
        /// Environment variables beside those of a service manager.
        package var environment: [String: String] = [:]
        /// A program that sets something and then becomes the daemon, with its arguments: `/usr/bin/prlimit --nofile=64`.
        package var launcher: [String] = []
        /// A pipe that gets the log in place of a file; the log cannot be looked at then.
        package var logPipe: String?
        /// How often the service manager wants to hear that it is well.
        package var watchdogMicroseconds = 2_000_000

        package init() {}
    }

    private let folder: PrivateDirectory
    private let process: ChildProcess
    private let notifications: Mutex<[String]> = Mutex([])
    private let notificationSocket: Socket

    /// The settings file.
    package var settingsPath: String { folder.path("tamis.yaml") }

    /// Starts it and waits until it says that it is ready.
    ///
    /// - Parameter settings: the text of the settings file.
    package convenience init(settings: String, _ start: Start = Start()) throws {
        try self.init(startingWith: settings, start)
        try process.waitUntilReady(log: folder.path("log")) { isReady }
    }

    /// Starts it and does not wait.
    package init(startingWith settings: String, _ start: Start = Start()) throws {
        folder = try PrivateDirectory()
        try folder.write(settings, to: "tamis.yaml")
        try folder.write("", to: "log")
        notificationSocket = try Socket.datagrams(atPath: folder.path("notify"))
        let log = start.logPipe ?? folder.path("log")
        let environment = [
            "NOTIFY_SOCKET": folder.path("notify"),
            "JOURNAL_STREAM": try Tamisd.journalStream(log),
            "WATCHDOG_USEC": "\(start.watchdogMicroseconds)",
        ]
        let command = start.launcher + [Programs.built("tamisd"), "run", "--config", folder.path("tamis.yaml")]
        process = try ChildProcess(
            command[0],
            Array(command.dropFirst()),
            environment: environment.merging(start.environment) { $1 },
            output: log
        )
        Thread { self.readNotifications() }.start()
    }

    /// Runs it where it has to refuse, or where it only answers: what it printed, and how it ended.
    package static func run(_ arguments: [String]) throws -> (output: String, exit: ChildProcess.Exit) {
        try Programs.run("tamisd", arguments)
    }

    // MARK: What it says

    /// What it told the service manager: `READY=1`, `RELOADING=1`, `STOPPING=1` and so on, a line each, in order.
    package var notices: [String] { notifications.withLock { $0 } }

    /// The lines of its log so far.
    package var log: [LogLine] { process.output.split(separator: "\n").map { LogLine(String($0)) } }

    /// Waits for the line about a message sent as `Letter.ham(identifier)`.
    package func logLine(_ identifier: String) throws -> LogLine {
        try waitFor("a log line about \(identifier)") {
            log.first { $0.facts["msgid"] == "<\(identifier)@example.org>" }
        }
    }

    /// Waits for a line that has all of these words in it.
    @discardableResult
    package func logLine(having words: String...) throws -> LogLine {
        try waitFor("a log line with \(words)") {
            log.first { line in words.allSatisfy { line.text.contains($0) } }
        }
    }

    private var isReady: Bool { notices.contains("READY=1") }

    // MARK: What is done to it

    /// Puts other settings in place and sends a signal; whoever calls waits for what comes of it.
    package func reload(_ settings: String, by signal: Int32 = SIGHUP) throws {
        try folder.write(settings, to: "tamis.yaml")
        process.signal(signal)
    }

    package func signal(_ number: Int32) { process.signal(number) }

    package var isRunning: Bool { process.isRunning }

    package var pid: pid_t { process.pid }

    /// Page faults of child processes that have ended: more than 0 once there was one.
    package var faultsOfChildren: Int {
        let fields = proc("stat").split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 8 ? Int(fields[8]) ?? 0 : 0
    }

    /// Seconds of processor time that it has used so far, of all its threads.
    package var processorTime: Double {
        let fields = proc("stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Memory that it holds at this moment.
    package var residentBytes: Int {
        let fields = proc("statm").split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
    }

    /// How many files and sockets it has open.
    package var openFiles: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/fd").count) ?? 0
    }

    /// How many threads it has.
    package var threads: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/task").count) ?? 0
    }

    /// Waits for so many lines about judged messages, counts them, and empties the log. For long runs.
    package func takeLog(untilThereAre count: Int) throws -> Int {
        let lines = try waitFor("\(count) lines about messages in the log", within: .seconds(60)) {
            let log = FileManager.default.contents(atPath: process.outputPath) ?? Data()
            let found = log.split(separator: 0x0A).count { $0.contains(Data(": verdict=".utf8)) }
            return found >= count ? found : nil
        }
        guard truncate(process.outputPath, 0) == 0 else { throw RigError.system("truncate \(process.outputPath)") }
        return lines
    }

    /// The number behind a name in /proc/PID/status: `VmHWM`, in KiB, `Threads` and so on.
    package func status(_ name: String) -> Int {
        let line = proc("status").split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.split(whereSeparator: { !("0"..."9" ~= $0) }).last.flatMap { Int($0) } ?? 0
    }

    private func proc(_ name: String) -> String {
        (try? String(contentsOfFile: "/proc/\(process.pid)/\(name)", encoding: .utf8)) ?? ""
    }

    @discardableResult
    package func waitForExit() throws -> ChildProcess.Exit { try process.wait() }

    /// Ends it, and removes its folder.
    @discardableResult
    package func stop() -> ChildProcess.Exit? {
        let exit = process.stop()
        notificationSocket.shut()
        folder.remove()
        return exit
    }

    private func readNotifications() {
        while let bytes = try? notificationSocket.read() ?? nil, !bytes.isEmpty {
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            notifications.withLock { $0 += lines }
        }
    }

    /// The value of JOURNAL_STREAM that makes a program believe this file to be the journal (systemd.exec(5)).
    private static func journalStream(_ path: String) throws -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw RigError.system("stat \(path)") }
        return "\(status.st_dev):\(status.st_ino)"
    }
}

/// A line of the daemon's log: `<5>4F2A1B: verdict=spam tests="A B" ...`.
package struct LogLine: Equatable, Sendable {
    /// The number between the angle brackets.
    package var priority: Int?
    /// What stands behind it.
    package var text: String

    package init(_ line: String) {
        let parts = line.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
        if line.first == "<", parts.count == 2, let number = Int(parts[0].dropFirst()) {
            priority = number
            text = String(parts[1])
        } else {
            text = line
        }
    }

    /// The queue id, when the line is about a message.
    package var queueID: String? {
        guard let first = text.split(separator: " ").first, first.last == ":" else { return nil }
        return String(first.dropLast())
    }

    /// The `key=value` pairs, quotes taken away.
    package var facts: [String: String] {
        var facts: [String: String] = [:]
        for (key, value) in pairs where facts[key] == nil { facts[key] = value }
        return facts
    }

    /// The keys in the order in which they stand there.
    package var keys: [String] { pairs.map(\.key) }

    private var pairs: [(key: String, value: String)] {
        var pairs: [(String, String)] = []
        var rest = text[...]
        while let word = LogLine.takeWord(&rest) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { pairs.append((String(parts[0]), String(parts[1]))) }
        }
        return pairs
    }

    /// The next word; blanks between double quotes belong to it, the quotes do not.
    private static func takeWord(_ rest: inout Substring) -> String? {
        rest = rest.drop { $0 == " " }
        guard !rest.isEmpty else { return nil }
        var word = ""
        var isQuoted = false
        while let character = rest.first, isQuoted || character != " " {
            rest = rest.dropFirst()
            if character == "\"" {
                isQuoted.toggle()
            } else if character == "\\", let escaped = rest.first {
                word += escaped == "\"" || escaped == "\\" ? String(escaped) : "\\\(escaped)"
                rest = rest.dropFirst()
            } else {
                word.append(character)
            }
        }
        return word
    }
}
