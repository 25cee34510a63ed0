import Foundation
import Testing

/// `Fuzz/` is a package of its own, which no other test builds.
struct FuzzStandInTests {
    @Test func `the fuzzer's stand-in has every function of CMilter`() throws {
        let header = try text("Sources/CMilter/include/CMilter.h")
        let standIn = try text("Fuzz/Sources/CMilter/standin.c")
        let declared = Set(header.matches(of: /\b(cmilter_\w+)\(/).map { String($0.1) })
        #expect(declared.contains("cmilter_register") && declared.count > 30)
        for name in declared.sorted() { #expect(standIn.contains("\(name)("), "\(name)") }
    }

    private func text(_ path: String) throws -> String {
        let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { path, _ in path.deletingLastPathComponent() }
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
