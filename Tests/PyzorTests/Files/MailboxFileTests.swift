import Foundation
import Testing

@testable import Pyzor

private func split(_ text: String) -> [String] {
    MailboxFile.messages(in: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
}

private let mailboxes: [URL] = {
    guard let folder = SharedFolder.existing("corpus/pyzor/mbox") else { return [] }
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return files.filter { $0.pathExtension == "mbox" }
}()

@Suite struct MailboxFileTests {
    @Test func `each From line begins a message, and the empty line before the next is cut`() {
        #expect(split("From a\nA: 1\n\nx\n\nFrom b\nB: 2\n\ny\n\n") == ["A: 1\n\nx\n", "B: 2\n\ny\n"])
    }

    @Test func `no empty line is needed, and an escaped From stays`() {
        #expect(split("From a\nx\nFrom b\n>From c\n") == ["x\n", ">From c\n"])
    }

    @Test func `what stands before the first From line is no message`() {
        #expect(split("hello\nFrom a\nx\n") == ["x\n"])
        #expect(split("hello\n") == [])
        #expect(split("") == [])
    }

    @Test func `messages may be empty, and line ends stay`() {
        #expect(split("From a\nFrom b\n\nFrom c") == ["", "", ""])
        #expect(split("From a\r\nx\r\n\r\nFrom b\r\n") == ["x\r\n\r\n", ""])
    }

    @Test(.enabled(if: !mailboxes.isEmpty, "no recorded mailboxes"))
    func `recorded mailboxes have the digests that pyzor found`() throws {
        for url in mailboxes {
            let expected = try String(contentsOf: url.appendingPathExtension("digests"), encoding: .utf8)
            let messages = MailboxFile.messages(in: [UInt8](try Data(contentsOf: url)))
            let digests = try messages.map { try MessageDigest(of: $0, rule: .pyzor1_0).description + "\n" }
            #expect(digests.joined() == expected, "\(url.lastPathComponent)")
        }
    }
}
