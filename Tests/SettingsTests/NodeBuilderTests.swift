import Testing

@testable import Settings

@Suite struct NodeBuilderTests {
    @Test func `every node knows where it stands and how it was written`() throws {
        let text = "a:\n  - 'b'\n  - {c: d, e: \"\"}\nf: |\n  g\n  h\n"
        let root = try #require(tree(text).root)
        let expected = Node.Content.mapping([
            entry(
                "a",
                1,
                1,
                .sequence([
                    node(.scalar("b", isPlain: false), 2, 5),
                    node(
                        .mapping([
                            entry("c", 3, 6, .scalar("d", isPlain: true), 3, 9),
                            entry("e", 3, 12, .scalar("", isPlain: false), 3, 15),
                        ]),
                        3,
                        5
                    ),
                ]),
                2,
                3
            ),
            entry("f", 4, 1, .scalar("g\nh\n", isPlain: false), 4, 4),
        ])
        #expect(root == node(expected, 1, 1))
    }

    @Test func `a value that was not written is empty and a quoted one is not`() throws {
        guard case .mapping(let entries) = tree("a:\nb: ''\nc: # x\n").root?.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.value.isEmpty) == [true, false, true])
    }

    @Test func `a file without a value has no root`() {
        #expect(tree("").root == nil)
        #expect(tree("# x\n\n").root == nil)
        #expect(tree("---\n").root?.isEmpty == true)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func `what nests too deep is refused where it does, however deep it goes`(_ opening: String) {
        let text = String(repeating: opening, count: 100_000)
        let outcome = tree(text)
        #expect(outcome.root == nil)
        #expect(outcome.problems.count == 1)
        #expect(outcome.problems[0].text == "nested more than 32 deep")
        #expect(outcome.problems[0].place == Place(line: 1, column: opening.utf8.count * NodeBuilder.maximumDepth + 1))
    }

    @Test func `what nests as deep as allowed is read`() {
        let depth = NodeBuilder.maximumDepth
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(tree(text).problems == [])
    }

    @Test func `more values than a settings file can have are refused`() {
        let text = "[" + String(repeating: "a,", count: NodeBuilder.maximumNodes) + "a]"
        let outcome = tree(text)
        #expect(outcome.problems.map(\.text) == ["more than 100000 values in one file"])
    }

    @Test func `after a hundred mistakes the rest is not looked at`() {
        let text = (0..<500).map { "k\($0): *x\n" }.joined()
        let outcome = tree(text)
        #expect(outcome.problems.count == NodeBuilder.maximumProblems)
        #expect(outcome.hasMore)
        #expect(problems(text).count == 101)
        #expect(problems(text).last == "and more")
    }

    private func tree(_ text: String) -> NodeBuilder.Outcome {
        do throws(SyntaxProblem) {
            return NodeBuilder.read(try SourceText(Array(text.utf8)))
        } catch {
            return NodeBuilder.Outcome(problems: [error])
        }
    }

    private func node(_ content: Node.Content, _ line: Int, _ column: Int) -> Node {
        Node(content: content, place: Place(line: line, column: column))
    }

    private func entry(
        _ name: String,
        _ line: Int,
        _ column: Int,
        _ content: Node.Content,
        _ valueLine: Int,
        _ valueColumn: Int
    ) -> Node.Entry {
        Node.Entry(name: name, place: Place(line: line, column: column), value: node(content, valueLine, valueColumn))
    }
}
