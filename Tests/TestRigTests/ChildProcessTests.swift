import Foundation
import TestRig
import Testing

@Suite(.ownThread) struct ChildProcessTests {
    @Test func `output and exit status are kept`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let (output, exit) = try run("echo one; echo two >&2; exit 3", in: folder)
        #expect(output == "one\ntwo\n")
        #expect(exit == .status(3))
    }

    @Test func `what a program started ends with it`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let process = try ChildProcess("/bin/sh", ["-c", "sleep 1000 & echo $!; wait"], output: folder.path("output"))
        let grandchild = try waitFor("a number") { pid_t(folder.read("output").trimmingCharacters(in: .newlines)) }
        #expect(process.stop() == .signal(SIGTERM))
        try waitUntil("the grandchild had ended") { isGone(grandchild) }
    }

    @Test func `a program that ignores SIGTERM is ended by force`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let process = try ChildProcess(
            "/bin/sh",
            ["-c", "trap '' TERM; echo ready; while :; do sleep 1000; done"],
            output: folder.path("output")
        )
        try waitUntil("it was ready") { process.output == "ready\n" }
        #expect(process.stop(grace: .milliseconds(200)) == .signal(SIGKILL))
    }

    @Test func `a program that is not there is an error`() {
        #expect(throws: RigError.self) { try ChildProcess("/nowhere/program", output: "/dev/null") }
    }

    @Test func `waiting in vain says what for`() {
        #expect(throws: RigError("waited in vain (0.01 seconds) until pigs flew")) {
            try waitUntil("pigs flew", within: .milliseconds(10)) { false }
        }
    }

    /// Gone, or a zombie that its new parent has not asked for yet.
    private func isGone(_ pid: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
        return status.contains(") Z ")
    }
}
