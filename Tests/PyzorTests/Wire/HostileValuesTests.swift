import TestRig
import Testing

@testable import Pyzor

/// Whatever a Pyzor server answers, and whatever is asked of it in somebody's name.
struct HostileValuesTests {
    private static let rounds = 1_000

    private func reply(_ name: String, _ value: String) throws(ReplyFault) -> PyzorReply {
        let lines = ["Code": "200", "Diag": "OK", "PV": "2.1", "Thread": "2000", "Count": "4", "WL-Count": "2"]
            .merging([name: value]) { $1 }
        return try PyzorReply(WireFields(parsing: lines.map { "\($0.key): \($0.value)\n" }.joined().utf8), to: .check)
    }

    @Test(arguments: ["Count", "WL-Count"])
    func `a count is a whole number of 64 bits as Python writes it, or a fault`(name: String) throws {
        let lawful: [String: Int64] = [
            "0": 0, "-0": 0, "5": 5, "+5": 5, "999999999": 999_999_999, "-999999999": -999_999_999,
            "1234567890": 1_234_567_890, "1_000": 1_000,
        ]
        // A value ends with its line: what follows is a line of its own, and no name that counts.
        for score in HostileValues.scores where !score.contains("\r\n") {
            do throws(ReplyFault) {
                let found = try reply(name, score)
                #expect(lawful[score] == (name == "Count" ? found.count : found.whitelistCount), "\(score)")
                #expect(lawful[score] != nil, "\(score)")
            } catch {
                #expect(lawful[score] == nil, "\(score): \(error)")
                #expect(error == .notANumber(name, score.drop { $0 == " " }.description))
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a reply of any bytes is whole or a fault that is told shortly`(seed: UInt64) {
        var hostile = HostileValues(seed: seed)
        let lines = [
            "Code: 200\n", "Diag: OK\n", "PV: 2.1\n", "Thread: 2000\n", "Count: 4\n", "WL-Count: 2\n", "Count:",
        ]
        for _ in 0..<Self.rounds {
            let bytes = (0..<8).flatMap { _ in
                Array(hostile.pick(lines).utf8) + (hostile.number(below: 3) == 0 ? hostile.bytes() : [])
            }
            do throws(ReplyFault) {
                let reply = try PyzorReply(WireFields(parsing: bytes), to: .check)
                #expect((0...65_535).contains(reply.thread))
                #expect(!reply.isOK || reply.count != nil && reply.whitelistCount != nil)
            } catch {
                #expect(error.description.unicodeScalars.count <= 100)
            }
        }
    }

    @Test(arguments: [4, 5, 6] as [UInt64])
    func `no value of a request can be a line of its own`(seed: UInt64) throws {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<Self.rounds {
            let field = WireFields.Field(hostile.text(), hostile.text())
            let account = PyzorAccount(user: "bob", salt: "", key: "00")
            guard
                let request = try? PyzorRequest(
                    .init(rawValue: hostile.pick(["check", hostile.text()])),
                    fields: [field]
                ),
                let packet = try? request.packet(thread: 2_000, account: account, time: 0)
            else { continue }
            let lines = packet.split(separator: 0x0A, omittingEmptySubsequences: false)
            #expect(
                lines.count == 9 && lines[7].isEmpty && lines[8].isEmpty,
                "Op, the field, Thread, PV, User, Time, Sig"
            )
            #expect(!packet.contains(0x0D) && !packet.contains(0) && packet.count <= PyzorRequest.largestPacket)
        }
    }
}
