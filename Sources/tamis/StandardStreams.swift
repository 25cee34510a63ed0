import Glibc
import Pyzor

/// The process's own output: whole lines, written at once.
enum StandardStreams {
    /// Writes a line to standard output; what cannot be written ends the process with 74 (EX_IOERR).
    static func say(_ line: String) {
        if TextFile.write(Array((line + "\n").utf8), to: STDOUT_FILENO) { return }
        complain("standard output cannot be written")
        exit(74)
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
