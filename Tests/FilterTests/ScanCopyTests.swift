import Mail
import NIOCore
import Testing

@testable import Filter

struct ScanCopyTests {
    private func message(_ headers: [(String, String)], body: String, bodySize: Int? = nil) -> Message {
        let fields = headers.map { HeaderField(name: HeaderName(received: $0.0.utf8), value: Bytes($0.1.utf8)) }
        return Message(
            client: Client(),
            envelope: Envelope(sender: .init(wireForm: Bytes("<a@b>".utf8))),
            headers: HeaderList(fields),
            body: Bytes(body.utf8),
            bodySize: bodySize,
            arrival: 0
        )
    }

    private func text(_ copy: ScanCopy) -> String { String(buffer: copy.bytes) }

    @Test func `the copy is the message with CRLF in the header and the body untouched`() {
        let copy = ScanCopy(
            of: message([("Subject", " a\n\tb"), ("To", "c")], body: "x\ny\r\0z"),
            received: nil,
            limit: 1_000
        )
        #expect(text(copy) == "Subject: a\r\n\tb\r\nTo:c\r\n\r\nx\ny\r\0z")
        #expect(copy.cut == nil)
    }

    @Test func `forged fields are not in the copy`() {
        let headers = [
            ("X-Spam-Flag", " NO"), ("x-spam-status", " No"), ("X-Envelope-From", " <e@e>"), ("return-path", " <r@r>"),
            ("X-Spammer", " kept"),
        ]
        #expect(
            text(ScanCopy(of: message(headers, body: ""), received: nil, limit: 1_000)) == "X-Spammer: kept\r\n\r\n"
        )
    }

    @Test func `a message over the limit is cut behind the last LF before it`() {
        let whole = message([("A", " b")], body: "one\r\ntwo\r\nthree\r\n")
        let head = "A: b\r\n\r\n".utf8.count
        #expect(ScanCopy(of: whole, received: nil, limit: head + 17).cut == nil)
        let copy = ScanCopy(of: whole, received: nil, limit: head + 16)
        #expect(text(copy) == "A: b\r\n\r\none\r\ntwo\r\n")
        #expect(copy.cut == .init(sent: head + 10, total: head + 17))
    }

    @Test func `our Received stands first and does not count`() throws {
        let whole = message([("A", " b")], body: "one\r\n")
        let received = ReceivedField(for: whole)
        let copy = ScanCopy(of: whole, received: received, limit: 13)
        #expect(copy.cut == nil)
        #expect(text(copy) == String(decoding: received.bytes, as: UTF8.self) + "A: b\r\n\r\none\r\n")
    }

    @Test func `a body that was cut when it was gathered is known to be cut`() {
        let copy = ScanCopy(of: message([], body: "one\r\ntw", bodySize: 5_000), received: nil, limit: 9)
        #expect(text(copy) == "\r\none\r\n")
        #expect(copy.cut == .init(sent: 7, total: 5_002))
    }

    @Test func `a line without any LF is cut at the limit`() {
        let copy = ScanCopy(of: message([], body: String(repeating: "x", count: 100)), received: nil, limit: 50)
        #expect(copy.cut == .init(sent: 50, total: 102))
    }

    @Test func `what is sent of a message is never more than the message`() {
        let mended = message([("A", " b\nc\nd\ne\nf")], body: String(repeating: "x", count: 100))
        let copy = ScanCopy(of: mended, received: nil, limit: mended.size)
        #expect(copy.cut.map { $0.sent <= $0.total } == true)
    }

    @Test func `a value cannot end the header of the copy`() {
        let copy = ScanCopy(of: message([("A", " b\n\n\nbody?\n \n\tc")], body: "x"), received: nil, limit: 1_000)
        #expect(text(copy) == "A: b\r\n\tbody?\r\n\tc\r\n\r\nx")
    }
}

struct ReceivedFieldTests {
    private func message(
        helo: String? = "mail.example.net",
        name: String? = "mail.example.net",
        address: String = "81.2.69.142",
        login: String? = nil,
        tls: Bool = false,
        sender: String = "<s@example.net>",
        recipients: [String] = ["<r@x.org>"]
    ) throws -> Message {
        Message(
            client: Client(
                address: .ip(try #require(IPAddress(address)), port: 4_711),
                hostName: name.map { Bytes($0.utf8) },
                helo: helo.map { Bytes($0.utf8) }
            ),
            authentication: login.map { Authentication(mechanism: Bytes("PLAIN".utf8), identity: Bytes($0.utf8)) },
            transportSecurity: tls ? TransportSecurity(version: Bytes("TLSv1.3".utf8)) : nil,
            envelope: Envelope(
                sender: .init(wireForm: Bytes(sender.utf8)),
                recipients: recipients.map { .init(wireForm: Bytes($0.utf8)) }
            ),
            headers: HeaderList(),
            body: [],
            queueID: Bytes("4F2A1B".utf8),
            receiver: Bytes("mx.x.org".utf8),
            arrival: 1_148_389_595
        )
    }

    private func text(_ message: Message) -> String {
        String(decoding: ReceivedField(for: message).bytes, as: UTF8.self)
    }

    @Test func `the field tells who handed the message over, to whom, and when`() throws {
        let expected =
            "Received: from mail.example.net (mail.example.net [81.2.69.142])\r\n\t"
            + "by mx.x.org (Postfix) with ESMTP id 4F2A1B\r\n\t(envelope-from <s@example.net>)\r\n\tfor <r@x.org>;\r\n\t"
            + "Tue, 23 May 2006 13:06:35 +0000\r\n"
        #expect(text(try message()) == expected)
    }

    @Test func `login, TLS, IPv6 and a client without a name are told`() throws {
        let field = text(try message(name: nil, address: "2a02:6b8::1", login: "bob@x.org", tls: true))
        #expect(field.contains("(unknown [IPv6:2a02:6b8::1])\r\n\t(Authenticated sender: bob@x.org)\r\n\tby "))
        #expect(field.contains(" with ESMTPSA id "))
    }

    @Test func `several recipients are not named to each other`() throws {
        #expect(!text(try message(recipients: ["<a@x.org>", "<b@x.org>"])).contains("for <"))
    }

    @Test func `the null sender is told as such`() throws {
        #expect(text(try message(sender: "<>")).contains("(envelope-from <>)"))
    }

    @Test func `a client cannot play a second hop by what it says`() throws {
        let evil = "x (y [1.2.3.4]) by mx (Postfix) with ESMTPA id 1;\r\nX-Evil: 1\r\nReceived: from z"
        let field = text(try message(helo: evil, name: evil, login: evil, sender: "<\(evil)>", recipients: [evil]))
        #expect(field.split(separator: "\r\n").count == 6)
        #expect(field.split(separator: "\r\n").dropFirst().allSatisfy { $0.hasPrefix("\t") })
        #expect(!field.contains("by mx (Postfix)") && field.contains("by mx.x.org (Postfix) with ESMTPA id 4F2A1B"))
    }
}
