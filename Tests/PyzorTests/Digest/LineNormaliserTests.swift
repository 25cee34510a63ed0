import Testing

@testable import Pyzor

@Suite struct LineNormaliserTests {
    /// The lines that are kept of a text, decoded.
    private func kept(_ text: String, _ rule: DigestRule = .pyzor1_1) -> [String] {
        var lines = LineNormaliser(rule: rule)
        lines.append(Array(text.utf8).span)
        lines.endLine()
        return (0..<lines.count).map { String(decoding: lines.line($0), as: UTF8.self) }
    }

    @Test func `a word of ten characters goes and one of nine stays`() {
        #expect(kept("123456789 abcdefghij x") == ["123456789x"])
        #expect(kept("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301} 12345678") == ["12345678"])
        #expect(kept("\u{20AC}\u{20AC}\u{20AC}\u{20AC}\u{20AC}\u{20AC}\u{20AC}\u{20AC}\u{20AC}").count == 1)
    }

    @Test func `a word with an address in it goes`() {
        #expect(kept("a@b @b a@ a@b@ @@ x@@ 1234567") == ["@ba@@@1234567"])
    }

    @Test func `a scheme and what follows it go`() {
        #expect(kept("1a:b x: :y c:d e:f:g 1:2 12345") == ["1x::y1:212345"])
        #expect(kept("\u{17F}:a \u{212A}:a \u{130}:a \u{131}:a \u{E9}:a 1234567") == ["\u{E9}:a1234567"])
    }

    @Test func `a line of eight characters is kept and one of seven is not`() {
        #expect(kept("1234567\n12345678\n1 2 3 4 5 6 7 8") == ["12345678", "12345678"])
    }

    @Test func `all of Python's line ends end a line`() {
        for end in [
            "\n", "\r", "\r\n", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
        ] {
            #expect(kept("12345678\(end)abcdefgh") == ["12345678", "abcdefgh"])
        }
    }

    @Test func `all of Python's blanks separate words and vanish`() {
        let blanks = [
            "\t", " ", "\u{1F}", "\u{A0}", "\u{1680}", "\u{2000}", "\u{200A}", "\u{202F}", "\u{205F}", "\u{3000}",
        ]
        for blank in blanks { #expect(kept("12345\(blank)67890") == ["1234567890"]) }
        for letter in ["\u{200B}", "\u{FEFF}", "\u{180E}", "\u{7F}", "\u{1}"] {
            #expect(kept("123\(letter)567") == [])
            #expect(kept("1234\(letter)678") == ["1234\(letter)678"])
        }
    }

    @Test func `a line goes on from one stretch of text to the next but a word does not`() {
        var lines = LineNormaliser(rule: .pyzor1_1)
        lines.append(Array("12345".utf8).span)
        lines.append(Array("67890".utf8).span)
        lines.endLine()
        #expect(lines.line(0) == Array("1234567890".utf8)[...])
    }

    @Test func `NULs inside a word neither count nor part it`() {
        #expect(kept("12\0345\06789\0 a\0bcdefghij", .pyzor1_1) == ["123456789"])
        #expect(kept("1234\05678 1", .pyzor1_0) == ["1234\056781"])
    }

    /// Eight bytes are looked at at a time, so each ASCII character stands at each place of words of all lengths once.
    @Test func `each character at each place of a word does what the rule says`() {
        for character in UInt8(0)..<128
        where !UnicodeScalar(character).properties.isWhitespace && !(0x1C...0x1F ~= character) {
            for length in 1...19 {
                for place in 0..<length {
                    var word = [UInt8](repeating: UInt8(ascii: "x"), count: length)
                    word[place] = character
                    let text = String(decoding: word + Array(" 12345678\n".utf8), as: UTF8.self)
                    let wanted = String(decoding: remains(of: word), as: UTF8.self) + "12345678"
                    #expect(kept(text + text) == [wanted, wanted], "\(character) at \(place) of \(length)")
                }
            }
        }
    }

    /// What is kept of a word of letters with one other character in it, said as plainly as can be.
    private func remains(of word: [UInt8]) -> [UInt8] {
        let word = word.filter { $0 != 0 }
        if word.count >= 10 { return [] }
        if let at = word.firstIndex(of: UInt8(ascii: "@")), at > 0, at < word.count - 1 { return [] }
        if let colon = word.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon < word.count - 1 { return [] }
        return word
    }
}
