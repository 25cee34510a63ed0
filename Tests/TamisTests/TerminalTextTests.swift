import Foundation
import Glibc
import TestRig
import Testing

@testable import tamis

struct TerminalTextTests {
    @Test(arguments: [
        ("plain é 😀", "plain é 😀"), ("a\u{1B}[2Jb", #"a\u{1B}[2Jb"#), ("\r\n\t\0", #"\r\n\t\u{0}"#),
        ("\u{9B}31m", #"\u{9B}31m"#), ("\u{202E}txt.exe", #"\u{202E}txt.exe"#), ("", ""),
    ])
    func `what a terminal would obey is written out`(text: String, shown: String) {
        #expect(TerminalText.line(text) == shown)
    }

    @Test func `bytes that are no UTF-8 are written out, one by one`() {
        #expect(TerminalText.line([0x61, 0xFF, 0xC3, 0x28, 0xE2, 0x82] as [UInt8]) == #"a\xFF\xC3(\xE2\x82"#)
        #expect(TerminalText.line([0xC0, 0x80, 0xED, 0xA0, 0x80] as [UInt8]) == #"\xC0\x80\xED\xA0\x80"#)
    }

    @Test func `a line is cut at its limit, and says so`() {
        #expect(TerminalText.line("abcdef", limit: 3) == "abc...")
        #expect(TerminalText.line("abc", limit: 3) == "abc")
    }

    @Test func `lines keep their ends and tabs, and lose nothing else`() {
        #expect(TerminalText.lines(Array("a\r\nb\tc\u{7}\n\nd".utf8)) == "a\nb\tc\\u{7}\n\nd")
        #expect(TerminalText.lines(Array("a\rb".utf8)) == #"a\rb"#)
    }

    @Test func `no byte string leaves a control behind`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let bytes = (0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let scalars = TerminalText.line(bytes).unicodeScalars
            #expect(scalars.allSatisfy { $0.properties.generalCategory != .control }, "\(bytes)")
        }
    }
}

@Suite(.ownThread) struct FileNameTests {
    @Test func `each name gives back its bytes`() {
        var generator = SystemRandomNumberGenerator()
        let names: [[UInt8]] = [
            Array("é😀".utf8), [0xFF], [0x61, 0x80, 0x62], [0xEE, 0xBF, 0xBF], [0xEE, 0xBE, 0x80, 0xFE], [0xE2, 0x82],
        ]
        let random = (0..<500).map { _ in (0..<12).map { _ in UInt8.random(in: 1...255, using: &generator) } }
        for name in names + random {
            #expect(FileName.bytes(FileName.string(name)) == name)
        }
    }

    @Test func `a name that is UTF-8 stays what it is`() {
        #expect(FileName.string(Array("maildir/é".utf8)) == "maildir/é")
    }

    @Test func `people see the bytes, and JSON the replacement character`() {
        let name = FileName.string([0x61, 0xFF])
        #expect(TerminalText.line(name) == #"a\xFF"#)
        #expect("\(JSONValue.fileName(name))" == "\"a\u{FFFD}\"")
    }

    @Test func `a file whose name is no UTF-8 is read, alone and in its folder`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let script = """
            mkdir "$1/mail" && file=$(printf '%s/mail/m\\377' "$1") && printf 'Subject: x\\n\\nsome text of a mail\\n' >"$file"
            "$2" pyzor digest "$file" && "$2" pyzor digest "$1/mail" && exec "$2" pyzor digest --json "$file"
            """
        let output = folder.path("output")
        let process = try ChildProcess(
            "/bin/sh",
            ["-c", script, "sh", folder.path, Programs.built("tamis")],
            output: output
        )
        #expect(try process.wait() == .status(0))
        let bytes = [UInt8](FileManager.default.contents(atPath: output) ?? Data())
        let lines = bytes.split(separator: 0x0A)
        #expect(lines.count == 3)
        // A pipe gets the name as it is.
        let name = Array("\(folder.path)/mail/m".utf8) + [0xFF]
        #expect(lines.prefix(2).allSatisfy { $0.suffix(name.count).elementsEqual(name) })
        #expect(String(decoding: lines[2], as: UTF8.self).contains("/mail/m\u{FFFD}\""))
    }
}

/// Output that goes to a terminal.
@Suite(.ownThread) struct TerminalTests {
    @Test func `what spamd wrote cannot command a terminal, and a pipe gets it as it was`() throws {
        let report = "Spam \u{1B}]0;owned\u{7}report\n"
        let spamd = try ScriptedSpamd { _ in
            .text(
                "SPAMD/1.1 0 EX_OK\r\nContent-length: \(report.utf8.count)\r\nSpam: True ; 9.0 / 5.0\r\n\r\n\(report)"
            )
        }
        defer { spamd.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write("Subject: x\n\nbody\n", to: "letter")
        for verb in ["report", "process", "headers"] {
            let arguments = ["spamd", verb, "--server", spamd.address, folder.path("letter")]
            let piped = try Programs.run("tamis", arguments)
            #expect(piped.output.contains(report))
            let terminal = try Terminal()
            #expect(try terminal.run(arguments, in: folder) == .status(0))
            let shown = try terminal.read(until: "report")
            #expect(shown.contains(#"Spam \u{1B}]0;owned\u{7}report"#), "\(verb)")
            #expect(!shown.utf8.contains(0x1B))
        }
    }

    @Test func `a name cannot command a terminal either`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let file = folder.path("a\u{1B}[2Jb")
        let terminal = try Terminal()
        for command in [["scan"], ["spamd", "check", "--server", "127.0.0.1:1"], ["pyzor", "digest"]] {
            #expect(try terminal.run(command + [file], in: folder) == .status(66))
            let shown = try terminal.read(until: "\n")
            #expect(shown.contains(#"a\u{1B}[2Jb"#), "\(command)")
            #expect(!shown.utf8.contains(0x1B))
        }
    }
}

/// A terminal of the test's own.
private final class Terminal {
    private let path: String
    private let master: Int32

    init() throws {
        // As posix_openpt, unlockpt and ptsname do it, which glibc shows only under _XOPEN_SOURCE.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (isLocked, number): (Int32, UInt32) = (0, 0)
        let unlock: UInt = 0x4004_5431  // TIOCSPTLCK
        let getNumber: UInt = 0x8004_5430  // TIOCGPTN
        guard master >= 0, ioctl(master, unlock, &isLocked) == 0, ioctl(master, getNumber, &number) == 0 else {
            throw RigError("no terminal")
        }
        path = "/dev/pts/\(number)"
    }

    deinit { close(master) }

    /// Runs `tamis` with both outputs on this terminal. (A shell in between leads the session, so that no hang-up takes away what was
    /// written.)
    func run(_ arguments: [String], in folder: PrivateDirectory) throws -> ChildProcess.Exit {
        let script = #"terminal=$1; shift; "$@" >"$terminal" 2>&1; exit $?"#
        let process = try ChildProcess(
            "/bin/sh",
            ["-c", script, "sh", path, Programs.built("tamis")] + arguments,
            output: folder.path("shell")
        )
        return try process.wait()
    }

    /// What was written to it so far, as far as this text at least.
    func read(until text: String) throws -> String {
        var bytes: [UInt8] = []
        while true {
            if String(decoding: bytes, as: UTF8.self).contains(text) {
                return String(decoding: bytes, as: UTF8.self)
            }
            var wait = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, 60_000) == 1, wait.revents & Int16(POLLIN) != 0 else {
                throw RigError("the terminal shows only \(bytes)")
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(master, &chunk, chunk.count)
            guard count > 0 else { throw RigError("the terminal has ended") }
            bytes += chunk.prefix(count)
        }
    }
}
