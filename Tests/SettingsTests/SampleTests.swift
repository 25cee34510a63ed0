import Testing

@testable import Settings

@Suite struct SampleTests {
    @Test func `an empty file, a comment and the printed sample mean the same`() throws {
        let defaults = LoadedSettings(settings: TamisSettings(), warnings: [])
        for text in ["", "\n", "# nothing\n", "---\n", "--- # nothing\n...\n", "{}\n", TamisSettings.sample] {
            #expect(try TamisSettings.parse(Array(text.utf8), named: "t") == defaults)
        }
    }

    @Test func `the sample shows every key`() throws {
        let root = try #require(NodeBuilder.read(try SourceText(Array(TamisSettings.sample.utf8))).root)
        let shown = Set(names(of: root, under: ""))
        let absent = TamisSettings.keyNames.filter { !shown.contains($0) }
        #expect(absent == ["milter.socket-group"], "a key without a default stands there as a comment")
        #expect(TamisSettings.sample.contains("\n  #socket-group: postfix\n"))
    }

    @Test func `a key without its value means the default`() throws {
        let text = TamisSettings.keyNames.filter { !$0.contains(".") }.map { "\($0):\n" }.joined()
        let empty = try TamisSettings.parse(
            Array("spamd:\nlimits:\n  deadline:\n  drain: # later\n\(text)".utf8),
            named: "t"
        )
        #expect(empty.settings == TamisSettings())
    }

    @Test func `every example can be taken as it stands`() throws {
        let lines = TamisSettings.sample.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var taken = 0
        for (index, line) in lines.enumerated() {
            guard let sign = line.firstIndex(of: "#"), line[sign...].dropFirst().first != " " else { continue }
            var changed = lines
            changed[index] = String(line[..<sign] + line[line.index(after: sign)...])
            let name = changed[index].prefix { $0 != ":" }
            if let other = lines.firstIndex(where: { $0.hasPrefix("\(name):") }) { changed[other] = "" }
            let loaded = try TamisSettings.parse(Array(changed.joined(separator: "\n").utf8), named: "t")
            #expect(loaded.settings != TamisSettings(), "\(changed[index])")
            #expect(loaded.warnings == [], "\(changed[index])")
            taken += 1
        }
        #expect(taken >= 8)
    }

    @Test func `no line is longer than a terminal and none ends in a blank`() {
        for line in TamisSettings.sample.split(separator: "\n", omittingEmptySubsequences: false) {
            #expect(line.count <= 110, "\(line)")
            #expect(line.last != " ")
        }
    }

    private func names(of node: Node, under prefix: String) -> [String] {
        guard case .mapping(let entries) = node.content, !TamisSettings.keyNames.contains(prefix) else {
            return [prefix]
        }
        return entries.flatMap { names(of: $0.value, under: prefix.isEmpty ? $0.name : "\(prefix).\($0.name)") }
    }
}
