import Foundation
import Glibc
import TestRig
import Testing

extension Faults {
    /// The wall clock is set forward and back while mail is under way. Deadlines go by another clock.
    @Suite(.enabled(if: ShiftedClock.canBeMade, "no C compiler: the wall clock cannot be shifted"))
    struct ClockTests {
        @Test(arguments: [3_600, -3_600])
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

/// A wall clock that a daemon believes and a test can set.
private struct ShiftedClock {
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
