import NIOCore
import Testing

@testable import Spamd

struct RequestTests {
    private func text(_ request: Request) throws -> String { String(buffer: try request.encoded().bytes) }

    @Test func `a request is verb, header, length and body`() throws {
        var request = Request(.check, body: "a\n")
        try request.setUser("mary")
        request.headers.append(try HeaderField(name: "X-Mine", value: "1"))
        #expect(try text(request) == "CHECK SPAMC/1.5\r\nUser: mary\r\nX-Mine: 1\r\nContent-length: 2\r\n\r\na\n")
    }

    @Test func `PING and SKIP are ended by the empty line that spamd waits for`() throws {
        #expect(try text(Request(.ping)) == "PING SPAMC/1.5\r\n\r\n")
        #expect(try text(Request(.skip)) == "SKIP SPAMC/1.5\r\n\r\n")
    }

    @Test func `the length follows the body, whatever the caller put in the header`() throws {
        var request = Request(.symbols, headers: [HeaderField("content-length", "99")], body: [1, 2, 3])
        #expect(try text(request).contains("\r\nContent-length: 3\r\n"))
        #expect(try !text(request).contains("99"))
        request.body = ByteBuffer()
        #expect(try text(request).contains("\r\nContent-length: 0\r\n"))
    }

    @Test func `a compressed body is announced with its compressed length`() throws {
        var request = Request(.check, body: String(repeating: "spam ", count: 1_000))
        request.compress = true
        let encoded = try request.encoded()
        #expect(
            String(buffer: encoded.head)
                == "CHECK SPAMC/1.5\r\nCompress: zlib\r\nContent-length: \(encoded.body.readableBytes)\r\n\r\n"
        )
        #expect(try inflated(encoded.body, limit: 5_000) == request.body)
        request.compress = false
        #expect(try request.encoded().body == request.body)
    }

    @Test func `the body is not copied`() throws {
        let body = ByteBuffer(repeating: 0x0a, count: 1_000_000)
        let sent = try Request(.check, body: body).encoded().body
        let address = { (buffer: ByteBuffer) in buffer.withUnsafeReadableBytes { $0.baseAddress } }
        #expect(address(sent) == address(body))
    }

    @Test(arguments: [("x\n", false, false), ("x", false, true), ("", false, true), ("x\n", true, true)])
    func `spamd waits for the end of input after no line end, nothing, and compression`(
        _ body: String,
        _ compress: Bool,
        _ waits: Bool
    ) throws {
        var request = Request(.check, body: body)
        request.compress = compress
        #expect(try request.encoded().needsEndOfInput == waits)
        #expect(try !Request(.ping).encoded().needsEndOfInput)
    }

    @Test func `what cannot be sent is refused`() {
        var request = Request(.check, body: "a\n")
        request.version = "1.5\r\nUser: x"
        #expect(throws: SpamdError.self) { try request.encoded() }
        request = Request(.check, framing: .endOfInput)
        request.compress = true
        #expect(throws: SpamdError.self) { try request.encoded() }
    }

    @Test func `no user is sent for none and for an empty one`() throws {
        var request = Request(.check)
        try request.setUser("a")
        try request.setUser(nil)
        try request.setUser("")
        #expect(request.user == nil)
        #expect(request.headers.isEmpty)
    }
}

struct RequestParserTests {
    private func read(_ text: String, limits: Limits = Limits()) throws(SpamdError) -> Request {
        var parser = RequestParser(limits: limits)
        if let request = try parser.consume(ByteBuffer(string: text)) { return request }
        return try parser.finish()
    }

    @Test func `each lawful request is the same when it is read again`() throws {
        var requests = Verb.known.map { Request($0, body: $0.carriesBody ? "Subject: x\r\n\r\nbody" : "") }
        requests.append(.tell(.revoke, body: ByteBuffer(string: "x\n")))
        requests.append(Request(try #require(Verb("MY-VERB")), headers: [HeaderField("X-A", "b: c")], body: "x"))
        requests.append(Request(.check, body: ByteBuffer(string: "x"), framing: .endOfInput))
        for index in requests.indices {
            #expect(try read(String(buffer: requests[index].encoded().bytes)) == requests[index])
            guard requests[index].framing == .contentLength, requests[index].verb.carriesBody else { continue }
            requests[index].compress = true
            var parser = RequestParser()
            let read = try parser.consume(requests[index].encoded().bytes)
            #expect(read == requests[index])
        }
    }

    @Test(arguments: [
        ("", "(closed before headers)"), ("GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0"),
        ("check SPAMC/1.5\r\n\r\n", "check SPAMC/1.5"),
        ("PING SPAMC/1.5\r\n", "(EOF during headers)"),
        ("CHECK SPAMC/1.5\r\nContent-length 5\r\n\r\n", "(header not in 'Name: value' format)"),
        ("CHECK SPAMC/1.5\r\nContent-length: 5\n\n", "(header not in 'Name: value' format)"),
        ("CHECK SPAMC/1.5\r\nContent-length: 12abc\r\n\r\n", "(Content-Length contains non-numeric bytes)"),
        ("CHECK SPAMC/1.5\r\nContent-length: -1\r\n\r\n", "(Content-Length contains non-numeric bytes)"),
        ("CHECK SPAMC/1.5\r\nCompress: gzip\r\n\r\n", "(compression type not supported: gzip)"),
        ("CHECK SPAMC/1.5\r\nUser: a\u{1}b\r\n\r\n", "(User header contains control chars)"),
        ("CHECK SPAMC/1.5\r\nContent-length: 5\r\n\r\nabc", "(Content-Length mismatch: Expected 5 bytes, got 3 bytes)"),
        ("CHECK SPAMC/1.5\r\nCompress: zlib\r\n\r\nabc", "Compress requires Content-length header"),
        (
            "CHECK SPAMC/1.5\r\nCompress: zlib\r\nContent-length: 3\r\n\r\nabc",
            "zlib: failed to find end of zlib stream"
        ),
        ("CHECK SPAMC/x\r\n\r\n", "CHECK SPAMC/x"),
    ])
    func `what spamd refuses is refused with its words`(_ text: String, _ words: String) {
        let error = #expect(throws: SpamdError.self) { try read(text) }
        #expect(error == SpamdError(.invalidRequest, text: words))
    }

    @Test func `every input has a limit`() {
        let limits = Limits(line: 100, headerCount: 5, body: 50)
        let long = "CHECK SPAMC/1.5\r\nX: \(String(repeating: "a", count: 200))"
        let many = "CHECK SPAMC/1.5\r\n" + String(repeating: "X: a\r\n", count: 6) + "\r\n"
        let large = "CHECK SPAMC/1.5\r\nContent-length: 51\r\n\r\n"
        let endless = "CHECK SPAMC/1.5\r\n\r\n" + String(repeating: "a", count: 51)
        for text in [long, many, large, endless] {
            #expect(throws: SpamdError.self) { try read(text, limits: limits) }
        }
    }
}
