import Mail
import TestRig
import Testing

@testable import Policy

struct GlobTests {
    @Test(
        arguments: [
            ("*@example.org", "a@example.org", true), ("*@example.org", "@example.org", true),
            ("*@example.org", "a@sub.example.org", false), ("*@*.example.org", "a@sub.example.org", true),
            ("*@Example.ORG", "A@eXAMPLE.org", true), ("bob@example.org", "bob@example.org", true),
            ("bob@example.org", "bob@example.orgx", false), ("bob@example.org", "xbob@example.org", false),
            ("bob*", "bob", true), ("*", "", true), ("*", "anything", true), ("**", "a", true), ("a*a", "a", false),
            ("a*a", "aa", true), ("a*b*c", "abbbc", true), ("a*bc*c", "abcbc", true), ("ab*ab", "ab", false),
            ("*ab*ba*", "abba", true), ("*aba*aba*", "ababa", false), ("b?b@*", "bob@x", true),
            ("b?b@*", "bb@x", false),
            ("?", "", false), ("*?", "a", true), ("*?", "", false), ("info@*", "INFO@EXAMPLE", true),
            ("*.example", "a@b.example", true), ("a*?*c", "abc", true), ("a*?*c", "ac", false),
        ] as [(String, String, Bool)]
    )
    func `a pattern is for the whole address, ASCII case aside`(pattern: String, address: String, expected: Bool) throws
    {
        #expect(try Glob(pattern).matches(Bytes(address.utf8)) == expected)
    }

    @Test(arguments: ["", "a b@c", "<a@b>", "a\tb", "a\u{7F}", String(repeating: "a", count: 321)])
    func `what can stand in no address is refused`(pattern: String) {
        #expect(error { () throws(PolicyError) in _ = try Glob(pattern) } == .glob(pattern))
    }

    @Test func `an address that no MTA takes matches nothing`() throws {
        #expect(try Glob("*").matches(Bytes(repeating: 0x61, count: Glob.maximumAddressLength)))
        #expect(try !Glob("*").matches(Bytes(repeating: 0x61, count: Glob.maximumAddressLength + 1)))
    }

    @Test func `bytes outside ASCII are compared as they are`() throws {
        #expect(try Glob("jürgen@*").matches(Bytes("jürgen@x".utf8)))
        #expect(try !Glob("jürgen@*").matches(Bytes("jÜrgen@x".utf8)))
        #expect(try Glob("*@x").matches([0xFF, 0xFE, 0x40, 0x78]))
    }

    @Test func `any pattern over a small alphabet agrees with trying all ways`() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<4_000 {
            let pattern = text(of: "aab*?", length: 1...8, &generator)
            let address = text(of: "aab", length: 0...10, &generator)
            let expected = Self.matchesByTrial(Array(pattern.utf8)[...], Array(address.utf8)[...])
            #expect(try Glob(pattern).matches(Bytes(address.utf8)) == expected, "\(pattern) \(address)")
        }
    }

    @Test func `the worst pattern that fits does no more than length times length`() throws {
        let pattern = try Glob(String(String(repeating: "*a", count: 158) + "*b"))
        #expect(!pattern.matches(Bytes(repeating: 0x61, count: Glob.maximumAddressLength)))
    }

    private static func matchesByTrial(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == 0x2A {
            return matchesByTrial(pattern.dropFirst(), text)
                || !text.isEmpty && matchesByTrial(pattern, text.dropFirst())
        }
        return !text.isEmpty && (first == 0x3F || first == text.first)
            && matchesByTrial(pattern.dropFirst(), text.dropFirst())
    }

    private func text(of alphabet: String, length: ClosedRange<Int>, _ generator: inout SeededGenerator) -> String {
        String(
            (0..<Int.random(in: length, using: &generator)).compactMap { _ in alphabet.randomElement(using: &generator)
            }
        )
    }
}
