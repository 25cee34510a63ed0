import Policy
import Testing

@testable import Settings

@Suite struct FormTests {
    @Test(
        arguments: [
            ("100ms", 100), ("1s", 1000), ("1.5s", 1500), ("0.25s", 250), ("1m", 60_000), ("2.5m", 150_000),
            ("1h", 3_600_000),
            ("0.001s", 1), ("0s", 0), ("1000000ms", 1_000_000), ("0.0s", 0), ("1d", 86_400_000), ("0.125ms", nil),
            ("0.25ms", nil),
            ("1.0005s", nil), ("s", nil), ("1.1.1s", nil), ("1.s", nil), (".5s", nil), ("1 s", nil), ("+1s", nil),
            ("", nil),
        ] as [(String, Int?)]
    )
    func `a duration is read exactly or not at all`(_ text: String, _ milliseconds: Int?) {
        let duration = read(.duration(.zero ... .seconds(86_400)), text)
        #expect(duration == milliseconds.map { Duration.milliseconds($0) })
    }

    @Test(arguments: [
        (0, "0s"), (1, "1ms"), (1000, "1s"), (1500, "1500ms"), (90_000, "90s"), (120_000, "2m"), (3_600_000, "1h"),
        (86_400_000, "1d"),
    ])
    func `a duration is printed in the largest unit that is exact`(_ milliseconds: Int, _ text: String) {
        #expect(durationText(.milliseconds(milliseconds)) == text)
    }

    @Test(
        arguments: [
            ("1B", 1), ("1KiB", 1024), ("2MiB", 2 << 20), ("3GiB", 3 << 30), ("0B", 0), ("2", nil), ("2MB", nil),
            ("1.5MiB", nil),
            ("02MiB", nil), ("9999999999999GiB", nil),
        ] as [(String, Int?)]
    )
    func `a size is read exactly or not at all`(_ text: String, _ bytes: Int?) {
        #expect(read(.size(0...(1 << 40)), text) == bytes)
    }

    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("123456789012345678", 123_456_789_012_345_678), ("1234567890123456789", nil),
            ("00", nil),
            ("-0", nil), ("1.0", nil), ("1 ", nil), ("٣", nil),
        ] as [(String, Int?)]
    )
    func `a whole number is decimal digits and nothing else`(_ text: String, _ number: Int?) {
        #expect(wholeNumber(text) == number)
    }

    @Test(arguments: [
        "plain", "a b", "", "~", "null", "true", "0660", "127.0.0.0/8", "::1/128", "-x", "- x", "a: b", "a #b", "#a",
        "\"", "'",
        "\\", "*@a", "&x", "!y", "%z", "@q", "`r", "[x]", "{y}", "a,b", "?", ":", "x:", "a\nb", "a\tb", "é", "\u{85}",
        "\u{2028}",
        "\u{1F600}", "\u{7}", "<<", "=", "100%",
    ])
    func `a text that was printed is read as the same text`(_ text: String) throws {
        for line in ["k: \(yamlScalar(text))", "k: [\(yamlScalar(text))]", "\(yamlScalar(text)): k"] {
            let outcome = NodeBuilder.read(try SourceText(Array(line.utf8)))
            #expect(outcome.problems == [], "\(line)")
            guard case .mapping(let entries) = outcome.root?.content, let entry = entries.first else {
                Issue.record("no mapping in \(line)")
                continue
            }
            let found =
                switch entry.value.content {
                case .sequence(let items): items.first?.content
                default: entry.name == "k" ? entry.value.content : .scalar(entry.name, isPlain: true)
                }
            guard case .scalar(let value, let isPlain) = found else {
                Issue.record("no scalar in \(line)")
                continue
            }
            #expect(value == text)
            #expect(!(isPlain && line.hasPrefix("k") && ["", "~", "null"].contains(text)), "\(line)")
        }
    }

    @Test(
        arguments: [
            ("timout", "timeout"), ("tmieout", "timeout"), ("TIMEOUT", "timeout"),
            ("connect_timeout", "connect-timeout"),
            ("user-for-severl", "user-for-several"), ("tag", nil), ("", nil), ("xyz", nil), ("time", nil),
        ] as [(String, String?)]
    )
    func `the name that was meant is found and no other`(_ word: String, _ name: String?) {
        #expect(suggestion(for: word, among: ["timeout", "connect-timeout", "user-for-several"]) == name)
    }

    @Test func `a pattern that covers another is seen and no other`() throws {
        func covers(_ one: String, _ other: String) throws -> Bool { try Glob(one).covers(Glob(other)) }
        for (one, other) in [
            ("*", "a@b"), ("*@a", "b*@A"), ("a?@b", "aX@b"), ("*", "?"), ("*.a", "*.b.a"), ("a?", "a?"), ("?*", "?*"),
        ] {
            #expect(try covers(one, other), "\(one) \(other)")
        }
        for (one, other) in [("a@b", "*"), ("a?@b", "a*@b"), ("?@a", "*@a"), ("*@a", "*@b"), ("a@b", "a?b")] {
            #expect(try !covers(one, other), "\(one) \(other)")
        }
    }

    @Test func `every example of a key is a value of it`() throws {
        for key in TamisSettings.keys {
            let isEntry = key.name == "actions" || key.name == "spamd.servers"
            let parts = key.name.split(separator: ".").map(String.init)
            for example in key.examples {
                let value = isEntry ? "[\(example)]" : example
                let text = parts.dropLast().map { "{\($0): " }.joined() + "{\(parts[parts.count - 1]): \(value)}"
                let closing = String(repeating: "}", count: parts.count - 1)
                #expect(try settings(text + closing) != TamisSettings(), "\(key.name)")
            }
        }
    }

    private func read<Value>(_ form: Form<Value>, _ text: String) -> Value? {
        guard let source = try? SourceText([]) else { return nil }
        var reading = Reading(source)
        let node = Node(content: .scalar(text, isPlain: false), place: Place(line: 1, column: 1))
        let value = form.read(node, "k", &reading)
        #expect((value == nil) == (reading.problems.count == 1))
        return value
    }
}
