import Testing

@testable import Spamd

struct SpamdServerTests {
    @Test(arguments: [
        "127.0.0.1:783", "mail.example:1", "[::1]:783", "unix:/run/spamd.sock", "tls://mail.example:65535",
        "tls://[fe80::1%eth0]:783",
    ])
    func `what is read is printed the same`(_ text: String) throws {
        #expect(try SpamdServer(text).description == text)
    }

    @Test(arguments: [
        ("", "the port is missing"), ("mail.example", "the port is missing"),
        ("mail.example:", "the port is no number"),
        ("mail.example:0", "the port is no number"), ("mail.example:65536", "the port is no number"),
        ("mail.example:-1", "the port is no number"), ("mail.example:spamd", "the port is no number"),
        (":783", "the host is missing"),
        ("::1:783", "brackets"), ("[::1]", "the port is no number"), ("[mail]:783", "expected [ADDRESS]:PORT"),
        ("ma il:783", "not a host name"), ("-x:783", "not a host name"), ("unix:run/x", "begins with /"),
        ("unix:", "begins with /"),
        ("http://mail:783", "expected HOST:PORT"), ("/run/spamd.sock", "expected HOST:PORT"),
        ("tls://mail", "the port is missing"),
    ])
    func `what is wrong is said`(_ text: String, _ why: String) {
        let error = #expect(throws: SpamdError.self) { try SpamdServer(text) }
        #expect(error?.reason == .invalidConfiguration)
        #expect(error?.text.contains(why) == true, "\(String(describing: error))")
        #expect(error?.text.hasPrefix("server '") == true)
    }

    @Test func `a socket's path is as long as the system allows`() {
        let longest = "/" + String(repeating: "x", count: 106)
        #expect(throws: Never.self) { try SpamdServer.unix(path: longest) }
        #expect(throws: SpamdError.self) { try SpamdServer.unix(path: longest + "x") }
    }
}

struct SpamdErrorTests {
    @Test func `an error says where, what and what was said, on one safe line`() throws {
        let server = try SpamdServer("127.0.0.1:783")
        let error = SpamdError(.serverStatus(.unavailable), server: server, text: "TELL\r\nis \u{1b}[1moff")
        #expect(error.description == "127.0.0.1:783: spamd answered 69 EX_UNAVAILABLE: TELL??is ?[1moff")
        #expect(SpamdError(.cancelled).description == "cancelled")
        #expect(SpamdError(.timedOut(.connect)).at(server).description == "127.0.0.1:783: timed out connecting")
        #expect(error.at(.standard).server == server)
    }

    @Test func `only what happened before the request leaves the server untouched`() {
        #expect(SpamdError(.connectFailed).happenedBeforeRequest)
        #expect(SpamdError(.timedOut(.queue)).happenedBeforeRequest)
        #expect(!SpamdError(.timedOut(.response)).happenedBeforeRequest)
        #expect(!SpamdError(.emptyResponse).happenedBeforeRequest)
    }
}
