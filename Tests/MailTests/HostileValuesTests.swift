import TestRig
import Testing

@testable import Mail

/// Whatever anybody said: what Tamis writes holds one field, one reply, one recipient.
struct HostileValuesTests {
    private static let rounds = 2_000

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no value can begin a field, end the header or make a line too long`(seed: UInt64) {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<Self.rounds {
            let bytes = hostile.bytes() + hostile.bytes()
            let name: HeaderName = hostile.pick([
                "X-Spam-Status", "A", "X-A-Name-That-Is-Rather-Long-As-Names-Go-And-Longer-Still",
            ])
            let folded = HeaderValue(bytes: bytes).folded(after: name)
            let lines = folded.split(separator: 0x0A, omittingEmptySubsequences: false)
            #expect(folded.allSatisfy { $0 == 0x0A || $0 == 0x09 || $0.isPrintableASCII })
            #expect(lines.dropFirst().allSatisfy { $0.first == 0x09 && $0.contains { !$0.isBlank } })
            #expect((lines.first?.count ?? 0) + name.bytes.count + 2 <= 998 && lines.allSatisfy { $0.count <= 998 })
        }
    }

    @Test(arguments: [4, 5, 6] as [UInt64])
    func `a received subject keeps its bytes behind a tag, and nothing in it begins a field`(seed: UInt64) {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<Self.rounds {
            let received = hostile.bytes() + hostile.bytes()
            let value = HeaderValue(prefix: "[SPAM] ", received: received).folded(after: "Subject")
            for (index, byte) in value.enumerated() where byte == 0x0A {
                #expect(index + 1 < value.count && value[index + 1].isBlank)
            }
            #expect(value.starts(with: "[SPAM] ".utf8))
            #expect(!value.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F })
            let visible = { (bytes: Bytes) in bytes.filter { $0 > 0x20 && $0 != 0x7F } }
            #expect(visible(Array(value.dropFirst(7))) == visible(received))
        }
    }

    @Test(arguments: [7, 8] as [UInt64])
    func `a reply is lines of ASCII or none`(seed: UInt64) throws {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<Self.rounds {
            guard let reply = try? Reply("550 5.7.1 " + hostile.text()) else { continue }
            #expect((1...32).contains(reply.lines.count))
            #expect(
                reply.lines.allSatisfy { (1...500).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isPrintableASCII) }
            )
            #expect(try Reply(reply.description) == reply)
        }
    }

    @Test(arguments: [9] as [UInt64])
    func `a name is one word or none`(seed: UInt64) {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<Self.rounds {
            let text = hostile.text()
            let isWord =
                (1...76).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }
            #expect((HeaderName(text) != nil) == isWord)
            #expect(!HeaderName(received: text.utf8).bytes.contains(0))
        }
    }
}
