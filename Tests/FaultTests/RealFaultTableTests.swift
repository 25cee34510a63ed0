import Foundation
import Testing

/// The list of faults that really happened is whole, and what it names is there.
struct RealFaultTableTests {
    @Test func `all 36 faults have a test or a reason`() {
        let numbers = (1...35).flatMap { $0 == 24 ? ["24a", "24"] : ["\($0)"] }
        #expect(RealFault.all.map(\.number) == numbers)
        for fault in RealFault.all {
            switch fault.answer {
            case .test(let name, _): #expect(!name.isEmpty)
            case .doesNotApply(let reason): #expect(reason.count > 20)
            }
        }
    }

    @Test(arguments: RealFault.all.indices)
    func `each test that is named exists`(_ index: Int) throws {
        guard case .test(let name, let target) = RealFault.all[index].answer else { return }
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let folder = tests.appending(path: target).path
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
        // Promises of the conformance suite are rows, not functions.
        let mark = target == "ConformanceTests" ? "\"\(name)\"" : "func `\(name)`"
        let isThere = try files.contains { file in
            try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8).contains(mark)
        }
        #expect(isThere, "\(target) has no test \"\(name)\"")
    }
}
