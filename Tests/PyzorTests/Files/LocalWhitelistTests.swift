import Foundation
import Testing

@testable import Pyzor

@Suite struct LocalWhitelistTests {
    @Test func `digests are read with and without comments`() {
        let list = LocalWhitelist(
            "\(knownDigest)\n\n\(otherDigest) # newsletter\n# a remark\nodd\\#entry\n\(knownDigest)\n"
        )
        #expect(list.entries == [knownDigest.description, otherDigest.description, "# a remark", "odd\\#entry"])
        #expect(list.contains(knownDigest))
    }

    @Test func `adding and removing say whether they changed anything`() {
        var list = LocalWhitelist()
        let changes = [
            list.add(knownDigest), list.add(knownDigest), list.remove(knownDigest), list.remove(knownDigest),
        ]
        #expect(changes == [true, false, true, false])
        #expect(list.entries.isEmpty)
    }

    @Test func `a whitelist is written as pyzor writes it and read back`() throws {
        let path = NSTemporaryDirectory() + "whitelist-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try LocalWhitelist.load(path) == LocalWhitelist())
        var list = LocalWhitelist()
        list.add(knownDigest)
        list.add(otherDigest)
        try list.save(path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(knownDigest)\n\(otherDigest)")
        #expect(try LocalWhitelist.load(path) == list)
    }
}
