import Testing

@testable import Pyzor

@Suite struct PyzorServerTests {
    @Test(arguments: [
        ("public.pyzor.org:24441", "public.pyzor.org", 24_441, "public.pyzor.org:24441"),
        ("localhost", "localhost", 24_441, "localhost:24441"),
        ("127.0.0.1:1", "127.0.0.1", 1, "127.0.0.1:1"),
        ("[::1]:24571", "::1", 24_571, "[::1]:24571"),
        ("[fe80::1%lo]", "fe80::1%lo", 24_441, "[fe80::1%lo]:24441"),
        ("under_score.example:65535", "under_score.example", 65_535, "under_score.example:65535"),
    ])
    func `a server is read and printed`(text: String, host: String, port: Int, printed: String) throws {
        let server = try PyzorServer(text)
        #expect(server.host == host)
        #expect(server.port == port)
        #expect(server.description == printed)
        #expect(try PyzorServer(server.description) == server)
    }

    @Test(arguments: [
        ("", "the host is missing"),
        (":24441", "the host is missing"),
        ("host:", "the port must be a number from 1 to 65535"),
        ("host:0", "the port must be a number from 1 to 65535"),
        ("host:65536", "the port must be a number from 1 to 65535"),
        ("host:+5", "the port must be a number from 1 to 65535"),
        ("host:24441 trailing", "the port must be a number from 1 to 65535"),
        ("ho st:1", "a host holds no blanks, slashes or control characters"),
        ("::1", "an IPv6 address is written in brackets, as in [::1]:24441"),
        ("[::1", "the bracket is not closed"),
        ("[host]:1", "brackets are for IPv6 addresses only"),
        ("[::1]24441", "expected a colon and a port after the bracket"),
    ])
    func `what is no server is refused with a reason`(text: String, reason: String) {
        #expect(throws: PyzorError.invalidServer(text, reason: reason)) { try PyzorServer(text) }
    }

    @Test func `the error names the text`() {
        let error = PyzorError.invalidServer("x:y", reason: "the port must be a number from 1 to 65535")
        #expect(error.description == "\"x:y\" is no server: the port must be a number from 1 to 65535")
    }
}
