import Foundation
import Mail
import Testing

@testable import Daemon

struct LogRecordTests {
    @Test func `a line begins with the queue id and keeps the order of its facts`() {
        let record = LogRecord(
            .notice,
            queueID: Bytes("4F2A1B".utf8),
            nil,
            ["verdict": .text("ham"), "size": .number(8_123)]
        )
        #expect(record.line(.logfmt) == "4F2A1B: verdict=ham size=8123")
        #expect(record.line(.json) == #"{"level":"notice","queue_id":"4F2A1B","verdict":"ham","size":8123}"#)
    }

    @Test func `a line without a queue id says NOQUEUE, and one about the daemon says nothing`() {
        #expect(
            LogRecord(.notice, queueID: nil, nil, ["exempt": .text("network")]).line(.logfmt)
                == "NOQUEUE: exempt=network"
        )
        #expect(
            LogRecord(.warning, "reload failed", ["file": .text("a b")]).line(.logfmt) == #"reload failed file="a b""#
        )
    }

    @Test func `hostile bytes cannot break or forge a line`() throws {
        let evil = Bytes("a\r\n4F2A1B: verdict=ham \"\\".utf8) + [0x00, 0xFF, 0x1B]
        let record = LogRecord(.notice, queueID: evil, nil, ["from": .bytes(evil)])
        let line = record.line(.logfmt)
        #expect(line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        #expect(line.contains(#"from="a\x0d\x0a4F2A1B: verdict=ham \"\\\x00\xff\x1b""#))
        let object = try JSONSerialization.jsonObject(with: Data(record.line(.json).utf8)) as? [String: String]
        #expect(object?["from"] == #"a\x0d\x0a4F2A1B: verdict=ham "\\\x00\xff\x1b"#)
    }

    @Test func `a queue id cannot pass for the rest of the line, and an empty one is none`() {
        let forged = LogRecord(.notice, queueID: Bytes("1: verdict=ham x:".utf8), nil, ["verdict": .text("spam")])
        #expect(forged.line(.logfmt) == #"1\x3a\x20verdict\x3dham\x20x\x3a: verdict=spam"#)
        let empty = LogRecord(.notice, queueID: [], nil, ["verdict": .text("spam")])
        #expect(empty.line(.logfmt) == "NOQUEUE: verdict=spam")
        #expect(empty.line(.json) == #"{"level":"notice","queue_id":null,"verdict":"spam"}"#)
    }

    @Test func `what a server said cannot end a line`() {
        let record = LogRecord(.info, "pyzor: no number: \"1\n4F2A1B: verdict=ham\u{1B}[2J é\"")
        #expect(record.line(.logfmt) == #"pyzor: no number: "1\x0a4F2A1B: verdict=ham\x1b[2J \xc3\xa9""#)
    }
}
