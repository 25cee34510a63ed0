import Testing

@testable import Mail

struct HeaderListTests {
    private func field(_ name: String, _ value: String = " x") -> HeaderField {
        HeaderField(name: HeaderName(received: name.utf8), value: Bytes(value.utf8))
    }

    @Test func `order, repetition and spelling are kept`() {
        let list = HeaderList([field("X-b", " 1"), field("x-B", " 2"), field("A")])
        #expect(list.fields.map(\.name.description) == ["X-b", "x-B", "A"])
        #expect(list[name: "X-B"]?.value == Bytes(" 1".utf8))
    }

    @Test func `occurrences are counted from 1 for each name without regard to case`() {
        let list = HeaderList([field("X-Spam-Flag"), field("Subject"), field("x-spam-FLAG"), field("X-Spam-Level")])
        let found = list.occurrences { $0.bytes.startsIgnoringASCIICase(with: "x-spam-".utf8) }
        #expect(found.map(\.index) == [1, 2, 1])
        #expect(found.map(\.name.description) == ["X-Spam-Flag", "x-spam-FLAG", "X-Spam-Level"])
    }

    @Test func `past the field limit values are dropped and names still counted`() {
        var list = HeaderList(limits: .init(bytes: 1_000, fields: 2))
        for _ in 0..<4 { list.append(field("X-Spam-Flag", " YES")) }
        #expect(list.isTruncated)
        #expect(list.fields.count == 2)
        #expect(list.occurrences { $0 == "X-Spam-Flag" }.map(\.index) == [1, 2, 3, 4])
        #expect(list.wireSize == 4 * "X-Spam-Flag: YES\r\n".utf8.count)
    }

    @Test func `past the byte limit nothing more is kept, so that no later field takes an earlier one's place`() {
        var list = HeaderList(limits: .init(bytes: 20, fields: 10))
        list.append(field("A", String(repeating: "x", count: 40)))
        list.append(field("B", "y"))
        #expect(list.fields.isEmpty)
        #expect(list.namesPastLimit == ["A", "B"])
    }
}

extension HeaderListTests {
    @Test func `more fields than even names are kept of make the header excessive, and memory stays bounded`() {
        var list = HeaderList(limits: .init(bytes: 100, fields: 2, names: 3))
        for _ in 0..<5 { list.append(field("A")) }
        #expect(!list.isExcessive)
        let size = list.memorySize
        for _ in 0..<1_000 { list.append(field("A")) }
        #expect(list.isExcessive)
        #expect(list.memorySize == size)
        #expect(list.wireSize == 1_005 * "A: x\r\n".utf8.count)
    }
}

struct HeaderNameTests {
    @Test(arguments: ["", "a b", "a:b", "ä", "a\n", String(repeating: "a", count: 77)])
    func `a name that RFC 5322 does not allow cannot be written`(text: String) {
        #expect(HeaderName(text) == nil)
    }

    @Test func `a pattern with a star means all names that begin so, in any case`() throws {
        let pattern = try #require(HeaderNamePattern("X-Spam-*"))
        #expect(pattern.matches("x-sPAM-flag"))
        #expect(pattern.matches("X-Spam-"))
        #expect(!pattern.matches("X-Spam"))
        #expect(HeaderNamePattern("*") == nil)
        #expect(HeaderNamePattern("X-*-Flag") == nil)
    }
}
