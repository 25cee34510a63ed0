import Glibc
import TestRig
import Testing

extension Faults {
    /// Spamd away, slow, or talking nonsense: mail flows, in time, and says what it lacks.
    @Suite struct SpamdFaultTests {
        @Test(arguments: ScannerFault.ofSpamd)
        func `spamd at fault`(_ fault: ScannerFault) async throws {
            try await FaultRow.run(fault.title, expecting: fault.expected) { row in
                let spamd = try ScriptedSpamd { try fault.answer($0) }
                defer { spamd.stop() }
                try await pass(row, [spamd.address], ["timeout: 2s"], fault.reasons)
            }
        }

        @Test func `spamd refuses`() async throws {
            try await FaultRow.run(expecting: "decided at once, told once") { row in
                let port = try RefusingPort()
                try await pass(row, [port.address], [], ["refused", "down"])
                withExtendedLifetime(port) {}
            }
        }

        @Test func `spamd behind a black hole`() async throws {
            try await FaultRow.run(expecting: "connect-timeout once, then it is left alone") { row in
                let hole = try BlackHole()
                try await pass(row, [hole.address], ["connect-timeout: 500ms"], ["timeout", "down"])
                withExtendedLifetime(hole) {}
            }
        }

        @Test func `one of two spamds resets`() async throws {
            try await FaultRow.run(expecting: "the other one judges every message") { row in
                let bad = try ScriptedSpamd { _ in .reset([]) }
                defer { bad.stop() }
                let good = try ScriptedSpamd { _ in .calledHam }
                defer { good.stop() }
                try await pass(row, [bad.address, good.address], [], [])
                row.note("\(bad.questions.count) asked in vain, \(good.questions.count) answered")
                #expect(good.questions.count == 20)
            }
        }

        @Test func `one of two spamds is a black hole`() async throws {
            try await FaultRow.run(expecting: "the other one judges every message") { row in
                let hole = try BlackHole()
                let good = try ScriptedSpamd { _ in .calledHam }
                defer { good.stop() }
                try await pass(row, [hole.address, good.address], ["connect-timeout: 500ms"], [])
                withExtendedLifetime(hole) {}
            }
        }

        /// Sends 20 messages; those that nobody judged must say so with one of these reasons.
        private func pass(_ row: FaultRow, _ servers: [String], _ lines: [String], _ reasons: [String]) async throws {
            let server = try postfix.get()
            var settings = DaemonSettings(server, spamd: servers, "limits: { deadline: 4s }")
            settings.spamdLines = lines
            try await withTamisd(settings) { tamisd in
                let load = Load(Load.Plan(messages: 20), through: server)
                try await load.run()
                let tally = try load.tally()
                row.count(tally)
                #expect(tally.delivered == 20)
                #expect(tally.longestWait < .seconds(5))
                let found = try load.delivered().values.map { try reason($0) }
                #expect(Set(found).isSubset(of: reasons.isEmpty ? ["-"] : Set(reasons)))
                if let first = reasons.first { #expect(found.contains(first)) }
                #expect(tally.unscanned == (reasons.isEmpty ? 0 : 20))
                row.note(Counted(found).description)
                // One line when it goes down, however many messages meet that.
                let told = tamisd.log.count { $0.text.hasPrefix("spamd:") }
                #expect(told <= 4)
                row.note("\(told) lines about the server")
            }
        }

        /// What a delivered message says of spamd: `-`, or why it did not judge.
        private func reason(_ letter: Letter) throws -> String {
            let status = try #require(letter.value("X-Spam-Status"))
            guard let mark = status.firstRange(of: "unscanned=spamd:") else { return "-" }
            #expect(!status.contains("score="))
            return String(status[mark.upperBound...].prefix { $0.isLetter })
        }
    }
}

/// How often each of some words came: `timeout x4, down x16`.
struct Counted: CustomStringConvertible {
    let description: String

    init(_ words: [String]) {
        let counts = Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +)
        description = counts.sorted { $0.key < $1.key }.map { "\($0.key) x\($0.value)" }.joined(separator: ", ")
    }
}
