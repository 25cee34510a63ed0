import Pyzor
import Testing

@Suite struct MessageDigestTests {
    @Test func `a message without a line that counts has the empty digest`() throws {
        #expect(try MessageDigest(of: Array("Subject: x\n\nshort\n".utf8)) == .empty)
        #expect(try MessageDigest(of: []) == .empty)
        #expect(MessageDigest.empty.description == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    }

    @Test func `forty hexadecimal digits are a digest and nothing else is`() {
        let digits = "DA39A3ee5e6b4b0d3255bfef95601890afd80709"
        #expect(MessageDigest(digits) == .empty)
        #expect(MessageDigest(digits.dropLast()) == nil)
        #expect(MessageDigest(digits + "0") == nil)
        #expect(MessageDigest(digits.dropLast() + "g") == nil)
        #expect(MessageDigest(digits.dropLast(2) + "\u{0661}") == nil)
    }

    @Test func `bytes of somebody else have the same digest`() throws {
        let message = Array("\nsome words that stay\nand a few more of them\n".utf8)
        let borrowed = try message.withUnsafeBytes { try MessageDigest(of: $0) }
        #expect(try borrowed == MessageDigest(of: message))
        #expect(borrowed != .empty)
    }

    @Test func `up to four lines are hashed whole`() throws {
        let lines = try MessageDigest.lines(of: Array("\nline one 1\nline two 2\nshort\nline six 6\nline ten 0\n".utf8))
        #expect(lines.kept == ["lineone1", "linetwo2", "linesix6", "lineten0"])
        #expect(lines.hashed == lines.kept)
    }

    @Test func `of more lines three from a fifth on and three from three fifths on are hashed`() throws {
        let ten = (0..<10).map { "this is line \($0)" }
        let lines = try MessageDigest.lines(of: Array(("\n" + ten.joined(separator: "\n")).utf8))
        #expect(lines.kept.count == 10)
        #expect(lines.hashed == [2, 3, 4, 6, 7, 8].map { "thisisline\($0)" })
    }

    @Test func `of five lines one is hashed twice`() throws {
        let five = (0..<5).map { "this is line \($0)" }
        let lines = try MessageDigest.lines(of: Array(("\n" + five.joined(separator: "\r\n")).utf8))
        #expect(lines.hashed == [1, 2, 3, 3, 4].map { "thisisline\($0)" })
    }

    @Test func `a NUL counts for 1.0 and vanishes for 1.1`() throws {
        let message = Array("\nab\0cd ef gh ij\n".utf8)
        #expect(try MessageDigest.lines(of: message, rule: .pyzor1_0).kept == ["ab\0cdefghij"])
        #expect(try MessageDigest.lines(of: message, rule: .pyzor1_1).kept == ["abcdefghij"])
        let named = Array("Content-Type: text/plain; charset=utf\0-8\n\ncaf\u{E9} and tea here\n".utf8)
        #expect(throws: DigestError.nulInCharset) { try MessageDigest(of: named, rule: .pyzor1_0) }
        #expect(try MessageDigest.lines(of: named, rule: .pyzor1_1).kept == ["caf\u{E9}andteahere"])
    }

    @Test func `past a limit there is an error and no digest`() {
        let deep = String(repeating: "Content-Type: message/rfc822\n\n", count: 12) + "\nsome words that stay\n"
        #expect(throws: DigestError.tooDeep(10)) {
            try MessageDigest(of: Array(deep.utf8), limits: DigestLimits(depth: 10))
        }
        #expect(throws: Never.self) { try MessageDigest(of: Array(deep.utf8), limits: DigestLimits(depth: 13)) }
        let wide = "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 10)
        #expect(throws: DigestError.tooManyParts(10)) {
            try MessageDigest(of: Array(wide.utf8), limits: DigestLimits(parts: 10))
        }
        #expect(throws: Never.self) { try MessageDigest(of: Array(wide.utf8), limits: DigestLimits(parts: 11)) }
        #expect(throws: DigestError.tooLong(20)) {
            try MessageDigest(of: Array(repeating: 0x20, count: 21), limits: DigestLimits(bytes: 20))
        }
    }

    @Test func `an error says what stops pyzor`() {
        let errors: [DigestError] = [
            .markedSection, .longCharacterReference, .nulInCharset, .charsetCannotReplace("idna"), .extendedCharset,
            .mixedContinuations, .longContinuationNumber, .brokenCodec,
        ]
        for error in errors { #expect(error.description.contains("stops pyzor")) }
        #expect(DigestError.tooDeep(3).description == "parts nested more than 3 deep")
    }
}
