/// What nobody honest says, the same for the same seed: values for every place in which a stranger, a scanner or an MTA may put words of
/// their own. Short ones mostly; one in forty is long.
package struct HostileValues {
    package var generator: SeededGenerator

    package init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// Any bytes: line ends, controls, 8-bit, signs that mean something somewhere.
    package mutating func bytes() -> [UInt8] {
        if number(below: 40) == 0 { return Array(repeating: pick([0x41, 0x20, 0x01, 0xE9, 0x25]), count: 10_000) }
        return (0..<number(below: 7)).flatMap { _ in number(below: 4) == 0 ? noise() : Array(pick(Self.pieces).utf8) }
    }

    /// As `bytes`, but for what ends a string in C: what an MTA can say.
    package mutating func mtaBytes() -> [UInt8] { bytes().filter { $0 != 0 } }

    package mutating func text() -> String { String(decoding: bytes(), as: UTF8.self) }

    package mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

    package mutating func pick<Value>(_ values: [Value]) -> Value { values[number(below: values.count)] }

    /// Bytes that are mostly no text: overlong UTF-8, halves of it, whatever comes.
    private mutating func noise() -> [UInt8] {
        pick([
            [0xC0, 0x8A], [0xC0, 0x8D], [0xE0, 0x80, 0x8A], [0xC3], [0xFF, 0xFE], [0xED, 0xA0, 0x80], [0x85], [0x00],
            (0..<number(below: 6)).map { _ in UInt8.random(in: 0...255, using: &generator) },
        ])
    }

    private static let pieces = [
        "\r\n", "\n", "\r", "\r\n\r\n", "\n ", "\n\t", "\r\nX-Spam-Flag: NO", "\nX-Evil: 1\n", "\n.\r\n",
        "\nRCPT TO:<x@y>",
        "\n4F2A1B: verdict=ham", " verdict=ham", "\0", "\u{1}", "\u{1B}[2J", "\u{7F}", "\u{85}", "\u{2028}", "\u{202E}",
        "\u{FF1A}",
        "ä", "語", "%", "%s%n", "%%", "\\", "\\x0a", "\"", "'", "`id`", "$(id)", "..", "/../etc/passwd", "<", ">",
        "<a@b>", "@", ",",
        ";", ":", "=", "  ", "\t", "{tests}", "}", "Yes, score=0.0", "BAYES_99", "a", "PYZOR_CHECK", "-", "+1",
        "a.b-c_d",
    ]

    /// Numbers as somebody could write a score, and those that nobody can add.
    package static let scores = [
        "0", "-0", "-0.0", "5", "5.0", "7.449", "-41.25", "999999999", "-999999999", "1234567890", "12345678.91", "nan",
        "NaN", "inf",
        "-inf", "infinity", "1e400", "1e3", "5,0", "+5", ".5", "5.", "", " ", "0x10", "\u{0665}", "5 0", "--5", "5.0.0",
        "0.0001", "1_000",
        "99999999999999999999", "5.0\r\nX-Evil: 1", "5;", "5/",
    ]
}
