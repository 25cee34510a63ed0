import TestRig
import Testing

extension RunningDaemon {
    /// The watchdog's own connection to the milter's socket.
    @Suite struct SelfProbeTests {
        @Test func `the probe is neither logged nor counted, with every connection taken too`() throws {
            try withDaemon(spamd: ["127.0.0.1:1"], "limits: { max-connections: 1 }\nlog: { level: debug }") { daemon in
                let (client, reply) = try daemon.connected()
                #expect(reply == #"c """#)
                try waitForRounds(daemon.tamisd)
                let lines = daemon.tamisd.log.map(\.text)
                try client.quit()
                try waitUntil("there was room") { try daemon.connected().reply == #"c """# }
                #expect(!lines.contains { $0.contains("an MTA cannot") || $0.contains("too many connections") })
            }
        }

        @Test func `it finds its way to a TCP socket`() throws {
            let port = try Ports.unusedTCP()
            let settings = daemonSettings(listen: "inet:127.0.0.1:\(port)", spamd: ["127.0.0.1:1"])
            let tamisd = try Tamisd(settings: settings)
            defer { tamisd.stop() }
            try waitForRounds(tamisd)
        }

        @Test func `a flood that is turned away for want of descriptors is no reason to be restarted`() throws {
            try withDaemon(spamd: ["127.0.0.1:1"], openFiles: 96) { daemon in
                let flood = try (0..<120).map { _ in try MilterClient(daemon.address) }
                try waitForRounds(daemon.tamisd)
                for one in flood { one.disconnect() }
            }
        }

        /// Waits until the daemon has said six times that it is well: had the first rounds failed, it would have stopped.
        private func waitForRounds(_ tamisd: Tamisd) throws {
            let before = tamisd.notices.count { $0 == "WATCHDOG=1" }
            try waitUntil("six rounds were over") {
                tamisd.notices.count { $0 == "WATCHDOG=1" } >= before + 6
            }
        }
    }
}
