import Foundation
import TestRig
import Testing

extension RunningDaemon {
    /// What the daemon does when there is too much of something.
    @Suite struct LimitsTests {
        private static let busy = #"y "451 4.3.2 Filter busy, try again later\0""#

        @Test func `a message above the limit meets the busy answer at MAIL, and one that is answered makes room`()
            throws
        {
            let gate = Gate()
            let spamd = try ScriptedSpamd { _ in
                try gate.pass()
                return .calledHam
            }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address], "limits: { max-in-flight: 1 }") { daemon in
                let (first, _) = try daemon.connected()
                let (second, _) = try daemon.connected()
                try first.mail(from: "a@example.org")
                #expect(try second.mail(from: "b@example.org")?.description == Self.busy)
                // Nothing answers an abort, so the other connection cannot know when its place is free.
                try first.abort()
                try waitUntil("the aborted message made room") { try second.mail(from: "b@example.org")?.letter == "c" }
                #expect(try first.mail(from: "a@example.org")?.description == Self.busy)
                gate.open()
                try second.abort()
                try waitUntil("the next one made room too") { try first.mail(from: "a@example.org")?.letter == "c" }
                try first.abort()
                #expect(try first.deliver(.ham("room")).verdict == #"c """#)
                #expect(try daemon.tamisd.logLine("room").facts["verdict"] == "ham")
            }
        }

        @Test func `with busy: accept nobody is refused, and what was not looked at says so`() throws {
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address], "limits: { max-in-flight: 1, busy: accept }") { daemon in
                let (first, _) = try daemon.connected()
                let (second, _) = try daemon.connected()
                try first.mail(from: "a@example.org")
                let packets = try second.deliver(.ham("unseen"))
                #expect(packets.verdict == #"c """#)
                #expect(packets.inserted("X-Spam-Status").first?.contains("unscanned=spamd:busy") == true)
                #expect(spamd.questions.isEmpty)
            }
        }

        @Test func `a connection above the limit is put off, and one that ends makes room`() throws {
            try withDaemon(spamd: ["127.0.0.1:1"], "limits: { max-connections: 1 }") { daemon in
                let (first, reply) = try daemon.connected()
                #expect(reply == #"c """#)
                let (_, second) = try daemon.connected()
                #expect(second == Self.busy)
                try first.quit()
                try waitUntil("there was room again") { try daemon.connected().reply == #"c """# }
            }
        }

        @Test func `with the least number of descriptors mail is scanned, with one less the start fails`() throws {
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address], openFiles: 48) { daemon in
                let (client, _) = try daemon.connected()
                #expect(try client.deliver(.ham("least")).verdict == #"c """#)
                #expect(try daemon.tamisd.logLine("least").facts["unscanned"] == "none")
            }
            let folder = try PrivateDirectory()
            defer { folder.remove() }
            let settings = daemonSettings(listen: "unix:\(folder.path("m.sock"))", spamd: [spamd.address], "")
            try Data(settings.utf8).write(to: URL(fileURLWithPath: folder.path("tamis.yaml")))
            let daemon = try ChildProcess(
                "/usr/bin/prlimit",
                ["--nofile=47:47", Programs.built("tamisd"), "--stderr", "--config", folder.path("tamis.yaml")],
                output: folder.path("output")
            )
            #expect(try daemon.wait() == .status(71))
            #expect(daemon.output.contains("the system allows 47 open files and 48 are the least to start with"))
        }

        @Test
        func `with few descriptors the limit is lowered with a warning, a flood is turned away, and mail is scanned`()
            throws
        {
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            try withDaemon(spamd: [spamd.address], openFiles: 128) { daemon in
                let warning = try daemon.tamisd.logLine(having: "limits.max-connections", "instead of 2000")
                #expect(warning.priority == 4 && warning.text.contains("allows 128 open files"))
                let (client, _) = try daemon.connected()
                var flood: [MilterClient] = []
                // Each is served, put off, or closed before a word; but none is left waiting.
                for _ in 0..<200 {
                    let one = try MilterClient(daemon.address)
                    flood.append(one)
                    _ = try? one.negotiate()
                }
                #expect(daemon.tamisd.openFiles < 128)
                #expect(try client.deliver(.ham("flooded")).verdict == #"c """#)
                #expect(try daemon.tamisd.logLine("flooded").facts["unscanned"] == "none")
                let told = try daemon.tamisd.logLine(having: "closed connections", "too few open files")
                #expect(told.facts["total"].flatMap { Int($0) } ?? 0 > 50)
                for one in flood { one.disconnect() }
                try waitUntil("a new connection was served") {
                    guard let (late, reply) = try? daemon.connected(), reply == #"c """# else { return false }
                    return try late.deliver(.ham("late")).verdict == #"c """#
                }
            }
        }
    }
}
