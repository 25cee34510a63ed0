import Glibc
import TestRig
import Testing

extension Faults {
    /// The daemon's own end, violent and gentle, while mail is under way.
    @Suite struct KillTests {
        @Test func `kill -9 under load`() async throws {
            try await FaultRow.run(expecting: "put off by Postfix, delivered at the next try, none unfiltered") { row in
                try await kill(times: 2, messages: 120, row)
            }
        }

        @Test(.heavy) func `kill -9 every 2 s under 1500 messages`() async throws {
            try await FaultRow.run(expecting: "1500 delivered, none unfiltered") { row in
                try await kill(times: .max, messages: 1_500, row)
                #expect(row.tally?.delivered == 1_500)
            }
        }

        /// Kills the daemon every two seconds, at once the first time, and starts it again each time.
        private func kill(times: Int, messages: Int, _ row: FaultRow) async throws {
            let server = try postfix.get()
            let spamd = try ScriptedSpamd { _ in
                usleep(40_000)
                return .calledHam
            }
            defer { spamd.stop() }
            let settings = DaemonSettings(server, spamd: [spamd.address]).text
            let load = Load(Load.Plan(messages: messages, clients: 6, tries: 400), through: server)
            var tamisd = try Tamisd(settings: settings)
            defer { tamisd.stop() }
            async let whole: Void = load.run()
            var kills = 0
            while kills < times, load.answered < messages {
                let goal = min(load.answered + 20, messages)
                let end = ContinuousClock.now + .seconds(2)
                try waitUntil("mail was under way again") {
                    load.answered >= goal && (times < .max || ContinuousClock.now > end) || load.answered == messages
                }
                tamisd.signal(SIGKILL)
                #expect(try tamisd.waitForExit() == .signal(SIGKILL))
                tamisd.stop()
                kills += 1
                tamisd = try Tamisd(settings: settings)
            }
            try await whole
            let tally = try load.tally()
            row.count(tally)
            row.note("\(kills) kills, \(tally.deferrals) answers 4xx, \(tally.unfiltered) unfiltered")
            #expect(tally.delivered == messages)
            #expect(tally.unscanned == 0)
            #expect(kills > 0)
        }

        @Test func `drain under load`() async throws {
            try await FaultRow.run(expecting: "in flight answered, new ones put off, exit 0, nothing lost") { row in
                let server = try postfix.get()
                let spamd = try ScriptedSpamd { _ in
                    usleep(100_000)
                    return .calledHam
                }
                defer { spamd.stop() }
                let settings = DaemonSettings(server, spamd: [spamd.address]).text
                let load = Load(Load.Plan(messages: 150, clients: 8, tries: 400), through: server)
                var tamisd = try Tamisd(settings: settings)
                defer { tamisd.stop() }
                async let whole: Void = load.run()
                for goal in [20, 70] {
                    try waitUntil("mail was under way") { load.answered >= goal }
                    tamisd.signal(SIGTERM)
                    #expect(try tamisd.waitForExit() == .status(0))
                    #expect(tamisd.log.contains { $0.text.contains("unanswered=0") })
                    #expect(access(server.milterSocket, F_OK) == -1)
                    tamisd.stop()
                    tamisd = try Tamisd(settings: settings)
                }
                try await whole
                let tally = try load.tally()
                row.count(tally)
                row.note("2 restarts by SIGTERM, each exit 0; \(tally.deferrals) answers 4xx")
                #expect(tally.delivered == 150)
                #expect(tally.unscanned == 0)
            }
        }

        @Test func `a drain that outlasts its grace`() async throws {
            try await FaultRow.run(expecting: "those in flight are put off by us after limits.drain, exit 0") { row in
                let server = try postfix.get()
                let spamd = try ScriptedSpamd { _ in .silence }
                defer { spamd.stop() }
                let settings = DaemonSettings(server, spamd: [spamd.address], "limits: { drain: 1s }")
                let load = Load(Load.Plan(messages: 10, clients: 10), through: server)
                try await withTamisd(settings) { tamisd in
                    async let whole: Void = load.run()
                    try waitUntil("all were being scanned") { spamd.questions.count == 10 }
                    tamisd.signal(SIGTERM)
                    #expect(try tamisd.waitForExit() == .status(0))
                    try await whole
                    let tally = try load.tally()
                    row.count(tally)
                    #expect(tally.deferrals == 10 && tally.delivered == 0)
                    let told = server.log.contains("4.3.2 Filter busy, try again later")
                    #expect(told)
                    row.note("\(tally.deferrals) answers 451 4.3.2")
                }
            }
        }
    }
}
