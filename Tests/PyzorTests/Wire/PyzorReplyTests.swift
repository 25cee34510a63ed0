import Testing

@testable import Pyzor

private func read(_ text: String, to operation: PyzorRequest.Operation = .check) throws -> PyzorReply {
    try PyzorReply(WireFields(parsing: text.utf8), to: operation)
}

@Suite struct PyzorReplyTests {
    @Test func `counts are 64 bits wide`() throws {
        let reply = try read("Code: 200\nDiag: OK\nPV: 2.1\nThread: 2000\nCount: 9223372036854775807\nWL-Count: 0\n\n")
        #expect(reply.isOK)
        #expect(reply.count == .max)
        #expect(reply.whitelistCount == 0)
        #expect(reply.description == "200 OK count=9223372036854775807 wl-count=0")
    }

    @Test(arguments: ["\r\n", "\n", "\r"])
    func `line ends of every kind are read`(end: String) throws {
        let lines = ["Code: 200", "Diag: OK", "PV: 2.1", "Thread: 2000", "Count: 4", "WL-Count: 2", "", "Count: 9"]
        let reply = try read(lines.joined(separator: end))
        #expect(reply.count == 4)
        #expect(reply.whitelistCount == 2)
    }

    @Test func `names are read in any case and the first of two counts`() throws {
        let reply = try read("code: 200\nDIAG: OK\npv: 2.1\nthread: 2000\ncount: 4\ncount: 7\nwl-count: 1\n\n")
        #expect(reply.count == 4)
    }

    @Test func `what stands behind an empty line is not read`() {
        #expect(throws: ReplyFault.missing("Count")) {
            try read("Code: 200\nDiag: OK\nPV: 2.1\nThread: 2000\n\nCount: 4\nWL-Count: 0\n")
        }
    }

    @Test(arguments: ["Code", "Diag", "PV", "Thread", "Count", "WL-Count"])
    func `a line that is missing is named`(name: String) {
        let lines = ["Code: 200", "Diag: OK", "PV: 2.1", "Thread: 2000", "Count: 4", "WL-Count: 2"]
        #expect(throws: ReplyFault.missing(name)) {
            try read(lines.filter { !$0.hasPrefix(name + ":") }.joined(separator: "\n"))
        }
    }

    @Test(arguments: [("Code", "abc"), ("Thread", "65536"), ("Thread", "-1"), ("Thread", ""), ("Count", "many")])
    func `a number that is none is named`(name: String, value: String) {
        var lines = ["Code": "200", "Diag": "OK", "PV": "2.1", "Thread": "2000", "Count": "4", "WL-Count": "2"]
        lines[name] = value
        #expect(throws: ReplyFault.notANumber(name, value)) {
            try read(lines.map { "\($0.key): \($0.value)" }.joined(separator: "\n"))
        }
    }

    @Test func `a refusal needs no counts`() throws {
        let reply = try read("Code: 401\nDiag: Unauthorized: x\nPV: 2.1\nThread: 2000\n\n")
        #expect(!reply.isOK)
        #expect(reply.code == 401)
        #expect(reply.count == nil)
    }

    @Test func `the dates of info are read`() throws {
        let reply = try read(
            "Code: 200\nDiag: OK\nPV: 2.1\nThread: 2000\nEntered: 1\nUpdated: 2\nWL-Entered: 0\nWL-Updated: -1\n"
                + "Count: 3\nWL-Count: 0\n\n",
            to: .info
        )
        #expect(reply.dates == .init(entered: 1, updated: 2, whitelistEntered: 0, whitelistUpdated: -1))
    }

    @Test(arguments: [
        (" 7 ", 7), ("+7", 7), ("-1", -1), ("1_000", 1000), ("007", 7), ("9223372036854775807", Int64.max),
    ])
    func `numbers are read as Python reads them`(text: String, number: Int64) {
        #expect(PythonNumber.read(text) == number)
    }

    @Test(arguments: ["", " ", "+", "1__0", "_1", "1_", "0x1", "1.0", "9223372036854775808", "٣", "- 1"])
    func `what is no number to Python is none`(text: String) {
        #expect(PythonNumber.read(text) == nil)
    }

    @Test func `random bytes are never a reply and never a crash`() {
        var random = SystemRandomNumberGenerator()
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(throws: ReplyFault.self) { try PyzorReply(WireFields(parsing: bytes), to: .check) }
        }
    }

    @Test func `bytes that are no UTF-8 do not spoil a diagnosis`() throws {
        let bytes = Array("Code: 500\nDiag: caf".utf8) + [0xe9] + Array("\nPV: 2.1\nThread: 2000\n\n".utf8)
        #expect(try PyzorReply(WireFields(parsing: bytes), to: .check).diagnosis == "caf\u{FFFD}")
    }
}
