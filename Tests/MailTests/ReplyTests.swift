import Testing

@testable import Mail

struct ReplyTests {
    @Test func `a reply is read from its text and printed as it was written`() throws {
        let reply = try Reply("550 5.7.1 Message rejected, 100% spam")
        #expect(reply.code == 550 && reply.enhancedCode == "5.7.1" && !reply.isTemporary)
        #expect(reply.description == "550 5.7.1 Message rejected, 100% spam")
    }

    @Test func `a reply may have several lines`() throws {
        #expect(try Reply("451 4.7.1 one\ntwo").lines == ["one", "two"])
    }

    @Test(arguments: [
        ("550", ReplySyntaxError.parts), ("550 5.7.1 ", .parts), ("250 2.0.0 ok", .code("250")),
        ("5500 5.7.1 x", .code("5500")), ("550 4.7.1 x", .enhancedCode("4.7.1")), ("550 5.7 x", .enhancedCode("5.7")),
        ("550 5.7.1234 x", .enhancedCode("5.7.1234")), ("550 5.7.1 a\r", .characters), ("550 5.7.1 ü", .characters),
        ("550 5.7.1 a\n", .characters),
        ("550 5.7.1 " + String(repeating: "x", count: 501), .lineLength(501)),
        ("550 5.7.1 " + String(repeating: "x\n", count: 32) + "x", .lineCount(33)),
    ])
    func `a reply that an MTA would not pass on is refused with its reason`(text: String, error: ReplySyntaxError) {
        #expect(throws: error) { try Reply(text) }
    }
}
