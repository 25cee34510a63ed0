import Glibc
import TestRig
import Testing

extension Faults {
    /// Signals under load: reloads, good and broken, and what should do no harm.
    @Suite struct SignalTests {
        @Test func `reloads under load`() async throws { try await reload(10) }

        @Test(.heavy) func `a hundred reloads under load`() async throws { try await reload(100) }

        private func reload(_ times: Int) async throws {
            let title = "SIGHUP and SIGUSR1 x\(times) under load"
            try await FaultRow.run(title, expecting: "no error, no message under mixed settings") { row in
                let server = try postfix.get()
                let spamd = try quickSpamd()
                defer { spamd.stop() }
                /// Settings that show in three places of a message.
                func settings(_ letter: String) -> String {
                    DaemonSettings(
                        server,
                        spamd: [spamd.address],
                        """
                        score: { required: \(letter == "a" ? "6.0" : "7.0") }
                        headers: { extra: { X-Set: "\(letter)", X-Set-Also: "\(letter)" } }
                        """
                    ).text
                }
                let tamisd = try Tamisd(settings: settings("a"))
                defer { tamisd.stop() }
                let load = Load(Load.Plan(messages: times * 4, clients: 6), through: server)
                async let whole: Void = load.run()
                for number in 1...times {
                    try waitUntil("mail was under way") { load.answered >= number * 3 }
                    let text = settings(number % 2 == 0 ? "a" : "b")
                    try tamisd.reload(text, by: number % 3 == 0 ? SIGUSR1 : SIGHUP)
                    try waitUntil("it had reloaded") { tamisd.notices.count { $0 == "READY=1" } == number + 1 }
                }
                try await whole
                let tally = try load.tally()
                row.count(tally)
                #expect(tally.delivered == times * 4 && tally.deferrals == 0)
                let marks = try load.delivered().values.map { letter in
                    let status = try #require(letter.value("X-Spam-Status"))
                    let required = status.contains("required=6.0") ? "a" : status.contains("required=7.0") ? "b" : "?"
                    return "\(letter.value("X-Set") ?? "?")\(letter.value("X-Set-Also") ?? "?")\(required)"
                }
                #expect(Set(marks).isSubset(of: ["aaa", "bbb"]))
                #expect(!tamisd.log.contains { ($0.priority ?? 0) <= 3 })
                row.note("\(times) reloads, settings of messages: \(Counted(marks))")
            }
        }

        @Test func `a broken settings file under load`() async throws {
            try await FaultRow.run(expecting: "the old settings stay, file and line are told each time") { row in
                let server = try postfix.get()
                let spamd = try quickSpamd()
                defer { spamd.stop() }
                try await withTamisd(DaemonSettings(server, spamd: [spamd.address])) { tamisd in
                    let load = Load(Load.Plan(messages: 60), through: server)
                    async let whole: Void = load.run()
                    for number in 1...10 {
                        try tamisd.reload("mode: enforce\nspamd:\n  timeuot: 3s\n")
                        try waitUntil("it had told") {
                            tamisd.log.count { $0.text.contains("tamis.yaml:3:3:") } == number
                        }
                    }
                    try await whole
                    let tally = try load.tally()
                    row.count(tally)
                    #expect(tally.delivered == 60 && tally.deferrals == 0 && tally.unscanned == 0)
                    row.note("10 refusals with tamis.yaml:3:3")
                }
            }
        }

        @Test func `SIGPIPE under load`() async throws {
            try await disturb("nothing happens") { tamisd in
                for _ in 0..<20 { tamisd.signal(SIGPIPE) }
            }
        }

        @Test func `SIGSTOP for 3 s, then SIGCONT`() async throws {
            try await disturb("mail waits, and all is judged") { tamisd in
                tamisd.signal(SIGSTOP)
                try Pause.milliseconds(3_000)
                tamisd.signal(SIGCONT)
            }
        }

        @Test func `a second instance under load`() async throws {
            try await disturb("it is refused with 69, the first goes on") { tamisd in
                for _ in 0..<3 {
                    let second = try Tamisd.run(["run", "--config", tamisd.settingsPath])
                    #expect(second.exit == .status(69))
                }
            }
        }

        /// Sends 80 messages, all of which must be judged at the first try, and does something to the daemon meanwhile.
        private func disturb(_ expected: String, _ disturbance: (Tamisd) throws -> Void) async throws {
            try await FaultRow.run(expecting: expected) { row in
                let server = try postfix.get()
                let spamd = try quickSpamd()
                defer { spamd.stop() }
                try await withTamisd(DaemonSettings(server, spamd: [spamd.address])) { tamisd in
                    let load = Load(Load.Plan(messages: 80), through: server)
                    async let whole: Void = load.run()
                    try waitUntil("mail was under way") { load.answered >= 10 }
                    try disturbance(tamisd)
                    try await whole
                    let tally = try load.tally()
                    row.count(tally)
                    #expect(tally.delivered == 80 && tally.deferrals == 0 && tally.unscanned == 0)
                    #expect(tamisd.isRunning)
                }
            }
        }

        private func quickSpamd() throws -> ScriptedSpamd {
            try ScriptedSpamd { _ in
                usleep(20_000)
                return .calledHam
            }
        }
    }
}
