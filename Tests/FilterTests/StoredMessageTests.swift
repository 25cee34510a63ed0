import Mail
import Testing

@testable import Filter

struct StoredMessageTests {
    private func read(_ text: String) -> StoredMessage { StoredMessage(Bytes(text.utf8)) }

    private func lines(_ message: StoredMessage) -> [String] {
        message.headers.fields.map { "\($0.name):\(String(decoding: $0.value, as: UTF8.self))" }
    }

    @Test(arguments: ["\n", "\r\n"]) func `header and body are found whatever the line ends are`(end: String) {
        let message = read(["Subject: a", "\tb", "To:c", "", "one", "two", ""].joined(separator: end))
        #expect(lines(message) == ["Subject: a\n\tb", "To:c"])
        #expect(message.body == Bytes("one\r\ntwo\r\n".utf8))
    }

    @Test func `a line that is no field begins the body`() {
        let message = read("Subject: a\nno field here\nbody\n")
        #expect(lines(message) == ["Subject: a"])
        #expect(message.body == Bytes("no field here\r\nbody\r\n".utf8))
    }

    @Test(arguments: ["", "\n", "From x\n"]) func `a file with nothing in it is an empty message`(text: String) {
        #expect(read(text).headers.fields.isEmpty && read(text).body.isEmpty)
    }

    @Test func `a bare CR and NUL stay in the body`() {
        #expect(read("A: b\n\nx\ry\0z\n").body == Bytes("x\ry\0z\r\n".utf8))
    }

    @Test func `an mbox is split at From lines behind empty lines, and nowhere else`() {
        let text = "From a\nA: 1\n\nbody\nFrom here on text\n\nFrom b\nA: 2\n\nbody\n"
        let messages = StoredMessage.split(Bytes(text.utf8)).map(StoredMessage.init)
        #expect(messages.map(lines) == [["A: 1"], ["A: 2"]])
        #expect(messages.first?.body == Bytes("body\r\nFrom here on text\r\n\r\n".utf8))
    }

    @Test func `what does not begin like an mbox is one message`() {
        #expect(StoredMessage.split(Bytes("A: 1\n\n\nFrom b\nA: 2\n\n".utf8)).count == 1)
    }
}
