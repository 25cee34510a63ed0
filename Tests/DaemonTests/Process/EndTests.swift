import Glibc
import TestRig
import Testing

extension RunningDaemon {
    /// The end of the daemon, and messages that end otherwise than they began.
    @Suite struct EndTests {
        private static let busy = #"y "451 4.3.2 Filter busy, try again later\0""#

        @Test func `a message in flight is answered, a new MAIL is put off, and nothing is left`() throws {
            let gate = Gate()
            let spamd = try ScriptedSpamd { _ in
                try gate.pass()
                return .calledHam
            }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address]) { daemon in
                let (gathering, _) = try daemon.connected()
                try gathering.mail(from: "a@example.org")
                let (other, _) = try daemon.connected()
                daemon.tamisd.signal(SIGTERM)
                try waitUntil("it was stopping") { daemon.tamisd.notices.contains("STOPPING=1") }
                #expect(try other.mail(from: "b@example.org")?.description == Self.busy)
                // Whoever had begun may finish.
                try gathering.recipient("bob@test.local")
                try gathering.header("Subject", "in flight")
                try gathering.body(Array("text\r\n".utf8))
                gate.open()
                #expect(try gathering.endOfMessage().verdict == #"c """#)
                #expect(try daemon.tamisd.waitForExit() == .status(0))
                #expect(try daemon.tamisd.logLine(having: "ended").facts["unanswered"] == "0")
            }
        }

        /// A message whose rejection stands in the log, and does not fit into the connection any more. Nobody is asked about it: an
        /// MTA that waits is told of progress, which would take the last place.
        private func rejectedUnheard(_ daemon: Attached) throws -> MilterClient {
            let (client, _) = try daemon.connected()
            try client.fillAnswers(leaving: 1)
            try client.send(MilterPacket("M", Array("<a@example.org>\0".utf8)))
            try client.recipient("bob@test.local")
            for _ in 0...1_000 { try client.header("X-Spam-Forged", "yes") }
            try client.send(MilterPacket("E"))
            try daemon.tamisd.logLine(having: "action=reject", "reason=header")
            return client
        }

        @Test func `an answer that nobody reads holds up the end for a while, and is told as missing`() throws {
            try withDaemon(spamd: ["127.0.0.1:1"]) { daemon in
                let client = try rejectedUnheard(daemon)
                daemon.tamisd.signal(SIGTERM)
                #expect(try daemon.tamisd.waitForExit() == .status(0))
                #expect(try daemon.tamisd.logLine(having: "ended").facts["unanswered"] == "1")
                withExtendedLifetime(client) {}
            }
        }

        @Test func `an answer that is written at last is none that was missed`() throws {
            try withDaemon(spamd: ["127.0.0.1:1"]) { daemon in
                let client = try rejectedUnheard(daemon)
                daemon.tamisd.signal(SIGTERM)
                var answer = try client.receive()
                while answer.letter == "c" { answer = try client.receive() }
                #expect(answer.letter == "y")
                #expect(try daemon.tamisd.waitForExit() == .status(0))
                #expect(try daemon.tamisd.logLine(having: "ended").facts["unanswered"] == "0")
            }
        }

        @Test func `an answer that came while the process stood still counts, though the deadline is over`() throws {
            let gate = Gate()
            let spamd = try ScriptedSpamd { _ in
                try gate.pass()
                return .calledSpam
            }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address], "limits: { deadline: 8s }") { daemon in
                let (client, _) = try daemon.connected()
                try client.mail(from: "a@example.org")
                try client.recipient("bob@test.local")
                try client.header("Subject", "waits")
                try client.send(MilterPacket("E"))
                let deadline = ContinuousClock.now + .seconds(8)
                try waitUntil("spamd was asked") { spamd.questions.count == 1 }
                daemon.tamisd.signal(SIGSTOP)
                gate.open()
                try waitUntil("all time was over") { ContinuousClock.now > deadline + .seconds(1) }
                daemon.tamisd.signal(SIGCONT)
                while try client.receive().letter != "c" {}
                #expect(try daemon.tamisd.logLine(having: "verdict=").facts["verdict"] == "spam")
            }
        }

        @Test func `from the moment of its socket on it ends gently, after it was ready`() throws {
            for _ in 0..<10 {
                let folder = try PrivateDirectory()
                defer { folder.remove() }
                let path = folder.path("m.sock")
                let tamisd = try Tamisd(
                    startingWith: daemonSettings(listen: "unix:\(path)", spamd: ["127.0.0.1:1"])
                )
                defer { tamisd.stop() }
                // Without a pause: the moments after it count.
                while access(path, F_OK) != 0, tamisd.isRunning { sched_yield() }
                tamisd.signal(SIGTERM)
                #expect(try tamisd.waitForExit() == .status(0))
                #expect(access(path, F_OK) != 0)
                try waitUntil("it had told") { tamisd.notices.contains("STOPPING=1") }
                let states = tamisd.notices.filter { ["READY=1", "RELOADING=1", "STOPPING=1"].contains($0) }
                #expect(states == ["READY=1", "STOPPING=1"])
            }
        }

        @Test func `when the grace period is over, who still waits is put off by us`() throws {
            let spamd = try ScriptedSpamd { _ in .silence }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address], "limits: { drain: 100ms }") { daemon in
                let (client, _) = try daemon.connected()
                try client.mail(from: "a@example.org")
                try client.recipient("bob@test.local")
                try client.header("Subject", "waits")
                try client.send(MilterPacket("E"))
                try waitUntil("spamd was asked") { spamd.questions.count == 1 }
                daemon.tamisd.signal(SIGTERM)
                var answer = try client.receive()
                while answer.letter == "p" { answer = try client.receive() }
                #expect(answer.description == Self.busy)
                #expect(try daemon.tamisd.waitForExit() == .status(0))
                try daemon.tamisd.logLine(having: "the drain is over", "inflight=1")
            }
        }

        @Test func `a message that was not finished holds up the end no longer than its connection`() throws {
            try withDaemon(spamd: ["127.0.0.1:1"], "limits: { drain: 1h }") { daemon in
                let (client, _) = try daemon.connected()
                try client.mail(from: "a@example.org")
                daemon.tamisd.signal(SIGTERM)
                try waitUntil("it was stopping") { daemon.tamisd.notices.contains("STOPPING=1") }
                #expect(daemon.tamisd.isRunning)
                client.disconnect()
                #expect(try daemon.tamisd.waitForExit() == .status(0))
            }
        }

        @Test func `an MTA that leaves while its message is judged leaves nothing behind`() throws {
            let gate = Gate()
            let spamd = try ScriptedSpamd { _ in
                try gate.pass()
                return .calledHam
            }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address], "limits: { max-in-flight: 1 }") { daemon in
                let (client, _) = try daemon.connected()
                try client.mail(from: "a@example.org")
                try client.recipient("bob@test.local")
                try client.header("Subject", "gone")
                try client.send(MilterPacket("E"))
                try waitUntil("spamd was asked") { spamd.questions.count == 1 }
                client.disconnect()
                gate.open()
                // The one place is free again.
                try waitUntil("there was room") {
                    let (next, _) = try daemon.connected()
                    defer { next.disconnect() }
                    return try next.mail(from: "b@example.org")?.letter == "c"
                }
                daemon.tamisd.signal(SIGTERM)
                #expect(try daemon.tamisd.waitForExit() == .status(0))
            }
        }

        @Test func `after an abort at each stage the next message of the connection starts clean`() throws {
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address], "limits: { max-in-flight: 1 }") { daemon in
                let (client, _) = try daemon.connected()
                let stages: [() throws -> Void] = [
                    { try client.mail(from: "old@example.org") }, { try client.recipient("old@test.local") },
                    { try client.header("X-Old", "yes") }, { try client.body(Array("old\r\n".utf8)) },
                ]
                for count in 1...stages.count {
                    for stage in stages.prefix(count) { try stage() }
                    try client.abort()
                    #expect(try client.deliver(.ham("clean\(count)")).verdict == #"c """#)
                    // Postfix aborts after the end of a message too, twice.
                    try client.abort()
                    try client.abort()
                }
                #expect(spamd.questions.count == stages.count)
                for question in spamd.questions {
                    #expect(question.letter.value("X-Old") == nil)
                    #expect(!String(decoding: question.body, as: UTF8.self).contains("old"))
                }
            }
        }
    }
}
