import Testing

@testable import Settings

@Suite struct SettingsErrorTests {
    @Test func `what concerns the whole file comes first and the rest follows the file's order`() {
        let error = SettingsError([
            problem("c", 2, 9), problem("b", 2, 1), problem("a", 1, 5), problem("f", nil), problem("d", 2, 9),
        ])
        #expect(error.problems.map(\.text) == ["f", "a", "b", "c", "d"])
        #expect(error.description == "t: f\nt:1:5: a\nt:2:1: b\nt:2:9: c\nt:2:9: d")
    }

    @Test func `a hundred problems are told and that there are more`() {
        let problems = (1...101).map { problem("p", $0, 1) }
        #expect(!SettingsError(Array(problems.dropLast())).hasMore)
        let error = SettingsError(problems)
        #expect(error.problems.count == 100)
        #expect(error.description.hasSuffix("t:100:1: p\nand more"))
    }

    @Test func `a problem is one line that no terminal obeys, whatever the file held`() {
        let problem = SettingsProblem(
            file: "a\nb\u{1B}[31m",
            place: Place(line: 1, column: 2),
            key: "headers.extra.X\u{202E}",
            text: "found \"\u{7}\r\n\""
        )
        #expect(problem.description == "a\\nb\\u{1B}[31m:1:2: headers.extra.X\\u{202E}: found \"\\u{7}\\r\\n\"")
        let long = SettingsProblem(file: "t", place: nil, key: nil, text: String(repeating: "x", count: 5000))
        #expect(long.description.count == "t: ...".count + 1000)
    }

    @Test func `a key that was refused is not blamed for what its default would do`() {
        #expect(problems("spamd: {enabled: 3, servers: []}\n").count == 1)
        #expect(problems("spamd: {connect-timeout: 9m, timeout: 1s}\n").count == 1)
        #expect(problems("actions: [{at: 3, do: [x], reply: '550 5.7.1 x'}]\n").count == 1)
    }

    private func problem(_ text: String, _ line: Int?, _ column: Int = 0) -> SettingsProblem {
        SettingsProblem(file: "t", place: line.map { Place(line: $0, column: column) }, key: nil, text: text)
    }
}
