import Milter
import Testing

struct ListenAddressTests {
    @Test(arguments: [
        ("unix:/run/tamis/milter.sock", "unix:/run/tamis/milter.sock", "S=local:/run/tamis/milter.sock"),
        ("local:/run/a.sock", "unix:/run/a.sock", "S=local:/run/a.sock"),
        ("inet:127.0.0.1:8897", "inet:127.0.0.1:8897", "S=inet:8897@127.0.0.1"),
        ("inet:8897@127.0.0.1", "inet:127.0.0.1:8897", "S=inet:8897@127.0.0.1"),
        ("inet:8897@[127.0.0.1]", "inet:127.0.0.1:8897", "S=inet:8897@127.0.0.1"),
        ("inet:8897@localhost", "inet:localhost:8897", "S=inet:8897@localhost"),
        ("inet:[::1]:8897", "inet:[::1]:8897", "S=inet6:8897@[::1]"),
        ("inet6:8897@::1", "inet:[::1]:8897", "S=inet6:8897@[::1]"),
        ("inet6:8897@[2001:DB8::1]", "inet:[2001:db8::1]:8897", "S=inet6:8897@[2001:db8::1]"),
        ("inet:0@127.0.0.1", "inet:127.0.0.1:0", "S=inet:0@127.0.0.1"),
    ])
    func `both spellings are read and both are printed`(text: String, postfix: String, sendmail: String) throws {
        let address = try ListenAddress(text)
        #expect(address.postfixForm == postfix)
        #expect(address.sendmailForm == sendmail)
        #expect(address.description == postfix)
        #expect(try ListenAddress(address.postfixForm) == address)
        #expect(try ListenAddress(String(sendmail.dropFirst(2))) == address)
    }

    @Test(arguments: [
        ("", "unix:/path, inet:HOST:PORT"),
        ("/run/milter.sock", "unix:/path"),
        ("tcp:127.0.0.1:8897", "unix:/path"),
        ("unix:milter.sock", "an absolute path"),
        ("unix:/run/tamis/", "a file name"),
        ("unix:/run/a b", "without blanks"),
        ("unix:/run/a,F=T", "without blanks"),
        ("unix:/run/\u{e4}", "outside ASCII"),
        ("inet:8897", "0.0.0.0 for all"),
        ("inet:127.0.0.1:", "a port from 0 to 65535"),
        ("inet:127.0.0.1:65536", "a port from 0 to 65535"),
        ("inet:smtp@127.0.0.1", "found \"smtp\""),
        ("inet:127.0.0.1:+25", "a port from 0 to 65535"),
        ("inet:::1:8897", "in brackets"),
        ("inet6:8897@127.0.0.1", "an IPv6 address"),
        ("inet:8897@a_b", "a host name or an IP address"),
        ("inet:8897@", "a host name or an IP address"),
        ("inet:8897@[localhost]", "a host name or an IP address"),
    ])
    func `what is no address is refused with what was expected`(text: String, expected: String) {
        #expect {
            try ListenAddress(text)
        } throws: { error in
            "\(error)".hasPrefix("\"\(text)\" is no milter address") && "\(error)".contains(expected)
        }
    }

    @Test func `a path may have 106 bytes and not one more`() throws {
        let longest = "/" + String(repeating: "x", count: 105)
        #expect(try ListenAddress("unix:" + longest).path == longest)
        #expect(
            throws: MilterError.address(text: "unix:\(longest)x", expected: "a path of at most 106 bytes, found 107")
        ) {
            try ListenAddress("unix:\(longest)x")
        }
    }
}
