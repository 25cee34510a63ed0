import Pyzor
import Testing

@testable import tamis

private func reply(_ text: String, to operation: PyzorRequest.Operation = .check) throws -> PyzorReply {
    try PyzorReply(WireFields(parsing: text.utf8), to: operation)
}

private let ok = "Code: 200\nDiag: OK\nPV: 2.1\nThread: 2000\n"

@Suite struct PyzorLineTests {
    @Test func `a line of JSON has every key, null when unknown`() throws {
        let server = try PyzorServer("[::1]:5")
        #expect(
            PyzorLine().json.description
                == #"{"file":null,"digest":null,"server":null,"code":null,"diag":null,"count":null,"wl_count":null,"#
                + #""entered":null,"updated":null,"wl_entered":null,"wl_updated":null,"error":null}"#
        )
        let info = try reply(
            ok + "Count: 9223372036854775807\nWL-Count: 1\nEntered: 5\nUpdated: 6\nWL-Entered: 0\nWL-Updated: 0\n",
            to: .info
        )
        #expect(
            PyzorLine(file: "a\"b", digest: "da39", server: server, reply: info).json.description
                == #"{"file":"a\"b","digest":"da39","server":"[::1]:5","code":200,"diag":"OK","#
                + #""count":9223372036854775807,"wl_count":1,"entered":5,"updated":6,"wl_entered":0,"wl_updated":0,"#
                + #""error":null}"#
        )
    }

    @Test func `a refusal keeps the server's code and is an error too`() throws {
        let server = try PyzorServer("h:1")
        let refusal = try reply("Code: 403\nDiag: Forbidden: no\nPV: 2.1\nThread: 2000\n")
        let line = PyzorLine(server: server, reply: refusal, failure: PyzorFailure(server, refusal: refusal))
        #expect(line.json.description.contains(#""code":403,"diag":"Forbidden: no""#))
        #expect(
            line.json.description.contains(
                #""error":{"kind":"serverStatus","status_code":403,"message":"h:1: answered 403 Forbidden: no"}"#
            )
        )
        #expect(line.text == "h:1: 403 Forbidden: no")
    }

    @Test func `a line for people says where and what`() throws {
        let server = try PyzorServer("h:1")
        let found = try reply(ok + "Count: 5\nWL-Count: 0\n")
        #expect(PyzorLine(file: "m", server: server, reply: found).text == "m: h:1: 200 OK count=5 wl_count=0")
        let silent = PyzorLine(file: "m", server: server, failure: PyzorFailure(.timedOut(server)))
        #expect(silent.text == "m: h:1: no answer in time")
        let empty = PyzorLine(file: "m", failure: PyzorFailure(PyzorError.emptyDigest))
        #expect(empty.text == "m: the message has no text to ask about (the digest of nothing)")
    }

    @Test(arguments: [
        (5, 0, 0, 0, true), (5, 0, 5, 0, false), (5, 1, 0, 0, false), (5, 1, 4, 1, true), (0, 0, 0, 0, false),
    ])
    func `a hit is more reports and no more whitelistings than the thresholds`(
        count: Int64,
        whitelistCount: Int64,
        reports: Int64,
        whitelistings: Int64,
        isHit: Bool
    ) throws {
        let line = PyzorLine(reply: try reply(ok + "Count: \(count)\nWL-Count: \(whitelistCount)\n"))
        #expect(line.isHit(reports: reports, whitelistings: whitelistings) == isHit)
    }

    @Test func `digest and predigest have their own keys`() {
        #expect(DigestLine(file: "m", digest: "ab").json.description == #"{"file":"m","digest":"ab","error":null}"#)
        let line = DigestLine(file: "m", digest: "ab", lines: ["x", "y"], showsLines: true)
        #expect(line.json.description == #"{"file":"m","digest":"ab","lines":["x","y"],"error":null}"#)
        let failed = DigestLine(file: "m", showsLines: true, failure: PyzorFailure(.tooDeep(900)))
        #expect(
            failed.json.description
                == #"{"file":"m","digest":null,"lines":null,"error":{"kind":"undigestible","status_code":null,"#
                + #""message":"no digest: parts nested more than 900 deep"}}"#
        )
    }
}
