import Foundation
import Glibc
import Synchronization
import TestRig
import Testing

extension Faults {
    /// Pyzor's server silent, late or lying: spamd's verdict stands, and no false count is believed.
    @Suite struct PyzorFaultTests {
        struct Fault: Sendable, CustomTestStringConvertible {
            let title: String
            let expected: String
            /// What the status must say of Pyzor.
            let status: String
            let answer: @Sendable (PyzordQuestion) throws -> ScriptedAnswer

            init(
                _ title: String,
                _ expected: String,
                _ status: String,
                _ answer: @escaping @Sendable (PyzordQuestion) throws -> ScriptedAnswer
            ) {
                self.title = title
                self.expected = expected
                self.status = status
                self.answer = answer
            }

            var testDescription: String { title }
        }

        static let faults: [Fault] = [
            .init("pyzord silent", "its time limit and no more, then it is left alone", "unscanned=pyzor:") { _ in
                .silence
            },
            .init("pyzord too late", "the late answer meets nobody", "unscanned=pyzor:") { question in
                try Pause.milliseconds(900)
                return question.answer(count: 999)
            },
            .init("pyzord answers garbage", "waited on, then no count", "unscanned=pyzor:") { _ in .garbage },
            .init("pyzord answers another question", "ignored, waited on", "unscanned=pyzor:") { question in
                question.answer(count: 999, thread: otherThread(question))
            },
            .init("another question's answer, then the right one", "ignored, waited on", "pyzor=3/0") { question in
                .datagrams([
                    .init(question.answer(count: 999, thread: otherThread(question)).plainBytes),
                    .init(question.answer(count: 3).plainBytes),
                ])
            },
            .init("a stranger forges the answer", "the kernel drops it", "pyzor=3/0") { question in
                .datagrams([
                    .init(question.answer(count: 999).plainBytes, isFromStranger: true),
                    .init(question.answer(count: 3).plainBytes),
                ])
            },
            .init("a stranger alone answers", "nobody believes it", "unscanned=pyzor:") { question in
                .datagrams([.init(question.answer(count: 999).plainBytes, isFromStranger: true)])
            },
            .init("pyzord answers twice", "counted once", "pyzor=3/0") { question in
                let answer = question.answer(count: 3).plainBytes
                return .datagrams([.init(answer), .init(answer)])
            },
            .init("pyzord sends 64 KB, then the right answer", "the large one is ignored", "pyzor=") { question in
                .datagrams([
                    .init(Array(repeating: UInt8(ascii: "A"), count: 65_507)),
                    .init(question.answer(count: 3).plainBytes),
                ])
            },
            .init("pyzord sends 64 KB", "no count", "unscanned=pyzor:") { _ in
                .datagrams([.init(Array(repeating: UInt8(ascii: "A"), count: 65_507))])
            },
        ]

        private static func otherThread(_ question: PyzordQuestion) -> String {
            let thread = question.value("Thread").flatMap { Int($0) } ?? 0
            return "\(thread == 65_535 ? 1_024 : thread + 1)"
        }

        @Test(arguments: faults)
        func `pyzord at fault`(_ fault: Fault) async throws {
            try await FaultRow.run(fault.title, expecting: fault.expected) { row in
                let pyzord = try ScriptedPyzord { try fault.answer($0) }
                defer { pyzord.stop() }
                let letters = try await pass(row, pyzord.address)
                let statuses = letters.compactMap { $0.value("X-Spam-Status") }
                #expect(statuses.count == letters.count)
                for status in statuses { #expect(status.contains(fault.status) && !status.contains("999")) }
                row.note(Counted(statuses.map(aboutPyzor)).description)
            }
        }

        @Test func `pyzord refuses`() async throws {
            try await FaultRow.run(expecting: "known at once, spamd's verdict stands") { row in
                let port = try RefusingPort.udp()
                let letters = try await pass(row, port.address)
                let statuses = letters.compactMap { $0.value("X-Spam-Status") }
                for status in statuses { #expect(status.contains("unscanned=pyzor:")) }
                row.note(Counted(statuses.map(aboutPyzor)).description)
                withExtendedLifetime(port) {}
            }
        }

        @Test func `pyzord answers in the wrong order`() async throws {
            try await FaultRow.run(expecting: "each message gets the count of its own digest") { row in
                let held = Mutex<[String]>([])
                // The first of two is answered after the second; its count is made of the digest.
                let pyzord = try ScriptedPyzord { question in
                    let digest = question.digest ?? ""
                    let place = held.withLock { held in
                        if !held.contains(digest) { held.append(digest) }
                        return held.firstIndex(of: digest) ?? 0
                    }
                    if place % 2 == 0 {
                        try? waitUntil("the next one had come", within: .milliseconds(150)) {
                            held.withLock { $0.count > place + 1 }
                        }
                        try Pause.milliseconds(20)
                    }
                    return question.answer(count: count(of: digest))
                }
                defer { pyzord.stop() }
                let letters = try await pass(row, pyzord.address)
                for letter in letters {
                    let status = try #require(letter.value("X-Spam-Status"))
                    #expect(status.contains("pyzor=\(count(of: try digest(letter)))/0"))
                }
                row.note("\(letters.count) counts, each the right one")
            }
        }

        /// Sends 16 messages with digests of their own; all must be judged by spamd.
        private func pass(_ row: FaultRow, _ address: String) async throws -> [Letter] {
            let server = try postfix.get()
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            var settings = DaemonSettings(server, spamd: [spamd.address], pyzor: [address], "limits: { deadline: 3s }")
            settings.pyzorLines = ["timeout: 600ms"]
            return try await withTamisd(settings) { _ in
                let plan = Load.Plan(messages: 16) { name in
                    var letter = Letter.ham(name)
                    // Pyzor's digest leaves out long words.
                    let number = UInt32.random(in: 0 ... .max)
                    let words = "\(number >> 16) and \(number & 0xffff)"
                    letter.body += Array("The carpenter's offers have the numbers \(words)\r\n".utf8)
                    return letter
                }
                let load = Load(plan, through: server)
                try await load.run()
                let tally = try load.tally()
                row.count(tally)
                #expect(tally.delivered == 16)
                #expect(tally.unscanned == 0)
                #expect(tally.longestWait < .seconds(4))
                return Array(try load.delivered().values)
            }
        }

        /// The words of a status that concern Pyzor.
        private func aboutPyzor(_ status: String) -> String {
            status.split(separator: " ").filter { $0.contains("pyzor") && !$0.hasPrefix("scanned-by") }
                .joined(separator: " ")
        }

        private func digest(_ letter: Letter) throws -> String {
            let folder = try PrivateDirectory()
            defer { folder.remove() }
            try Data(letter.bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
            let output = try Programs.run("tamis", ["pyzor", "digest", folder.path("letter")]).output
            return try #require(output.firstMatch(of: /[0-9a-f]{40}/).map { String($0.output) })
        }

        private func count(of digest: String) -> Int { Int(digest.prefix(4), radix: 16) ?? 0 }
    }

    /// Both scanners at once.
    @Suite struct BothAwayTests {
        @Test func `both scanners away, mail goes on`() async throws {
            try await FaultRow.run(expecting: "all delivered, marked unscanned; one line for each server") { row in
                let server = try postfix.get()
                let spamd = try RefusingPort()
                let pyzord = try RefusingPort.udp()
                let settings = DaemonSettings(server, spamd: [spamd.address], pyzor: [pyzord.address])
                try await withTamisd(settings) { tamisd in
                    let tally = try await Load(Load.Plan(messages: 40), through: server).runAndCount()
                    row.count(tally)
                    #expect(tally.delivered == 40 && tally.unscanned == 40)
                    let lines = tamisd.log.count { ($0.priority ?? 0) <= 4 }
                    #expect(lines <= 2)
                    row.note("\(lines) warnings")
                }
                withExtendedLifetime((spamd, pyzord)) {}
            }
        }

        @Test func `both scanners away, mail is put off`() async throws {
            try await FaultRow.run(expecting: "all 451 4.7.1, none delivered, none lost") { row in
                let server = try postfix.get()
                let spamd = try RefusingPort()
                let settings = DaemonSettings(server, spamd: [spamd.address], "unscanned: { without-spamd: tempfail }")
                try await withTamisd(settings) { _ in
                    let tally = try await Load(Load.Plan(messages: 20), through: server).runAndCount()
                    row.count(tally)
                    #expect(tally.delivered == 0 && tally.deferrals == 20)
                }
                withExtendedLifetime(spamd) {}
            }
        }
    }
}
