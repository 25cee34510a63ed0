import Testing

@testable import Pyzor

@Suite struct CharsetTests {
    private func text(_ name: String, _ bytes: [UInt8], _ onError: Charset.OnError = .replace) throws -> String {
        let charset = try #require(CharsetName.lookUp(Array(name.utf8)))
        return String(decoding: try charset.decode(bytes.span, onError), as: UTF8.self)
    }

    @Test func `names are found however they are written`() {
        for name in ["utf-8", "UTF8", " utf 8", "UTF--8", "u8", "utf_8_"] {
            #expect(CharsetName.lookUp(Array(name.utf8)) == .utf8, "\(name)")
        }
        #expect(CharsetName.lookUp(Array("ISO_8859-1:1987".utf8)) == .latin1)
        for name in ["", "utf.8", "x-sjis", "hex", "rot13", "quoted-printable", "mbcs", "aliases", "windows-874"] {
            #expect(CharsetName.lookUp(Array(name.utf8)) == nil, "\(name)")
        }
    }

    @Test(
        arguments: [
            ("ascii", [0x61, 0xE9, 0x62], "a\u{FFFD}b"), ("latin-1", [0xE9], "\u{E9}"),
            ("cp1252", [0x80, 0x81], "\u{20AC}\u{FFFD}"),
            ("utf-8", [0xE2, 0x82, 0x61, 0xEF, 0xBB, 0xBF], "\u{FFFD}a\u{FEFF}"),
            ("utf-8", [0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
            ("utf-8-sig", [0xEF, 0xBB, 0xBF, 0x61], "a"), ("utf-16", [0xFE, 0xFF, 0, 0x61], "a"),
            ("utf-16", [0x61, 0, 0x62], "a\u{FFFD}"),
            ("utf-16-le", [0x3D, 0xD8, 0x00, 0xDE], "\u{1F600}"), ("utf-16-le", [0x00, 0xD8, 0x61, 0], "\u{FFFD}a"),
            ("utf-32", [0x61, 0, 0, 0, 0], "a\u{FFFD}"), ("utf-7", Array("+AOk-x+2D3eAA-+-".utf8), "\u{E9}x\u{1F600}+"),
            ("utf-7", Array("a+!b".utf8), "a\u{FFFD}b"),
            ("shift_jis", [0x82, 0xA0, 0xB1, 0xA0], "\u{3042}\u{FF71}\u{FFFD}"),
            ("euc-jp", [0xA4, 0xA2, 0x8F, 0xB0, 0xA1, 0x8F, 0xB0], "\u{3042}\u{4E02}\u{FFFD}"),
            ("gb2312", [0xD6, 0xD0, 0xD6], "\u{4E2D}\u{FFFD}"),
            ("gb18030", [0x81, 0x30, 0x81, 0x30, 0x90, 0x30, 0x81, 0x30, 0x81, 0x30], "\u{80}\u{10000}\u{FFFD}"),
            ("big5", [0xA4, 0xA4, 0xFF], "\u{4E2D}\u{FFFD}"), ("big5hkscs", [0x88, 0x62], "\u{CA}\u{304}"),
            ("euc-kr", [0xA4, 0xD4, 0xA4, 0xA1, 0xA4, 0xBF, 0xA4, 0xD4], "\u{AC00}"),
            ("hz", Array("a~{VP~}~~".utf8), "a\u{4E2D}~"),
            ("iso-2022-jp", Array("\u{1B}$B$\"\u{1B}(Bx\u{1B}(Zy".utf8), "\u{3042}x\u{FFFD}y"),
            ("iso-2022-jp-2", Array("\u{1B}.A\u{1B}Na".utf8), "\u{E1}"),
            ("iso-2022-kr", Array("\u{1B}$)C\u{E}0!\u{F}a".utf8), "\u{AC00}a"),
            ("unicode_escape", Array("\\u00e9\\x4\\101\\q\\N{DASH}\\N{COMMA}".utf8), "\u{E9}\u{FFFD}A\\q\u{FFFD},"),
            ("raw_unicode_escape", Array("\\\\u0041\\u0041\\n".utf8), "\\\\u0041A\\n"),
            ("punycode", Array("bcher-kva".utf8), "b\u{FC}cher"), ("punycode", Array("b-c-!".utf8), "b-c"),
        ] as [(String, [UInt8], String)]
    )
    func `bytes become the characters that Python makes of them`(name: String, bytes: [UInt8], wanted: String) throws {
        #expect(try text(name, bytes) == wanted)
    }

    @Test func `what is invalid vanishes, or is replaced, or fails`() throws {
        #expect(try text("utf-8", [0x61, 0xFF, 0x62], .ignore) == "ab")
        #expect(try text("utf-8", [0x61, 0xFF, 0x62], .replace) == "a\u{FFFD}b")
        #expect(throws: CharsetFailure.invalid) { try text("utf-8", [0x61, 0xFF, 0x62], .strict) }
        #expect(throws: CharsetFailure.invalid) { try text("idna", [0x61], .ignore) }
    }

    @Test func `what is not decoded here is refused`() {
        #expect(throws: CharsetFailure.self) { try text("unicode_escape", Array("\\N{EM DASH}".utf8)) }
        #expect(throws: CharsetFailure.self) { try text("punycode", Array(repeating: 0x61, count: 20_000)) }
        #expect(throws: CharsetFailure.codecBroke) { try text("iso-2022-jp-2", Array("\u{1B}.J\u{1B}Na".utf8)) }
    }

    @Test func `a lone half of a pair counts as a character and is not hashed`() throws {
        let message = Array("Content-Type: text/plain; charset=utf-7\n\nabc +2AA- defg\nab +2AA- defg\n".utf8)
        #expect(try MessageDigest.lines(of: message).kept == ["abcdefg"])
    }
}
