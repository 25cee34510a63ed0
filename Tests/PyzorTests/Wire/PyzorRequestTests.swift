import Testing

@testable import Pyzor

private let digest = MessageDigest("a09185124c3d1eeb2f6d39f9d270ddc42bb237de")!
private let alice = PyzorAccount(user: "alice", key: "522b276a356bdf39013dfabea2cd43e141ecc9e8")

@Suite struct PyzorRequestTests {
    @Test func `an anonymous ping is the packet that pyzor sends`() throws {
        let packet = try PyzorRequest.ping.packet(thread: 22_246, account: .anonymous, time: 1_795_226_422)
        #expect(
            String(decoding: packet, as: UTF8.self) == """
                Op: ping
                Thread: 22246
                PV: 2.1
                User: anonymous
                Time: 1795226422
                Sig: 35d1e3cff26c5e08d6373779268a00aff2a3b6cc


                """
        )
    }

    @Test func `the key's case does not change the signature`() throws {
        let upper = PyzorAccount(user: "alice", key: alice.key.uppercased())
        #expect(upper.hashedKey == alice.hashedKey)
        #expect(alice.hashedKey == "16bbd85b0dc43cd608cdb500e7e8a15877e52dc3")
        #expect(PyzorAccount.anonymous.hashedKey == "993fddad78000f2246ee74c4b1b9edcb89f91937")
    }

    @Test func `an account prints no key`() {
        #expect("\(alice)" == "alice")
    }

    @Test func `a report states the digests, then the specification`() throws {
        let request = try PyzorRequest.report([digest, .empty])
        #expect(
            request.fields.fields.map(\.name) == ["Op", "Op-Digest", "Op-Digest", "Op-Spec"]
        )
        #expect(request.fields["op-spec"] == "20,3,60,3")
        #expect(!request.mayRepeat)
    }

    @Test func `only what is counted may not be repeated`() throws {
        #expect(PyzorRequest.ping.mayRepeat)
        #expect(PyzorRequest.check(digest).mayRepeat)
        #expect(PyzorRequest.info(digest).mayRepeat)
        #expect(PyzorRequest.pong(digest).mayRepeat)
        #expect(try !PyzorRequest.whitelist([digest]).mayRepeat)
        #expect(try !PyzorRequest(.init(rawValue: "frobnicate")).mayRepeat)
        #expect(try PyzorRequest(.init(rawValue: "frobnicate"), mayRepeat: true).mayRepeat)
    }

    @Test func `a packet that a server would cut is refused`() throws {
        let digests = Array(repeating: digest, count: 170)
        #expect(throws: PyzorError.packetTooLarge(bytes: 8972)) {
            try PyzorRequest.report(digests).packet(thread: 65_535, account: .anonymous, time: 1_795_226_424)
        }
        let fewer = try PyzorRequest.report(Array(digests.prefix(140)))
        #expect(try fewer.packet(thread: 4242, account: .anonymous, time: 1_795_226_424).count == 7411)
    }

    @Test(arguments: [("Op-Digest", "a\nUser: root"), ("Op-Digest", "a\r"), ("Bad Name", "x"), ("", "x"), ("A:", "x")])
    func `a request cannot smuggle in lines of its own`(name: String, value: String) {
        #expect(throws: PyzorError.self) {
            try PyzorRequest(.check, fields: [.init(name, value)])
        }
    }

    @Test(arguments: [
        ("plain", "plain"), ("zoë", "=?utf-8?q?zo=C3=AB?="), ("zo ë", "=?utf-8?b?em8gw6s=?="),
        ("日本語", "=?utf-8?b?5pel5pys6Kqe?="), ("é", "=?utf-8?b?w6k=?="),
        ("long name with quite some é and (x) more", "=?utf-8?q?long_name_with_quite_some_=C3=A9_and_=28x=29_more?="),
    ])
    func `a name in another script becomes an encoded word`(value: String, encoded: String) {
        #expect(EncodedWord.encoded(value) == encoded)
    }
}
