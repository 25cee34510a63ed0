import Pyzor
import Testing

@Suite struct MessageDigestTests {
    @Test func `a message without a line that counts has the empty digest`() throws {
        #expect(try MessageDigest(of: Array("Subject: x\n\nshort\n".utf8)) == .empty)
        #expect(MessageDigest.empty.description == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    }
}
