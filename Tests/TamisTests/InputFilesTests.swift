import Glibc
import TestRig
import Testing

@testable import tamis

@Suite(.ownThread) struct InputFilesTests {
    private func withFolder(_ files: [String], _ body: (PrivateDirectory) throws -> Void) throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        for file in files {
            let parts = file.split(separator: "/").dropLast()
            for depth in parts.indices { mkdir(folder.path(parts[...depth].joined(separator: "/")), 0o700) }
            try folder.write("Subject: x\n\n", to: file)
        }
        try body(folder)
    }

    @Test func `a Maildir stands for what is delivered, not for what is still being written`() throws {
        try withFolder(["cur/2", "new/1", "tmp/3", ".Sent/cur/4"]) { folder in
            let found = try InputFiles.expand([folder.path])
            #expect(found == [folder.path("cur/2"), folder.path("new/1")])
        }
    }

    @Test func `a folder stands for the files in its folders too, and links do not lead round`() throws {
        try withFolder(["b", "a/x", "a/tmp/y", "c/z"]) { folder in
            symlink(folder.path, folder.path("a/round"))
            let found = try InputFiles.expand([folder.path])
            #expect(found == ["b", "a/x", "a/tmp/y", "c/z"].map { folder.path($0) })
        }
    }

    @Test func `a folder without a file is told, for nothing was looked at`() throws {
        try withFolder([]) { folder in
            mkdir(folder.path("cur"), 0o700)
            mkdir(folder.path("new"), 0o700)
            let problem = #expect(throws: InputFiles.Problem.self) { try InputFiles.expand([folder.path]) }
            #expect(problem?.description == "\(folder.path): no file is in there")
        }
    }

    @Test func `an answer of the drop-in that cannot be written is none`() throws {
        try withFolder(["message"]) { folder in
            try folder.write("127.0.0.1:1\n", to: "servers")
            symlink(Programs.built("tamis"), folder.path("pyzor"))
            let script = "\"$1/pyzor\" --homedir \"$1\" digest < \"$1/message\" >/dev/full"
            let process = try ChildProcess(
                "/bin/sh",
                ["-c", script, "sh", folder.path],
                output: folder.path("output")
            )
            #expect(try process.wait() == .status(1))
            #expect(process.output == "pyzor: standard output cannot be written\n")
        }
    }
}
