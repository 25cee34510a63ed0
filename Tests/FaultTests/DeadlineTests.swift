import Glibc
import TestRig
import Testing

extension Faults {
    /// The promise that a message never waits longer than `limits.deadline` and a second, whatever a backend does.
    @Suite struct DeadlineTests {
        struct Delay: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let answer: @Sendable (SpamdQuestion) throws -> ScriptedAnswer
        }

        static let delays: [Delay] = [
            Delay(testDescription: "silent") { _ in .silence },
            Delay(testDescription: "a byte every 50 ms") { _ in
                .drip(Array(repeating: UInt8(ascii: "A"), count: 10_000), milliseconds: 50)
            },
            Delay(testDescription: "an endless header") { _ in
                .drip(Array("SPAMD/1.1 0 EX_OK\r\n".utf8) + Array(repeating: 0x20, count: 10_000), milliseconds: 20)
            },
            Delay(testDescription: "nearly too late") { _ in
                try Pause.milliseconds(1_950)
                return .calledHam
            },
        ]

        @Test(arguments: delays)
        func `no message waits longer than its deadline and a second`(_ delay: Delay) async throws {
            let spamd = try ScriptedSpamd { try delay.answer($0) }
            defer { spamd.stop() }
            try await expectInTime("spamd \(delay.testDescription)", spamd.address, body: 2_000)
        }

        @Test func `nor behind a black hole`() async throws {
            let hole = try BlackHole()
            try await expectInTime("spamd is a black hole", hole.address, body: 2_000)
            withExtendedLifetime(hole) {}
        }

        @Test func `nor when spamd does not read`() async throws {
            let spamd = try ScriptedSpamd(readsNothing: true) { _ in .silence }
            defer { spamd.stop() }
            try await expectInTime("spamd reads nothing of 2 MB", spamd.address, body: 2_000_000)
        }

        /// Scanners have far more time than the message; eight messages at once, so that some wait for others' places.
        private func expectInTime(_ fault: String, _ address: String, body size: Int) async throws {
            let title = "deadline 2s, \(fault)"
            try await FaultRow.run(title, expecting: "answered within 3 s") { row in
                let pyzord = try ScriptedPyzord { _ in .silence }
                defer { pyzord.stop() }
                var settings = DaemonSettings(
                    listen: "",
                    spamd: [address],
                    pyzor: [pyzord.address],
                    "limits: { deadline: 2s }"
                )
                settings.spamdLines = ["timeout: 60s", "connect-timeout: 60s", "max-concurrent: 4"]
                settings.pyzorLines = ["timeout: 60s"]
                try await withDaemon(settings) { daemon in
                    let waits = try await withThrowingTaskGroup(of: Duration.self) { group in
                        for _ in 0..<8 {
                            group.addTask { try wait(for: daemon.connect(), size) }
                        }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(waits.count == 8)
                    let longest = try #require(waits.max())
                    #expect(longest <= .seconds(3))
                    row.note("8 messages, longest wait \(longest.rounded)")
                }
            }
        }
    }
}

/// Delivers a message of so many bytes; how long its end waited for an answer.
private func wait(for client: MilterClient, _ size: Int) throws -> Duration {
    try client.begin()
    let piece = Letter.filler(60_000)
    for _ in 0..<(size / piece.count + 1) { try client.body(piece) }
    let start = ContinuousClock.now
    let packets = try client.endOfMessage()
    let wait = ContinuousClock.now - start
    #expect(packets.contains { $0.description.contains("X-Spam-Status") })
    client.disconnect()
    return wait
}
