import Testing

@testable import Mail

struct EnvelopeTests {
    private func address(_ text: String, _ parameters: String...) -> Envelope.Address {
        Envelope.Address(wireForm: Bytes(text.utf8), parameters: parameters.map { Bytes($0.utf8) })
    }

    @Test(arguments: [("<a@b>", "a@b"), ("a@b", "a@b"), ("<>", ""), ("", ""), ("<", "<")])
    func `an address is the same with and without angle brackets`(wire: String, bare: String) {
        #expect(address(wire).bare == Bytes(bare.utf8))
    }

    @Test func `an ESMTP parameter is found without regard to case`() {
        let sender = address("<a@b>", "BODY=8BITMIME", "size=1234", "SMTPUTF8")
        #expect(sender.parameter("SIZE") == Bytes("1234".utf8))
        #expect(sender.parameter("SMTPUTF8") == nil)
    }

    @Test func `both spellings of the null sender are the null sender`() {
        #expect(Envelope(sender: address("<>")).hasNullSender)
        #expect(Envelope(sender: address("")).hasNullSender)
        #expect(!Envelope(sender: address("<a@b>")).hasNullSender)
    }
}

struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("IPv6:2001:DB8::1", "2001:db8::1"),
    ])
    func `an address is read and printed in one way`(text: String, printed: String) throws {
        #expect(try #require(IPAddress(text)).description == printed)
    }

    @Test(arguments: ["", "1.2.3", "1.2.3.4.5", "x", "::g", "1.2.3.4 "])
    func `what is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("0.0.0.0/0", "8.8.8.8", true),
        ("192.0.2.128/25", "192.0.2.127", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::1", false), ("::/0", "1.2.3.4", false), ("::1", "::1", true),
    ])
    func `a network holds just the addresses under its prefix`(network: String, address: String, isIn: Bool) throws {
        #expect(try #require(Network(network)).contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(arguments: ["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10/8", "::1/129"])
    func `a network that says two things is refused`(text: String) {
        #expect(Network(text) == nil)
    }

    @Test(arguments: [("127.0.0.1", UInt16(0), true), ("127.0.0.1", 25, false), ("192.0.2.1", 0, false)])
    func `mail from loopback with port 0 was not received by SMTP`(text: String, port: UInt16, isLocal: Bool) throws {
        #expect(Client(address: .ip(try #require(IPAddress(text)), port: port)).isLocalSubmission == isLocal)
    }
}
