import Glibc
import TestRig
import Testing

extension Faults {
    /// Limits that are reached: of descriptors, memory, connections, and of what spamd can do.
    @Suite struct LimitTests {
        @Test func `memory for messages is used up`() async throws {
            try await FaultRow.run(
                expecting: "451 4.3.2 for what does not fit, memory bounded, all delivered in the end"
            ) { row in
                let server = try postfix.get()
                let spamd = try ScriptedSpamd { _ in
                    usleep(300_000)
                    return .calledHam
                }
                defer { spamd.stop() }
                let settings = DaemonSettings(server, spamd: [spamd.address], "limits: { max-buffered: 4MiB }")
                try await withTamisd(settings) { tamisd in
                    let plan = Load.Plan(messages: 60, clients: 20, tries: 400) { .ham($0, bytes: 350_000) }
                    let before = tamisd.residentBytes
                    let tally = try await Load(plan, through: server).runAndCount()
                    row.count(tally)
                    #expect(tally.delivered == 60 && tally.unscanned == 0)
                    #expect(tally.deferrals > 0)
                    let growth = (tamisd.status("VmHWM") << 10) - before
                    // The messages, their copies, and what sockets and the allocator hold besides.
                    #expect(Programs.isSanitized || growth < 68 << 20)
                    row.note("\(tally.deferrals) answers 451, peak memory \(growth >> 20) MiB above the start")
                }
            }
        }

        @Test func `no descriptor is left`() async throws {
            let expected =
                "told at the start, no core spins, old connections are served, new ones when there is room again"
            try await FaultRow.run(expecting: expected) { row in
                let spamd = try ScriptedSpamd { _ in .calledHam }
                defer { spamd.stop() }
                var start = Tamisd.Start()
                start.launcher = ["/usr/bin/prlimit", "--nofile=64:64"]
                try await withDaemon(DaemonSettings(listen: "", spamd: [spamd.address]), start) { daemon in
                    try daemon.tamisd.logLine(having: "the system allows 64 open files")
                    let old = try daemon.connect()
                    let flood = try (0..<90).map { _ in try MilterClient(daemon.address) }
                    try waitUntil("the daemon had taken what it could") { daemon.tamisd.openFiles >= 40 }
                    let before = daemon.tamisd.processorTime
                    try Pause.milliseconds(2_000)
                    let used = daemon.tamisd.processorTime - before
                    row.note("91 connections, \(daemon.tamisd.openFiles) files open, \(used)s of processor time in 2s")
                    #expect(used < 0.5)
                    let packets = try old.deliver(.ham(fresh("old")))
                    #expect(packets.contains { $0.description.contains("score=") })
                    for client in flood { client.disconnect() }
                    try waitUntil("a new connection was served again") {
                        let packets = try? daemon.connect().deliver(.ham(fresh("after")))
                        return packets?.contains { $0.description.contains("score=") } == true
                    }
                    try daemon.tamisd.logLine(having: "closed connections")
                    #expect(!daemon.tamisd.log.contains { $0.text.hasPrefix("spamd:") })
                }
            }
        }

        @Test(.heavy, .enabled(if: DescriptorLimit.raise(to: 10_300), "the hard limit of open files is below 10,300"))
        func `10,000 idle connections`() async throws {
            try await FaultRow.run(expecting: "less than 100 MB, a new message is answered") { row in
                let spamd = try ScriptedSpamd { _ in .calledHam }
                defer { spamd.stop() }
                let settings = DaemonSettings(
                    listen: "",
                    spamd: [spamd.address],
                    "limits: { max-connections: 10100, max-in-flight: 20 }"
                )
                try await withDaemon(settings) { daemon in
                    _ = try daemon.connect().deliver(.ham(fresh("first")))
                    let before = daemon.tamisd.residentBytes
                    let idle = try (0..<10_000).map { _ in try daemon.connect() }
                    let growth = daemon.tamisd.residentBytes - before
                    let begin = ContinuousClock.now
                    let packets = try daemon.connect().deliver(.ham(fresh("new")))
                    let wait = ContinuousClock.now - begin
                    #expect(packets.contains { $0.description.contains("score=") })
                    #expect(growth < 100 << 20)
                    let memory = "\(growth >> 10) KiB more, \(growth / 10_000) bytes each"
                    row.note(
                        "\(idle.count) idle: \(memory), \(daemon.tamisd.threads) threads; a new message took \(wait.rounded)"
                    )
                    for client in idle { client.disconnect() }
                }
            }
        }

        @Test(.heavy) func `1000 messages at once against a slow spamd`() async throws {
            let expected = "each answered within the deadline and 1 s, all of them judged or marked"
            try await FaultRow.run(expecting: expected) { row in
                let spamd = try ScriptedSpamd { _ in
                    usleep(100_000)
                    return .calledHam
                }
                defer { spamd.stop() }
                var settings = DaemonSettings(
                    listen: "",
                    spamd: [spamd.address],
                    "limits: { deadline: 4s, max-in-flight: 1000 }"
                )
                settings.spamdLines = ["max-concurrent: 20"]
                try await withDaemon(settings) { daemon in
                    let start = Rendezvous(1_000)
                    let waits = try await withThrowingTaskGroup(of: (Duration, Bool).self) { group in
                        for number in 0..<1_000 {
                            group.addTask {
                                let client = try daemon.connect()
                                try client.begin()
                                try client.body(Array("message \(number)\r\n".utf8))
                                try start.meet()
                                let begin = ContinuousClock.now
                                let packets = try client.endOfMessage()
                                let isJudged = packets.contains { $0.description.contains("score=") }
                                #expect(packets.contains { $0.description.contains("X-Spam-Status") })
                                return (ContinuousClock.now - begin, isJudged)
                            }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    let longest = try #require(waits.map(\.0).max())
                    let judged = waits.count { $0.1 }
                    var tally = Tally(sent: 1_000, answered: waits.count, delivered: waits.count)
                    tally.unscanned = waits.count - judged
                    tally.longestWait = longest
                    row.count(tally)
                    #expect(longest <= .seconds(5))
                    #expect(judged > 400)
                    #expect(daemon.tamisd.openFiles < 100 || daemon.tamisd.isRunning)
                    row.note("\(judged) judged in 4 s by a spamd that does 200/s; \(daemon.tamisd.threads) threads")
                }
            }
        }

        @Test func `more mail than spamd can judge`() async throws {
            // spamd does 16 messages a second, for so many seconds there are 28.
            let seconds = isWhole ? 30 : 4
            let expected = "answered in time; spamd is busy, not at fault: it is never left alone"
            try await FaultRow.run(expecting: expected) { row in
                let server = try postfix.get()
                let spamd = try ScriptedSpamd { _ in
                    usleep(250_000)
                    return .calledHam
                }
                defer { spamd.stop() }
                var settings = DaemonSettings(server, spamd: [spamd.address], "limits: { deadline: 3s }")
                settings.spamdLines = ["timeout: 2s", "max-concurrent: 4"]
                try await withTamisd(settings) { tamisd in
                    let load = Load(
                        Load.Plan(messages: 28 * seconds, clients: 80, messagesPerSecond: 28),
                        through: server
                    )
                    try await load.run()
                    let tally = try load.tally()
                    row.count(tally)
                    #expect(tally.delivered == 28 * seconds)
                    #expect(tally.longestWait < .seconds(4))
                    #expect(!tamisd.log.contains { $0.text.hasPrefix("spamd:") })
                    let reasons = tamisd.verdicts.compactMap { $0.facts["unscanned"] }
                    row.note(Counted(reasons).description)
                    // Who waits in vain must not take up spamd's time: most of the 16 a second are judged.
                    #expect(tally.delivered - tally.unscanned >= 10 * (seconds - 1))
                }
            }
        }
    }
}

/// This process's own limit of open files.
enum DescriptorLimit {
    /// Raises it as far as the hard limit allows; whether that is enough.
    static func raise(to wanted: UInt) -> Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return false }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit.rlim_max >= wanted
    }
}
