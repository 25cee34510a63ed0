import Glibc
import Pyzor

/// The process's own output: whole lines, written at once.
enum StandardStreams {
    /// Writes a line to standard output.
    static func say(_ line: String) {
        _ = TextFile.write(Array((line + "\n").utf8), to: STDOUT_FILENO)
    }

    /// Writes a line to standard error.
    static func complain(_ line: String) {
        _ = TextFile.write(Array((line + "\n").utf8), to: STDERR_FILENO)
    }
}

extension StandardStreams {
    /// Writes to standard error without ending the line.
    static func prompt(_ text: String) {
        _ = TextFile.write(Array(text.utf8), to: STDERR_FILENO)
    }
}

/// How far long work has come, on a terminal only.
struct ProgressBar {
    private let total: Int
    private let isShown: Bool
    private var done = 0

    /// Nothing is shown for short work, or where standard error is no terminal or standard output is one.
    init(total: Int) {
        self.total = total
        self.isShown = total >= 20 && isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0
    }

    /// One more is done.
    mutating func advance() {
        done += 1
        guard isShown, done == total || done % 10 == 0 else { return }
        let filled = done * 30 / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        _ = TextFile.write(Array("\r[\(bar)] \(done)/\(total)\(done == total ? "\n" : "")".utf8), to: STDERR_FILENO)
    }
}
