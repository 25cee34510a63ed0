import TestRig
import Testing

@Suite struct LetterTests {
    @Test func `a letter is read back as it was written`() {
        let letter = Letter(fields: [("Subject", "one\n\ttwo"), ("X-A", ""), ("x-a", "  b")], body: "body\r\n.\r\n")
        #expect(Letter(parsing: letter.bytes) == letter)
    }

    @Test func `a message without a body has an empty one`() {
        #expect(Letter(parsing: Array("A: b\n\n".utf8)) == Letter(fields: [("A", "b")], body: ""))
    }

    @Test func `repeated fields are found in any case and in order`() {
        let letter = Letter(fields: [("X-Spam-Flag", "1"), ("To", "x"), ("x-sPAM-flag", "2")], body: "")
        #expect(letter.values("x-spam-flag") == ["1", "2"])
        #expect(letter.value("x-spam-flag") == nil)
        #expect(letter.spamFields.map(\.name) == ["X-Spam-Flag", "x-sPAM-flag"])
    }

    @Test func `the digest of a body does not depend on its line ends`() {
        let one = Letter(fields: [], body: "a\nb\n")
        let other = Letter(fields: [], body: "a\r\nb\r\n")
        #expect(one.bodyDigest == other.bodyDigest)
        #expect(Letter(fields: [], body: "").bodyDigest.hasPrefix("e3b0c44298fc1c14"))
    }
}
