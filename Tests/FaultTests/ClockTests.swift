import Foundation
import Glibc
import TestRig
import Testing

extension Faults {
    /// The wall clock is set forward and back while mail is under way. Deadlines go by another clock.
    @Suite(.enabled(if: ShiftedClock.canBeMade, "no C compiler: the wall clock cannot be shifted"))
    struct ClockTests {
        @Test(.heavy, arguments: [3_600, -3_600])
        func `the clock jumps by an hour under load`(_ jump: Int64) async throws {
            let title = "the clock jumps by \(jump < 0 ? "-" : "+")1 h under load"
            try await FaultRow.run(title, expecting: "deadlines, probes and signs of progress as before") { row in
                let clock = try ShiftedClock()
                let server = try postfix.get()
                let spamd = try ScriptedSpamd { question in
                    question.letter.value("X-Slow") == nil ? .calledHam : .silence
                }
                defer { spamd.stop() }
                var settings = DaemonSettings(server, spamd: [spamd.address], "limits: { deadline: 4s }")
                settings.spamdLines = ["timeout: 3s"]
                let tamisd = try Tamisd(settings: settings.text, clock.start)
                defer { tamisd.stop() }
                let slow = Load(
                    Load.Plan(messages: 2, clients: 2) { .ham($0, adding: [("X-Slow", "yes")]) },
                    through: server
                )
                async let waiting: Void = slow.run()
                try waitUntil("both were waiting for spamd") { spamd.questions.count == 2 }
                try clock.jump(jump)
                row.count(try await Load(Load.Plan(messages: 30), through: server).runAndCount())
                try await waiting
                let waited = try slow.tally()
                row.count(waited)
                #expect(waited.unscanned == 2)
                #expect(waited.longestWait < .seconds(5))
                #expect(row.tally?.delivered == 32)
                try clock.jump(0)
                row.count(try await Load(Load.Plan(messages: 10), through: server).runAndCount())
                #expect(tamisd.isRunning)
            }
        }

        @Test(arguments: [3_600, -3_600])
        func `the MTA is told of progress whatever the clock says`(_ jump: Int64) async throws {
            let title = "a message waits 4 s, the clock \(jump < 0 ? "-" : "+")1 h"
            try await FaultRow.run(title, expecting: "a sign of progress each second, answered at the deadline") {
                row in
                let clock = try ShiftedClock()
                let spamd = try ScriptedSpamd { _ in .silence }
                defer { spamd.stop() }
                let settings = DaemonSettings(listen: "", spamd: [spamd.address], "limits: { deadline: 4s }")
                try await withDaemon(settings, clock.start) { daemon in
                    try clock.jump(jump)
                    let client = try daemon.connect()
                    let begin = ContinuousClock.now
                    _ = try client.deliver(.ham(fresh("clock")))
                    let wait = ContinuousClock.now - begin
                    #expect(wait < .seconds(5))
                    #expect((3...4).contains(client.signsOfProgress))
                    row.note("\(client.signsOfProgress) signs of progress in \(wait.rounded)")
                }
            }
        }
    }
}

extension Faults.ClockTests {
    @Test(arguments: [3_600, -3_600])
    func `what goes by the wall clock says so`(_ jump: Int64) async throws {
        let title = "Pyzor's signature and our Received, the clock \(jump < 0 ? "-" : "+")1 h"
        let expected = "pyzord refuses the signature, spamd's verdict stands; Received has the clock's time"
        try await FaultRow.run(title, expecting: expected) { row in
            let clock = try ShiftedClock()
            // pyzord takes signatures that are at most five minutes old.
            let pyzord = try ScriptedPyzord { question in
                let time = question.value("Time").flatMap { Int($0) } ?? 0
                return abs(time - Int(Date().timeIntervalSince1970)) <= 300
                    ? question.answer(count: 3) : question.answer(code: 401, diagnosis: "Unauthorized")
            }
            defer { pyzord.stop() }
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            let folder = try PrivateDirectory()
            defer { folder.remove() }
            try folder.write(
                "127.0.0.1 : \(pyzord.port) : bob : salt,\(String(repeating: "a", count: 40))\n",
                to: "accounts"
            )
            #expect(chmod(folder.path("accounts"), 0o600) == 0)
            var settings = DaemonSettings(listen: "", spamd: [spamd.address], pyzor: [pyzord.address])
            settings.pyzorLines = ["accounts-file: \(folder.path("accounts"))", "cache: { entries: 0 }"]
            try await withDaemon(settings, clock.start) { daemon in
                let inTime = try daemon.connect().deliver(.ham(fresh("now")))
                #expect(inTime.contains { $0.description.contains("pyzor=3/0") })
                try clock.jump(jump)
                let shifted = try daemon.connect().deliver(.ham(fresh("shifted")))
                let isMarked = shifted.contains { $0.description.contains("unscanned=pyzor:status") }
                #expect(isMarked)
                let dates = try spamd.questions.map { try date(of: $0) }
                let distance = Int64(dates[1].timeIntervalSince(dates[0]).rounded())
                #expect(abs(distance - jump) < 60)
                if !isMarked { row.note("\(shifted)") }
                row.note("signature refused: \(isMarked); Received is \(distance) s later")
            }
        }
    }

    private func date(of question: SpamdQuestion) throws -> Date {
        let text = try #require(question.letter.value("Received")?.split(separator: ";").last)
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "EEE, d MMM yyyy HH:mm:ss Z"
        return try #require(format.date(from: text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
}

/// A wall clock that a daemon believes and a test can set.
struct ShiftedClock {
    private static let compiler = ["clang", "cc", "gcc"].lazy.compactMap { Programs.inPath($0) }.first
    static let canBeMade = compiler != nil

    private let folder: PrivateDirectory

    init() throws {
        folder = try PrivateDirectory()
        try jump(0)
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "wall-clock.c").path
        let command = try ChildProcess(
            try #require(Self.compiler),
            ["-shared", "-fPIC", "-O1", "-o", folder.path("wall-clock.so"), source],
            output: folder.path("output")
        )
        guard try command.wait() == .status(0) else { throw RigError("wall-clock.c: \(command.output)") }
    }

    /// How a daemon is started that goes by this clock.
    var start: Tamisd.Start {
        var start = Tamisd.Start()
        start.environment = ["LD_PRELOAD": folder.path("wall-clock.so"), "TAMIS_CLOCK": folder.path("clock")]
        return start
    }

    /// From now on the clock is so many seconds ahead of the true time.
    func jump(_ seconds: Int64) throws {
        let bytes = withUnsafeBytes(of: seconds) { Data($0) }
        // Written in place: the daemon has the file mapped.
        if let file = FileHandle(forWritingAtPath: folder.path("clock")) {
            try file.write(contentsOf: bytes)
        } else {
            try bytes.write(to: URL(fileURLWithPath: folder.path("clock")))
        }
    }
}
