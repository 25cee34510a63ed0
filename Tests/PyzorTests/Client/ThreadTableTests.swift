import Testing

@testable import Pyzor

/// Draws what it is told to, over and over.
private struct FixedSource: RandomNumberGenerator {
    var values: [UInt64]
    var index = 0

    mutating func next() -> UInt64 {
        defer { index += 1 }
        return values[index % values.count]
    }
}

@Suite struct ThreadTableTests {
    @Test func `threads lie between 1024 and 65535 and are never used twice`() throws {
        var table = ThreadTable<Int>()
        var random = SystemRandomNumberGenerator()
        var seen: Set<UInt16> = []
        for question in 0..<20_000 {
            let thread = try #require(table.enter(question, using: &random))
            seen.insert(thread)
            table.end(thread)
        }
        #expect(seen.count == 20_000)
        #expect(seen.allSatisfy { $0 >= 1024 })
        #expect(table.isEmpty)
        #expect(table.uses == 20_000)
    }

    @Test func `a thread that is drawn again is passed over`() throws {
        var table = ThreadTable<String>()
        var random = FixedSource(values: [0x5123, 0x5123, 0x9123])
        let one = try #require(table.enter("one", using: &random))
        table.end(one)
        let two = try #require(table.enter("two", using: &random))
        #expect(one != two)
    }

    @Test func `a full table gives no thread`() {
        var table = ThreadTable<Int>()
        var random = SystemRandomNumberGenerator()
        while table.enter(0, using: &random) != nil {}
        #expect(table.uses == ThreadTable<Int>.range.count / 2)
    }

    @Test func `a reply has one owner, has had one, or never had`() throws {
        var table = ThreadTable<String>()
        var random = SystemRandomNumberGenerator()
        let thread = try #require(table.enter("mine", using: &random))
        guard case .waiting("mine") = table.owner(of: Int(thread)) else { throw Wrong() }
        table.end(thread)
        guard case .ended = table.owner(of: Int(thread)) else { throw Wrong() }
        guard case .nobody = table.owner(of: 0) else { throw Wrong() }
        guard case .nobody = table.owner(of: 1 << 20) else { throw Wrong() }
    }

    private struct Wrong: Error {}
}
