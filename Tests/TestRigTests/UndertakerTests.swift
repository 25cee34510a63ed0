import Foundation
import TestRig
import Testing

@Suite(.ownThread) struct UndertakerTests {
    @Test func `what a run leaves behind is ended and removed, and nothing else`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let left = try sleeper(folder)
        let stubborn = try ChildProcess(
            "/bin/sh",
            ["-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"],
            output: folder.path("stubborn")
        )
        try waitUntil("it was ready") { stubborn.output == "ready\n" }
        let other = try sleeper(folder)
        defer { other.stop() }
        let remains = try PrivateDirectory()
        try remains.write("text", to: "file")
        try folder.write(
            """
            group \(left.pid)
            group \(other.pid)
            folder \(remains.path)
            ended \(other.pid)
            group \(stubborn.pid)
            folder \(folder.path)/no-name-of-ours

            """,
            to: "lines"
        )

        let shell = try ChildProcess(
            "/bin/sh",
            ["-c", #"exec /bin/sh -c "$1" <"$2""#, "sh", Undertaker.script, folder.path("lines")],
            output: folder.path("output")
        )
        #expect(try shell.wait() == .status(0))
        #expect(try left.wait() == .signal(SIGTERM))
        #expect(try stubborn.wait() == .signal(SIGKILL))
        #expect(other.isRunning)
        #expect(!remains.exists("file"))
        #expect(folder.exists("lines"))
    }

    private func sleeper(_ folder: PrivateDirectory) throws -> ChildProcess {
        try ChildProcess("/bin/sleep", ["1000"], output: folder.path("sleeper"))
    }
}
