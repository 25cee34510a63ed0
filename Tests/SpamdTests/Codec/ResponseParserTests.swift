import NIOCore
import Testing

@testable import Spamd

struct ResponseParserTests {
    private func read(
        _ text: String,
        _ verb: Verb = .check,
        limits: Limits = Limits(),
        end: ResponseParser.End = .closed,
        size: Int = .max
    ) throws(SpamdError) -> Response {
        var parser = ResponseParser(answering: verb, limits: limits)
        var rest = ByteBuffer(string: text)
        while rest.readableBytes > 0 {
            try parser.consume(rest.readSlice(length: min(size, rest.readableBytes)) ?? ByteBuffer())
        }
        return try parser.finish(end)
    }

    private static let ham = "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1.3 / 5.0\r\n\r\n"

    /// Text, verb, how it ends, and what it is: an error's reason, or nil for a value.
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let verb: Verb
        let end: ResponseParser.End
        let reason: SpamdError.Reason?

        init(_ text: String, _ verb: Verb, _ end: ResponseParser.End, _ reason: SpamdError.Reason?) {
            (self.text, self.verb, self.end, self.reason) = (text, verb, end, reason)
        }

        /// Of CHECK, in good order.
        init(_ text: String, _ reason: SpamdError.Reason?) { self.init(text, .check, .closed, reason) }

        var testDescription: String { "\(verb) \(end) \(printable(text))" }
    }

    static let cases: [Case] = [
        Case(ham, nil),
        Case(ham, .check, .reset, nil),
        Case(ham.replacing("\r\n", with: "\n"), nil),
        Case("SPAMD/1.1   0   EX_OK\r\nspam:False;1.3/5.0\r\n\r\n", nil),
        Case("", .emptyResponse),
        Case("", .check, .reset, .emptyResponse),
        Case("", .skip, .closed, nil),
        Case("", .skip, .reset, .emptyResponse),
        Case("SPAMD/1.5 0 PONG\r\n", .ping, .closed, nil),
        Case("SPAMD/1.5 0 PONG", .ping, .closed, .truncatedResponse),
        Case("SPAMD/1.1 0 EX_OK\r\n", .truncatedResponse),
        Case("SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1.3 / 5.0\r\n", .truncatedResponse),
        Case("SPAMD/1.1 0 EX_OK\r\n\r\n", .malformedResponse),
        Case("SPAMD/1.1 0 EX_OK\r\nno colon\r\n\r\n", .malformedResponse),
        Case("SPAMD/1.1 0 EX_OK\r\n folded: x\r\n\r\n", .malformedResponse),
        Case("SPAMD/1.1 0 EX_OK\r\n: x\r\n\r\n", .malformedResponse),
        Case("SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1 / 5\r\nSpam: True ; 9 / 5\r\n\r\n", .malformedResponse),
        Case("SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1 / 5\r\nSpam: False ; 1 / 5\r\n\r\n", nil),
        Case("SPAMD/1.1 x\r\n\r\n", .malformedResponse),
        Case("SPAMD/1.1 -1 x\r\n\r\n", .malformedResponse),
        Case("SPAMD/1.1\r\n\r\n", .malformedResponse),
        Case("SPAMD/0.9 0 EX_OK\r\n\r\n", .malformedResponse),
        Case("SPAMD/one 0 EX_OK\r\n\r\n", .malformedResponse),
        Case("spamd/1.1 0 EX_OK\r\n\r\n", .malformedResponse),
        Case("SPAMD/1.0 99999999999999999999 x\r\n", .malformedResponse),
        Case("SP", .truncatedResponse),
        Case("HTTP", .malformedResponse),
        Case("SPAMD/1.0 76 Bad header line: \u{1}\r\nanything\r\nat all", nil),
        Case("SPAMD/1.0 76 Bad header", .truncatedResponse),
        Case("SPAMD/1.0 75 later\r\n", .tell, .reset, nil),
        Case("SPAMD/1.1 0 EX_OK\r\nDidSet: local\r\n\r\n\r\n", .tell, .closed, nil),
        Case("SPAMD/1.1 0 EX_OK\r\nSpam: No ; 1 / 5\r\nContent-length: 3\r\n\r\nabc\r\n", .report, .closed, nil),
        Case(
            "SPAMD/1.1 0 EX_OK\r\nSpam: No ; 1 / 5\r\nContent-length: 3\r\n\r\nab",
            .report,
            .closed,
            .truncatedResponse
        ),
        Case(
            "SPAMD/1.1 0 EX_OK\r\nSpam: No ; 1 / 5\r\nContent-length: 3\r\n\r\nabcd",
            .report,
            .closed,
            .bodyLengthMismatch
        ),
        Case(
            "SPAMD/1.1 0 EX_OK\r\nSpam: No ; 1 / 5\r\nContent-length: -3\r\n\r\n",
            .report,
            .closed,
            .malformedResponse
        ),
        Case(
            "SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nContent-length: 4\r\n\r\n",
            .report,
            .closed,
            .malformedResponse
        ),
        Case("SPAMD/1.1 0 EX_OK\r\nContent-length: 99999999999\r\n\r\n", .report, .closed, .limitExceeded),
        Case("SPAMD/1.1 0 EX_OK\r\nSpam: No ; 1 / 5\r\n\r\nA,B", .symbols, .closed, nil),
        Case("SPAMD/1.1 0 EX_OK\r\nSpam: No ; 1 / 5\r\n\r\nA,B", .symbols, .reset, .truncatedResponse),
    ]

    @Test(arguments: cases)
    func `each answer is what it is, in one piece and byte by byte`(_ one: Case) {
        for size in [Int.max, 1, 3] {
            do {
                _ = try read(one.text, one.verb, end: one.end, size: size)
                #expect(one.reason == nil)
            } catch {
                #expect(error.reason == one.reason, "\(error)")
            }
        }
    }

    @Test func `an error's text is kept byte for byte and printed safely`() throws {
        var parser = ResponseParser(answering: .check)
        try parser.consume(ByteBuffer(bytes: Array("SPAMD/1.0 76 Bad ".utf8) + [0xff, 0x1b, 0x0d, 0x0a]))
        let response = try parser.finish(.closed)
        #expect(response.messageBytes == Array("Bad ".utf8) + [0xff, 0x1b])
        let error = #expect(throws: SpamdError.self) { try response.checked() }
        #expect(error == SpamdError(.serverStatus(.protocolError), text: "Bad \u{FFFD}?"))
    }

    @Test func `every part has a limit`() {
        let limits = Limits(line: 50, headerCount: 3, body: 20)
        let start = "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1.3 / 5.0\r\n"
        let texts = [
            "SPAMD/1.1 0 " + String(repeating: "a", count: 60), start + "X: " + String(repeating: "a", count: 60),
            start + "A: b\r\nA: b\r\nA: b\r\n\r\n", start + "\r\n" + String(repeating: "a", count: 21),
            start + "Content-length: 21\r\n\r\n",
        ]
        for text in texts {
            for size in [Int.max, 1] {
                let error = #expect(throws: SpamdError.self) { try read(text, .report, limits: limits, size: size) }
                #expect(error?.reason == .limitExceeded)
            }
        }
    }

    @Test func `it is settled when nothing but the end is missing`() throws {
        let cases: [(Verb, String, Bool)] = [
            (.ping, "SPAMD/1.5 0 PO", false), (.ping, "SPAMD/1.5 0 PONG\r\n", true),
            (.check, "SPAMD/1.1 0 EX_OK\r\n", false),
            (.check, Self.ham, true), (.symbols, Self.ham, false), (.check, "SPAMD/1.0 76 Bad\r\n", true),
            (.report, "SPAMD/1.1 0 EX_OK\r\nContent-length: 2\r\nSpam: No ; 1 / 5\r\n\r\na", false),
            (.report, "SPAMD/1.1 0 EX_OK\r\nContent-length: 2\r\nSpam: No ; 1 / 5\r\n\r\nab", true),
        ]
        for (verb, text, isSettled) in cases {
            var parser = ResponseParser(answering: verb)
            try parser.consume(ByteBuffer(string: text))
            #expect(parser.isSettled == isSettled, "\(verb) \(text)")
        }
    }

    @Test func `a compressed answer is read within the limit`() throws {
        let plain = ByteBuffer(string: String(repeating: "report ", count: 100))
        let packed = try deflated(plain)
        var bytes = ByteBuffer(string: "SPAMD/1.1 0 EX_OK\r\nSpam: No ; 1 / 5\r\nCompress: zlib\r\n")
        bytes.writeString("Content-length: \(packed.readableBytes)\r\n\r\n")
        bytes.writeImmutableBuffer(packed)
        var parser = ResponseParser(answering: .report)
        try parser.consume(bytes)
        let body = try parser.finish(.closed).body
        #expect(body == plain)
        var strict = ResponseParser(answering: .report, limits: Limits(body: 600))
        try strict.consume(bytes)
        let error = #expect(throws: SpamdError.self) { try strict.finish(.closed) }
        #expect(error?.reason == .limitExceeded)
    }

    @Test func `random bytes never trap and are never a verdict`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            var bytes = Array("SPAMD/1.1 0 EX_OK\r\nSpam: True ; 9.0 / 5.0\r\nContent-length: 3\r\n\r\nabc".utf8)
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var parser = ResponseParser(answering: .report)
            let outcome = Result { () throws(SpamdError) in
                try parser.consume(ByteBuffer(bytes: bytes))
                return try parser.finish(.closed)
            }
            guard case .success(let response) = outcome, response.status == .ok else { continue }
            #expect(response.verdict != nil)
        }
    }
}

struct ResponseTests {
    @Test func `an answer that is written is the same when it is read`() throws {
        let ham = HeaderField("Spam", "False ; 1.3 / 5.0")
        let answers: [(Verb, Response)] = [
            (.check, Response(headers: [ham])), (.symbols, Response(headers: [ham], body: ByteBuffer(string: "A,B"))),
            (.tell, Response(headers: [HeaderField("DidSet", "local,remote")])),
            (.ping, Response(version: "1.5", message: "PONG")), (.check, Response(version: "1.0", status: .timeout)),
        ]
        for (verb, response) in answers {
            var parser = ResponseParser(answering: verb)
            try parser.consume(response.encoded(answering: verb))
            var read = try parser.finish(.closed)
            read.headers.remove("Content-length")
            #expect(read == response)
        }
    }

    @Test func `symbols are the names, without blanks and line ends`() {
        let symbols = { Response(body: ByteBuffer(string: $0)).symbols }
        #expect(symbols("A,B , C\r\n") == ["A", "B", "C"])
        #expect(symbols("") == [])
        #expect(symbols("\r\n") == [])
        #expect(Response(body: ByteBuffer(string: "A,TIME_LIMIT_EXCEEDED")).isPartial)
        #expect(!Response(body: ByteBuffer(string: "A")).isPartial)
    }
}
