import Glibc
import Pyzor

/// The process's own output: whole lines, written at once. What cannot be written ends the process with 74 (EX_IOERR).
enum StandardStreams {
    /// Writes a line to standard output as it is: JSON, a digest, what is made printable already.
    static func say(_ line: String) { write(Array((line + "\n").utf8)) }

    /// Writes text for people. On a terminal nothing is left in it that the terminal would obey; elsewhere it stays as it is, and
    /// names of files have their own bytes.
    static func tell(_ text: String) {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        write((isTerminal ? Array(TerminalText.lines(text.utf8).utf8) : FileName.bytes(text)) + [0x0A])
    }

    /// Writes bytes that others made, and a mail may be among them. On a terminal they are made printable; elsewhere they stay.
    static func pass(_ bytes: [UInt8]) {
        write(isatty(STDOUT_FILENO) == 1 ? Array(TerminalText.lines(bytes).utf8) : bytes)
    }

    /// Writes a line to standard error, where it is for people to read in any case.
    static func complain(_ line: String) {
        _ = TextFile.write(Array((TerminalText.lines(line.utf8) + "\n").utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8]) {
        if TextFile.write(bytes, to: STDOUT_FILENO) { return }
        complain("standard output cannot be written")
        exit(74)
    }
}

extension StandardStreams {
    /// Writes to standard error without ending the line.
    static func prompt(_ text: String) {
        _ = TextFile.write(Array(text.utf8), to: STDERR_FILENO)
    }
}
