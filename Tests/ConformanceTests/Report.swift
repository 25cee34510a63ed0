import Foundation
import Synchronization

/// What became of the rows of this run, for `make conformance` to print: a line each in the file that TAMIS_CONFORMANCE names.
enum Report {
    private static let path = ProcessInfo.processInfo.environment["TAMIS_CONFORMANCE"]
    private static let lines = Mutex<[String]>([])

    static func note(_ promise: Promise, _ column: Column, isKept: Bool) {
        guard let path else { return }
        lines.withLock { lines in
            lines.append("\(promise.group)\t\(promise.name)\t\(column.rawValue)\t\(isKept ? "pass" : "FAIL")")
            try? Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        }
    }
}
