import Foundation
import Glibc
import TestRig
import Testing

extension Faults {
    /// Faults of other filters, each done to Tamis. The whole list is in RealFault.swift.
    @Suite struct RealFaultTests {
        @Test func `fault 1, CVE-2010-1132: no recipient starts a process`() async throws {
            let folder = try PrivateDirectory()
            defer { folder.remove() }
            let mark = folder.path("mark")
            try await withHam { daemon in
                let recipients = [
                    "a|touch \(mark)@test.local", "`touch \(mark)`@test.local", "$(touch \(mark))@test.local",
                    "a;touch \(mark)", "|touch \(mark)", "a\"|touch \(mark)\"@test.local", "-oQ\(mark)@test.local",
                ]
                for recipient in recipients {
                    let packets = try daemon.connect().deliver(.ham(fresh("shell")), from: recipient, to: [recipient])
                    #expect(packets.isJudged)
                }
                #expect(children(of: daemon.tamisd.pid).isEmpty)
                #expect(daemon.tamisd.faultsOfChildren == 0)
            }
            #expect(access(mark, F_OK) == -1)
        }

        /// `check-config --probe` does run a program, by posix_spawn(3).
        @Test(.enabled(if: !Programs.isSanitized, "a sanitizer links all of that in"))
        func `fault 1, CVE-2010-1132: no shell could be reached, for nothing of that kind is linked in`() throws {
            let calls = try ImportedSymbols(of: Programs.built("tamisd")).names
            #expect(calls.contains("pthread_create"))
            let makers = ["fork", "vfork", "execve", "execv", "execvp", "posix_spawnp", "popen", "system"]
            #expect(calls.isDisjoint(with: makers))
        }

        @Test func `fault 2, Debian 575019: many messages leave no process and no thread behind`() async throws {
            let messages = isWhole ? 10_000 : 500
            try await withHam { daemon in
                for _ in 0..<10 { _ = try daemon.connect().deliver(.ham(fresh("warm"))) }
                let threads = daemon.tamisd.threads
                for _ in 0..<(messages / 50) {
                    let client = try daemon.connect()
                    for _ in 0..<50 {
                        let packets = try client.deliver(.ham(fresh("many")))
                        #expect(packets.isJudged)
                    }
                    client.disconnect()
                }
                #expect(children(of: daemon.tamisd.pid).isEmpty)
                #expect(daemon.tamisd.faultsOfChildren == 0)
                #expect(daemon.tamisd.threads <= threads + 4)
            }
        }

        @Test(arguments: [ScriptedAnswer.calledHam, .calledSpam])
        func `fault 4, spamass-milter 0.1.3a: mail without header, body or last line end is judged`(
            _ answer: ScriptedAnswer
        ) async throws {
            let letters = [
                Letter(fields: [], body: ""), Letter(fields: [("Subject", "alone")], body: ""),
                Letter(fields: [], body: "a body alone\r\n"), Letter(fields: [("Subject", "x")], body: "no end"),
                Letter(fields: [("Subject", "")], body: "\r\n"), Letter(fields: [], body: [0, 13, 0, 10, 0xff]),
            ]
            try await with(answer) { daemon in
                for letter in letters {
                    let packets = try daemon.connect().deliver(letter)
                    #expect(packets.isJudged)
                }
            }
        }

        @Test func `fault 13, rspamd 4.0.1: connections leave no descriptor behind`() async throws {
            let connections = isWhole ? 10_000 : 500
            try await withHam { daemon in
                for _ in 0..<20 { _ = try daemon.connect().deliver(.ham(fresh("warm"))) }
                try waitUntil("it was at rest") { daemon.tamisd.openFiles < 60 }
                let before = daemon.tamisd.openFiles
                for number in 0..<connections {
                    let client = try daemon.connect()
                    if number % 10 == 0 { _ = try client.deliver(.ham(fresh("one"))) }
                    if number % 2 == 0 { try client.quit() }
                    client.disconnect()
                }
                try waitUntil("all descriptors were given back") { daemon.tamisd.openFiles <= before }
            }
        }

        @Test func `fault 16, rspamd 1740: empty and odd macros harm nobody`() async throws {
            try await withHam { daemon in
                let others = try daemon.connect()
                let lists: [[UInt8]] = [
                    [], [0, 0], Array("i\0\0".utf8), Array("{auth_type}\0\0".utf8), [0], Array("i".utf8),
                    Array("i\0".utf8),
                    Array("i\0x".utf8), Array("x\0y\0z\0".utf8),
                ]
                for list in Array(repeating: lists, count: 20).joined() {
                    let client = try daemon.connect()
                    for letter in "CHMRTLNBE?" { try client.send(MilterPacket("D", [letter.asciiValue ?? 0] + list)) }
                    let packets = try client.deliver(.ham(fresh("macros")))
                    #expect(packets.isJudged)
                    client.disconnect()
                }
                // What is no packet of macros may end its own connection and no other.
                let client = try daemon.connect()
                try client.send(MilterPacket("D"))
                client.disconnect()
                let packets = try others.deliver(.ham(fresh("other")))
                #expect(packets.isJudged)
                #expect(daemon.tamisd.isRunning)
            }
        }

        @Test func `fault 19, rspamd 424: 25 MB are judged by their beginning and not put off`() async throws {
            try await withHam { daemon in
                let letter = Letter.ham(fresh("large"), bytes: 25 << 20)
                let before = daemon.tamisd.residentBytes
                let packets = try daemon.connect().deliver(letter)
                #expect(packets.isJudged)
                #expect(packets.contains { $0.description.contains("truncated=") })
                #expect(packets.last.map { "ac".contains($0.letter) } == true)
                let growth = (daemon.tamisd.status("VmHWM") << 10) - before
                #expect(Programs.isSanitized || growth < 32 << 20)
            }
        }

        @Test(arguments: [
            (2_147_483_647, 0, "3.0"), (2_147_483_648, 0, "3.0"), (4_294_967_296, 0, "3.0"),
            (Int.max, 0, "3.0"), (2_147_483_648, 2_147_483_648, "0.0"), (100, 20, "0.0"), (100, 19, "3.0"),
        ])
        func `fault 23, docker-mailserver 4351: large counts keep their points, the whitelist its say`(
            _ count: Int,
            _ whitelisted: Int,
            _ score: String
        ) async throws {
            let pyzord = try ScriptedPyzord { $0.answer(count: count, whitelisted: whitelisted) }
            defer { pyzord.stop() }
            let spamd = try ScriptedSpamd { _ in .symbols(["A"], score: "0.0", isSpam: false) }
            defer { spamd.stop() }
            let settings = DaemonSettings(listen: "", spamd: [spamd.address], pyzor: [pyzord.address])
            try await withDaemon(settings) { daemon in
                let packets = try daemon.connect().deliver(.ham(fresh("counted")))
                #expect(packets.contains { $0.description.contains("score=\(score) ") })
                #expect(packets.contains { $0.description.contains("pyzor=\(count)/\(whitelisted)") })
            }
        }

        @Test func `fault 25, Postfix 20211105: a change of body is never asked for`() async throws {
            try await withHam { daemon in
                let changesBody: UInt32 = 0x2  // SMFIF_CHGBODY
                let client = try daemon.connect()
                #expect(client.actions & changesBody == 0)
            }
        }

        @Test func `fault 31, CVE-2020-12100: nesting from 10 to 100,000 costs no message its verdict`() async throws {
            let pyzord = try ScriptedPyzord { $0.answer() }
            defer { pyzord.stop() }
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            let settings = DaemonSettings(listen: "", spamd: [spamd.address], pyzor: [pyzord.address])
            try await withDaemon(settings) { daemon in
                for depth in [10, 100, 1_000, 10_000, 100_000] {
                    for letter in [Self.nestedParts(depth), Self.nestedMessages(depth)] {
                        let packets = try daemon.connect().deliver(letter)
                        #expect(packets.isJudged)
                    }
                }
                #expect(daemon.tamisd.isRunning)
            }
        }

        private static func nestedParts(_ depth: Int) -> Letter {
            let parts = (1...depth).map { "--b\($0 - 1)\r\nContent-Type: multipart/mixed; boundary=b\($0)\r\n\r\n" }
            return Letter(fields: [("Content-Type", "multipart/mixed; boundary=b0")], body: parts.joined() + "text\r\n")
        }

        private static func nestedMessages(_ depth: Int) -> Letter {
            let body = String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: depth)
            return Letter(fields: [("Content-Type", "message/rfc822")], body: body + "text\r\n")
        }

        @Test func `fault 33, CVE-2023-51764: dots and bare line ends reach spamd as they are`() async throws {
            let body = Array("a\n.\nMAIL FROM:<x@y>\r\n.\nb\n.\r\nc\r.\rd\r\n.\r\ne\0f\r\n..\r\n".utf8)
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            try await withDaemon(DaemonSettings(listen: "", spamd: [spamd.address])) { daemon in
                let packets = try daemon.connect().deliver(Letter(fields: [("Subject", "x")], body: body))
                #expect(packets.isJudged)
                #expect(spamd.questions.first?.letter.body == body)
                #expect(spamd.questions.count == 1)
            }
        }

        // MARK: Beside them

        private func withHam(_ body: (LoneDaemon) async throws -> Void) async throws {
            try await with(.calledHam, body)
        }

        private func with(_ answer: ScriptedAnswer, _ body: (LoneDaemon) async throws -> Void) async throws {
            let spamd = try ScriptedSpamd { _ in answer }
            defer { spamd.stop() }
            try await withDaemon(DaemonSettings(listen: "", spamd: [spamd.address]), Tamisd.Start(), body)
        }

        /// What a process has started; the helper by which a sanitizer names places is none of its own.
        private func children(of pid: pid_t) -> [Substring] {
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
            let children = tasks.map { read("/proc/\(pid)/task/\($0)/children") }.joined().split(separator: " ")
            return children.filter { !Programs.isSanitized || !read("/proc/\($0)/comm").hasPrefix("llvm-symbolizer") }
        }

        private func read(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
    }
}

extension [MilterPacket] {
    /// Whether a verdict with a score is among them.
    fileprivate var isJudged: Bool { contains { $0.description.contains("score=") } }
}
