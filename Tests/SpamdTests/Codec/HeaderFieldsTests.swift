import Testing

@testable import Spamd

struct HeaderFieldsTests {
    @Test func `fields keep order, repetition and spelling, and are found in any case`() throws {
        var headers: HeaderFields = []
        headers.append(try HeaderField(name: "X-One", value: "1"))
        headers.append(try HeaderField(name: "x-one", value: "2"))
        headers.append(try HeaderField(name: "Two", value: "  3 "))
        #expect(headers.map(\.name) == ["X-One", "x-one", "Two"])
        #expect(headers["x-ONE"] == "1")
        #expect(headers.all("X-One").map(\.value) == ["1", "2"])
        #expect(headers["two"] == "3")
        #expect(headers["None"] == nil)
    }

    @Test func `setting keeps the place and leaves one, removing says how many there were`() throws {
        var headers = HeaderFields(
            [("A", "1"), ("B", "2"), ("a", "3"), ("C", "4"), ("A", "5")].map { HeaderField($0.0, $0.1) }
        )
        headers.set(try HeaderField(name: "A", value: "9"))
        #expect(headers.map(\.description) == ["A: 9", "B: 2", "C: 4"])
        headers.set(try HeaderField(name: "D", value: "6"))
        #expect(headers.count == 4)
        let removed = (headers.remove("b"), headers.remove("b"))
        #expect(removed == (1, 0))
    }

    @Test(arguments: ["", "Na me", "Name:", "Na\u{e9}me", "A\nB", "A\u{7f}"])
    func `a name that could not be read again is refused`(_ name: String) {
        #expect(throws: SpamdError.self) { try HeaderField(name: name, value: "x") }
    }

    @Test(arguments: ["a\r\nSet: local", "a\u{0}", "a\u{1}b", "a\tb", "\u{7f}"])
    func `a value with a control character is refused`(_ value: String) {
        #expect(throws: SpamdError.self) { try HeaderField(name: "User", value: value) }
    }

    @Test func `a value that is no text is kept byte for byte`() throws {
        let field = try HeaderField(name: "User", bytes: [0x6a, 0xff, 0xfe])
        #expect(field.bytes == [0x6a, 0xff, 0xfe])
        #expect(field.value == "j\u{FFFD}\u{FFFD}")
    }

    @Test func `what is printed holds no controls and has an end`() {
        #expect(printable("a\u{1b}[31m\r\n\u{202e}b") == "a?[31m???b")
        #expect(printable(String(repeating: "x", count: 500)).count == 203)
        #expect(printable("gr\u{fc}n \u{FFFD}") == "gr\u{fc}n \u{FFFD}")
    }
}
