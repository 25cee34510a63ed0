import NIOCore
import Pyzor
import Testing

@testable import tamis

private func digests(_ style: InputStyle, _ text: String) -> [String] {
    style.subjects(in: Array(text.utf8), rule: .pyzor1_0).map { (try? $0.digest.get()) ?? "none" }
}

private let message = "Subject: x\n\nHello this is a body line of text\nand another line of the text\n"
private let digest = "91fa0d6f05780b5ac6d347b6d0a41100751947b1"

@Suite struct InputStyleTests {
    @Test func `one message is one digest, also an empty one`() {
        #expect(digests(.msg, message) == [digest])
        #expect(digests(.msg, "") == [MessageDigest.empty.description])
    }

    @Test func `an mbox has a digest for each message`() {
        #expect(digests(.mbox, "From a\n\(message)\nFrom b\n\(message)") == [digest, digest])
        #expect(digests(.mbox, message) == [])
    }

    @Test func `digests are taken as they stand, blank lines left out`() {
        #expect(digests(.digests, "abc\n\n  \(digest) \nxyz foo\r\n") == ["abc", digest, "xyz foo"])
    }

    @Test func `a message without a digest says why`() {
        let deep = "Content-Type: text/plain; charset=\"a\u{0}b\"\n\nx"
        let subjects = InputStyle.msg.subjects(in: Array(deep.utf8), rule: .pyzor1_0)
        #expect(subjects.map(\.digest) == [.failure(.nulInCharset)])
    }

    @Test func `rules go by the names of the settings file`() throws {
        #expect(try DigestRule.named("pyzor-1.1") == .pyzor1_1)
        #expect(try DigestRule.named("pyzor-1.0") == .pyzor1_0)
        #expect(throws: (any Error).self) { try DigestRule.named("1.0") }
    }

    @Test(arguments: [("500ms", 500), ("3s", 3000), ("2m", 120_000), ("7", 7000)])
    func `waits are read with their unit`(text: String, milliseconds: Int64) throws {
        #expect(try PyzorServerOptions.wait(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "s", "0s", "-1s", "1.5s", "3 s", "3h", "99999999s"])
    func `what is no wait is refused`(text: String) {
        #expect(throws: (any Error).self) { try PyzorServerOptions.wait(text) }
    }
}
