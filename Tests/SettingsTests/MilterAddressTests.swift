import Testing

@testable import Settings

@Suite struct MilterAddressTests {
    @Test(arguments: [
        ("unix:/run/tamis/milter.sock", "unix:/run/tamis/milter.sock"),
        ("inet:127.0.0.1:8897", "inet:127.0.0.1:8897"),
        ("inet:8897@127.0.0.1", "inet:127.0.0.1:8897"),
        ("inet:8897@localhost", "inet:localhost:8897"),
        ("inet:mx1.example.org:65535", "inet:mx1.example.org:65535"),
        ("inet:[::1]:1", "inet:[::1]:1"),
        ("inet:8897@[0:0::1]", "inet:[::1]:8897"),
        ("inet:8897@::1", "inet:[::1]:8897"),
    ])
    func `both spellings of an address are read and Postfix' is printed`(_ text: String, _ printed: String) throws {
        #expect(try MilterAddress(parsing: text).description == printed)
        #expect(try MilterAddress(parsing: printed).description == printed)
    }

    @Test func `a path of 106 bytes fits and one of 107 does not`() throws {
        let path = "/" + String(repeating: "x", count: 105)
        #expect(try MilterAddress(parsing: "unix:\(path)") == .unix(path: path))
        #expect(throws: Refusal.wrong("a socket's path can have 106 bytes, this one has 107")) {
            try MilterAddress(parsing: "unix:\(path)x")
        }
    }
}
