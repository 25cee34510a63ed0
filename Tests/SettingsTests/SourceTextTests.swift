import Policy
import Testing

@testable import Settings

@Suite struct SourceTextTests {
    @Test func `a byte order mark of UTF-8 and CR LF change nothing`() throws {
        let text = "mode: observe\r\nspamd:\r\n  timeout: 4s\r\n"
        let marked = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        let loaded = try TamisSettings.parse(marked, named: "t")
        #expect(loaded.settings.mode == .observe)
        #expect(loaded.settings.spamd.timeout == .seconds(4))
        #expect(problems("mode: observe\r\nspamd:\r\n  timeout: x\r\n")[0].hasPrefix("t:3:12: "))
    }

    @Test(
        arguments: [
            ([0xFF], "t:1:1: byte 0xFF is not UTF-8; save the file as UTF-8"),
            (Array("a: \u{e9}\n".utf8) + [0xE9, 0x0A], "t:2:1: byte 0xE9 is not UTF-8; save the file as UTF-8"),
            ([0x61, 0xC3], "t:1:2: byte 0xC3 is not UTF-8; save the file as UTF-8"),
            ([0xC0, 0x80], "t:1:1: byte 0xC0 is not UTF-8; save the file as UTF-8"),
            ([0xED, 0xA0, 0x80], "t:1:1: byte 0xED is not UTF-8; save the file as UTF-8"),
            ([0xF5, 0x80, 0x80, 0x80], "t:1:1: byte 0xF5 is not UTF-8; save the file as UTF-8"),
            ([0xE0, 0x80, 0x80], "t:1:1: byte 0xE0 is not UTF-8; save the file as UTF-8"),
            ([0xFF, 0xFE, 0x61, 0x00], "t:1:1: the file is UTF-16; save it as UTF-8"),
            ([0xFE, 0xFF, 0x00, 0x61], "t:1:1: the file is UTF-16; save it as UTF-8"),
            ([0x61, 0x00], "t:1:2: a NUL byte; this is no text file"),
            ([0x23, 0x07], "t:1:2: control character 0x07"),
            ([0x23, 0x7F], "t:1:2: control character 0x7F"),
            (Array("# a\u{9b}".utf8), "t:1:4: control character U+009B"),
            (Array("# a\rmode: observe\n".utf8), "t:1:4: a carriage return without a line feed"),
            (Array("# \u{85}mode: observe\n".utf8), "t:1:3: the line end U+0085; end lines with LF"),
            (Array("# \u{2028}mode: observe\n".utf8), "t:1:3: the line end U+2028; end lines with LF"),
            (Array("# \u{2029}".utf8), "t:1:3: the line end U+2029; end lines with LF"),
            (Array("#\n \u{FEFF}".utf8), "t:2:2: a byte order mark (U+FEFF) that is not at the start of the file"),
            (Array("# \u{FFFE}".utf8), "t:1:3: U+FFFE or U+FFFF, which are no characters"),
        ] as [([UInt8], String)]
    )
    func `what is no clean text is refused at its place`(_ bytes: [UInt8], _ line: String) {
        #expect(problems(bytes) == [line])
    }

    @Test func `columns count characters and not bytes`() {
        #expect(
            problems("# äöü\nheaders: {subject-tag: \"ä€😀\", flag: x}\n").last?.hasPrefix("t:2:37: headers.flag")
                == true
        )
    }

    @Test func `a file of 1 MiB is read and one byte more is not`() {
        let comment = "#" + String(repeating: "x", count: SourceText.maximumSize - 1)
        #expect(problems(comment) == [])
        #expect(problems(comment + "x") == ["t: the file has more than 1048576 bytes (1 MiB)"])
    }

    @Test func `the rest of a line ends before its line end and never within a character`() throws {
        let source = try SourceText(Array("ab\r\nc\n\(String(repeating: "ä", count: 300))".utf8))
        #expect(source.rest(at: Place(line: 1, column: 2)) == "b")
        #expect(source.rest(at: Place(line: 1, column: 9)) == "")
        #expect(source.rest(at: Place(line: 9, column: 1)) == "")
        #expect(source.rest(at: Place(line: 3, column: 201)) == Substring(String(repeating: "ä", count: 100)))
        #expect(source.rest(at: Place(line: 3, column: 2)) == Substring(String(repeating: "ä", count: 100)))
        #expect(source.line(above: Place(line: 3, column: 1))?.text == "c")
        #expect(source.line(above: Place(line: 1, column: 1)) == nil)
    }
}
