import Glibc
import Synchronization
import TestRig
import Testing

extension RunningDaemon {
    /// Settings that change while mail flows.
    @Suite struct ReloadTests {
        /// Settings that can be told apart by what they ask of spamd, by a header field and by a status.
        private static func settings(_ daemon: String, _ spamd: String, number: Int) -> String {
            daemonSettings(listen: daemon, spamd: [spamd], "headers: { extra: { X-Number: \"\(number)\" } }")
                .replacing("user: none", with: "user: name:u\(number)")
        }

        @Test func `a hundred reloads under load cost no message, and none is judged by two settings`() async throws {
            let spamd = try ScriptedSpamd { question in
                let user = question.head.first { $0.hasPrefix("User: ") }.map { String($0.dropFirst(6)) }
                return .symbols(["ASKED_FOR_\(user ?? "nobody")"], score: "1.0", isSpam: false)
            }
            defer { spamd.stop() }
            let folder = try PrivateDirectory()
            defer { folder.remove() }
            let address = "unix:\(folder.path("m.sock"))"
            let tamisd = try Tamisd(settings: Self.settings(address, spamd.address, number: 0))
            defer { tamisd.stop() }
            let end = End()
            let daemon = Attached(tamisd: tamisd, address: address)
            let seen = try await withThrowingTaskGroup(of: [Int].self) { group in
                defer { end.come() }
                for sender in 0..<4 {
                    group.addTask {
                        var numbers: [Int] = []
                        while !end.hasCome { numbers.append(try Self.converse(daemon, "\(sender)")) }
                        return numbers
                    }
                }
                for number in 1...100 {
                    try tamisd.reload(Self.settings(address, spamd.address, number: number))
                    try waitUntil("reload \(number) was over") {
                        tamisd.notices.count { $0 == "READY=1" } > number
                    }
                    // However quick reloads are beside messages, mail is judged by these settings among the others.
                    if number.isMultiple(of: 4) { #expect(try Self.converse(daemon, "after") == number) }
                }
                end.come()
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(seen).count > 1, "mail flowed while settings changed")
            #expect(!tamisd.log.contains { ($0.priority ?? 0) <= 4 })
        }

        /// Sends three messages over one connection; the number of the settings by which all of them were judged.
        private static func converse(_ daemon: Attached, _ name: String) throws -> Int {
            let (client, reply) = try daemon.connected()
            #expect(reply == #"c """#)
            var numbers: Set<Int> = []
            for _ in 0..<3 {
                let packets = try client.deliver(.ham(name))
                #expect(packets.verdict == #"c """#)
                let number = try #require(packets.inserted("X-Number").first.flatMap { Int($0) })
                let status = try #require(packets.inserted("X-Spam-Status").first)
                #expect(
                    status.contains("tests=ASKED_FOR_u\(number) ") || status.contains("tests=ASKED_FOR_u\(number)\n")
                )
                numbers.insert(number)
            }
            try client.quit()
            #expect(numbers.count == 1)
            return try #require(numbers.first)
        }

        @Test(arguments: ["HUP", "USR1"])
        func `a reload wanted before the daemon can do it is done when it has started`(signal: String) throws {
            let folder = try PrivateDirectory()
            defer { folder.remove() }
            // Pending from the first instruction on: nothing comes between start and signal.
            var start = Tamisd.Start()
            start.launcher = [
                "/usr/bin/env", "--block-signal=\(signal)", "/bin/sh", "-c", "kill -\(signal) $$; exec \"$@\"", "sh",
            ]
            let tamisd = try Tamisd(
                settings: daemonSettings(listen: "unix:\(folder.path("m.sock"))", spamd: ["127.0.0.1:1"]),
                start
            )
            defer { tamisd.stop() }
            try waitUntil("it had reloaded") { tamisd.notices.count { $0 == "READY=1" } == 2 }
            #expect(
                tamisd.notices.filter { ["READY=1", "RELOADING=1"].contains($0) }
                    == ["READY=1", "RELOADING=1", "READY=1"]
            )
            try tamisd.logLine(having: "settings reloaded")
            #expect(tamisd.isRunning)
        }

        @Test func `while the daemon ends nothing is reloaded`() throws {
            try withDaemon(spamd: ["127.0.0.1:1"], "limits: { drain: 1h }") { daemon in
                let (client, _) = try daemon.connected()
                try client.mail(from: "a@example.org")
                daemon.tamisd.signal(SIGTERM)
                try waitUntil("it was stopping") { daemon.tamisd.notices.contains("STOPPING=1") }
                daemon.tamisd.signal(SIGHUP)
                daemon.tamisd.signal(SIGUSR1)
                try client.quit()
                #expect(try daemon.tamisd.waitForExit() == .status(0))
                #expect(!daemon.tamisd.notices.contains("RELOADING=1"))
                #expect(!daemon.tamisd.log.contains { $0.text.contains("reloaded") })
            }
        }

        @Test func `a connection that was opened before a reload keeps its settings`() throws {
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address]) { daemon in
                // Negotiated, and nothing else said yet.
                let early = try MilterClient(daemon.address)
                try early.negotiate()
                try daemon.tamisd.reload(Self.settings(daemon.address, spamd.address, number: 7))
                try waitUntil("it had reloaded") { daemon.tamisd.notices.count { $0 == "READY=1" } == 2 }
                try early.connect()
                #expect(try early.deliver(.ham("early")).inserted("X-Number") == [])
                let (late, _) = try daemon.connected()
                #expect(try late.deliver(.ham("late")).inserted("X-Number") == ["7"])
            }
        }
    }
}

/// The end of a test's load.
private final class End: Sendable {
    private let flag = Mutex(false)

    var hasCome: Bool { flag.withLock { $0 } }

    func come() { flag.withLock { $0 = true } }
}
