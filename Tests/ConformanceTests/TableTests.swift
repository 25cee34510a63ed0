import Foundation
import Testing

/// The table of promises beside this file, which README.md points at, against the rows.
struct TableTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "TABLE.md")

    @Test func `the written table has every row, and no other`() throws {
        let text = Table.text
        // `make conformance` sets it, so that the table can be looked at and committed.
        if ProcessInfo.processInfo.environment["TAMIS_WRITE_TABLE"] != nil {
            try text.write(to: Self.path, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.path, encoding: .utf8)
        let isSame = written == text
        #expect(isSame, "run make conformance, and commit Tests/ConformanceTests/TABLE.md")
    }

    @Test func `README has the count of each group`() throws {
        let page = Self.path.appending(path: "../../../README.md").standardizedFileURL
        var parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "<!-- promises -->\n")
        try #require(parts.count == 3)
        if ProcessInfo.processInfo.environment["TAMIS_WRITE_TABLE"] != nil {
            parts[1] = Table.summary
            try parts.joined(separator: "<!-- promises -->\n").write(to: page, atomically: true, encoding: .utf8)
        }
        let isSame = parts[1] == Table.summary
        #expect(isSame, "run make conformance, and commit README.md")
    }

    @Test func `no two rows have the same name`() {
        let names = Promise.all.map(\.testDescription)
        let twice = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys
        #expect(twice.isEmpty)
    }

    @Test func `each row is tried somewhere`() {
        let absent = Promise.all.filter { $0.absent.count == Column.allCases.count }.map(\.testDescription)
        #expect(absent.isEmpty)
    }
}

/// The rows as a page of Markdown: a table for each group, a mark where a promise is tried, and why it is not elsewhere.
enum Table {
    static var text: String { heading + groups.map(section).joined() }

    /// A line for each group: how many promises are tried where.
    static var summary: String {
        let head = "| promises | \(Column.allCases.map(\.rawValue).joined(separator: " | ")) |\n|---|---|---|---|\n"
        let lines = groups.map { group in
            let counts = Column.allCases.map { column in
                "\(Promise.rows(column).count { $0.group == group })"
            }
            return "| \(group) | \(counts.joined(separator: " | ")) |\n"
        }
        return head + lines.joined()
    }

    private static var groups: [String] {
        var groups: [String] = []
        for promise in Promise.all where !groups.contains(promise.group) { groups.append(promise.group) }
        return groups
    }

    private static var heading: String {
        let counts = Column.allCases.map { "\($0.rawValue) \(Promise.rows($0).count)" }.joined(separator: ", ")
        return """
            # What is promised, and where it is tried

            \(Promise.all.count) promises: \(counts). `make conformance` tries them all and prints what it found; it also writes
            this page, and `make test` fails when the page and the rows differ. ✓ is tried there; elsewhere a number says why not.
            The scripted peer is a stand-in for a mail server that performs edits as the milter protocol's documents say.

            """
    }

    private static func section(_ group: String) -> String {
        let rows = Promise.all.filter { $0.group == group }
        var reasons: [String] = []
        for reason in rows.flatMap({ row in Column.allCases.compactMap { row.absent[$0] } })
        where !reasons.contains(reason) { reasons.append(reason) }
        let lines = rows.map { row in
            let cells = Column.allCases.map { column in
                row.absent[column].map { "n.a. \((reasons.firstIndex(of: $0) ?? 0) + 1)" } ?? "✓"
            }
            return "| \(row.name.replacing("|", with: "\\|")) | \(cells.joined(separator: " | ")) |"
        }
        let head = "| promise | \(Column.allCases.map(\.rawValue).joined(separator: " | ")) |\n|---|---|---|---|"
        let notes = reasons.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n")
        return "\n## \(group)\n\n\(head)\n\(lines.joined(separator: "\n"))\n" + (notes.isEmpty ? "" : "\n\(notes)\n")
    }
}
