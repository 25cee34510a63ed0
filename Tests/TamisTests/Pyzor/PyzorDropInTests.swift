import Foundation
import NIOPosix
import Pyzor
import TestRig
import Testing

@testable import tamis

/// Runs the drop-in with a home folder and an input, in this process.
private func dropIn(
    _ arguments: [String],
    home: String,
    input: [UInt8] = Array(sampleMessage.utf8),
    passphrases: [String] = []
) async -> (status: Int32, output: String, errors: [String]) {
    let output = Printed()
    let errors = Printed()
    let words = Printed()
    var surroundings = PyzorDropIn.Surroundings()
    surroundings.home = nil
    surroundings.group = { MultiThreadedEventLoopGroup.singleton }
    surroundings.readInput = { input }
    surroundings.say = { output.add($0) }
    surroundings.complain = { errors.add($0) }
    surroundings.askPassphrase = { prompt in
        words.add(prompt)
        return words.lines.count <= passphrases.count ? passphrases[words.lines.count - 1] : nil
    }
    let status = await PyzorDropIn.run(["--homedir", home] + arguments, in: surroundings)
    return (status, output.text, errors.lines)
}

/// A home folder whose servers are these.
private func withHome(_ servers: [String], _ body: (PrivateDirectory) async throws -> Void) async throws {
    let folder = try PrivateDirectory()
    defer { folder.remove() }
    try folder.write(servers.joined(separator: "\n") + "\n", to: "servers")
    try await body(folder)
}

@Suite(.serialized, .timeLimit(.minutes(3)))
struct PyzorDropInTests {
    // MARK: Without servers

    @Test func `the version is pyzor's`() async throws {
        let run = await dropIn(["-V", "check"], home: "/nowhere")
        #expect(run.output == "pyzor 1.0.0\n")
        #expect(run.status == 0)
    }

    @Test func `no command and help print the help`() async throws {
        try await withHome([]) { home in
            let none = await dropIn([], home: home.path)
            let help = await dropIn(["-h", "check"], home: home.path)
            #expect(none.status == 0 && help.status == 0)
            #expect(none.output == help.output)
            #expect(none.output.hasPrefix("Usage: pyzor [options]\n\nRead data from stdin"))
            #expect(none.output.hasSuffix("  -V, --version         print version and exit\n"))
        }
    }

    @Test func `a wrong option ends with 2`() async throws {
        let run = await dropIn(["--bogus"], home: "/nowhere")
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors == ["Usage: pyzor [options]\n\npyzor: error: no such option: --bogus"])
    }

    @Test func `commands run in order, input is read once, unknown ones are passed over`() async throws {
        try await withHome([]) { home in
            let run = await dropIn(["digest", "bogus", "digest", "predigest"], home: home.path)
            #expect(run.status == 0)
            #expect(run.output == "\(sampleDigest)\n\(MessageDigest.empty)\n")
            #expect(run.errors.count == 1)
            #expect(run.errors[0].hasSuffix(" CRITICAL Unknown command: bogus"))
        }
    }

    @Test func `what pyzor dies of is one line and status 1`() async throws {
        try await withHome(["127.0.0.1:24441 trailing words"]) { home in
            let run = await dropIn(["digest"], home: home.path)
            #expect(run.status == 1)
            #expect(run.errors.count == 1)
            #expect(run.errors[0].hasPrefix("pyzor: \(home.path("servers")):1: "))
        }
        try await withHome([]) { home in
            let style = await dropIn(["-s", "bogus", "digest"], home: home.path)
            #expect(style.status == 1)
            #expect(style.errors == ["pyzor: digest: Unknown input style."])
            let html = Array("Content-Type: text/html\n\n<![foo]>\n".utf8)
            let undigestible = await dropIn(["digest"], home: home.path, input: html)
            #expect(undigestible.status == 1)
            #expect(undigestible.output == "")
            #expect(undigestible.errors.count == 1)
        }
    }

    @Test func `no home folder is ever made`() async throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let run = await dropIn(["digest"], home: folder.path("none"))
        #expect(run.status == 0)
        #expect(run.output == sampleDigest + "\n")
        #expect(!folder.exists("none"))
        let whitelist = await dropIn(["local_whitelist"], home: folder.path("none"))
        #expect(whitelist.status == 1)
        #expect(!folder.exists("none"))
    }

    @Test func `the local whitelist is kept in its file`() async throws {
        try await withHome([]) { home in
            #expect(await dropIn(["local_whitelist"], home: home.path).status == 0)
            #expect(home.read("whitelist") == sampleDigest)
            let again = await dropIn(["local_whitelist"], home: home.path)
            #expect(again.status == 0)
            #expect(again.errors[0].hasSuffix(" CRITICAL Digest \(sampleDigest) already whitelisted locally"))
            #expect(await dropIn(["local_unwhitelist"], home: home.path).errors == [])
            let gone = await dropIn(["local_unwhitelist"], home: home.path)
            #expect(gone.errors[0].hasSuffix(" CRITICAL Digest \(sampleDigest) is not whitelisted."))
            #expect(home.read("whitelist") == "")
        }
    }

    @Test func `a key is made of a passphrase given twice`() async throws {
        try await withHome([]) { home in
            let run = await dropIn(["genkey"], home: home.path, passphrases: ["a", "a"])
            #expect(run.status == 0)
            #expect(run.output.wholeMatch(of: /salt,key:\n[0-9a-f]{40},[0-9a-f]{40}\n/) != nil)
            let differing = await dropIn(["genkey"], home: home.path, passphrases: ["a", "b"])
            #expect(differing.status == 1)
            #expect(differing.output == "")
        }
    }

    // MARK: With servers

    @Test func `a check without a hit, a dead server and a refusal end with 1`() async throws {
        let server = try ScriptedPyzord { $0.answer(count: $0.digest == sampleDigest ? 5 : 0) }
        defer { server.stop() }
        let gone = "127.0.0.1:1"
        try await withHome([server.address]) { home in
            let hit = await dropIn(["check"], home: home.path)
            #expect(hit.output == "\(server.address)\t(200, 'OK')\t5\t0\n")
            #expect(hit.status == 0)
            #expect(await dropIn(["-r", "5", "check"], home: home.path).status == 1)
            let none = await dropIn(["check"], home: home.path, input: Array("\n\nother text of a message\n".utf8))
            #expect(none.output == "\(server.address)\t(200, 'OK')\t0\t0\n")
            #expect(none.status == 1)
        }
        try await withHome([server.address, gone]) { home in
            let run = await dropIn(["check"], home: home.path)
            #expect(
                Set(run.output.split(separator: "\n")) == [
                    "\(server.address)\t(200, 'OK')\t5\t0",
                    "\(gone)\t(504, 'Reading response timed-out.')",
                ]
            )
            #expect(run.status == 1)
        }
    }

    @Test func `a refusal is printed as Python prints it`() async throws {
        let server = try ScriptedPyzord { $0.answer(code: 500, diagnosis: "it's broken") }
        defer { server.stop() }
        try await withHome([server.address]) { home in
            let head = "\(server.address)\t(500, \"it's broken\")"
            #expect(await dropIn(["check"], home: home.path).output == head + "\t\n")
            #expect(await dropIn(["info"], home: home.path).output == head + "\n\n")
            let report = await dropIn(["report"], home: home.path)
            #expect(report.output == head + "\n")
            #expect(report.status == 1)
        }
    }

    @Test func `a locally whitelisted message is not asked and is no hit`() async throws {
        let server = try ScriptedPyzord { $0.answer(count: 5) }
        defer { server.stop() }
        try await withHome([server.address]) { home in
            try home.write(sampleDigest, to: "whitelist")
            let run = await dropIn(["check"], home: home.path)
            #expect(run.output == "\(server.address)\t(200, 'OK')\t0\t0\n")
            #expect(run.status == 1)
            #expect(server.questions.isEmpty)
        }
    }

    @Test func `a name that does not resolve costs its line, alone it ends with 1`() async throws {
        let server = try ScriptedPyzord { $0.answer(count: 5) }
        defer { server.stop() }
        try await withHome(["no-such-host.invalid:1", server.address]) { home in
            let run = await dropIn(["check"], home: home.path)
            #expect(run.output == "\(server.address)\t(200, 'OK')\t5\t0\n")
            #expect(run.status == 0)
            #expect(run.errors.count == 1)
        }
        try await withHome(["no-such-host.invalid:1"]) { home in
            let run = await dropIn(["report"], home: home.path)
            #expect(run.output == "")
            #expect(run.status == 1)
        }
    }

    @Test func `debugging shows the packets, and the log file gets them`() async throws {
        let server = try ScriptedPyzord { $0.answer() }
        defer { server.stop() }
        try await withHome([server.address]) { home in
            let run = await dropIn(["-d", "--log-file", "log", "check"], home: home.path)
            #expect(run.errors.count == 3)
            #expect(
                run.errors[0].hasSuffix(
                    "WARNING No accounts are setup.  All commands will be executed by the anonymous user."
                )
            )
            #expect(run.errors[1].contains("DEBUG sending: 'Op: check\\nOp-Digest: \(sampleDigest)\\nThread: "))
            #expect(run.errors[2].contains("DEBUG received: b'Code: 200\\nDiag: OK\\n"))
            #expect(run.errors[2].hasSuffix("/('127.0.0.1', \(server.port))"))
            #expect(home.read("log") == run.errors.map { $0 + "\n" }.joined())
        }
    }
}

// MARK: - Beside Debian's pyzor

private let canCompare = Programs.canRunPyzord && access("/usr/bin/pyzor", X_OK) == 0

@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: canCompare, "pyzor and pyzord are not installed"))
struct PyzorBesideDebiansTests {
    /// What Debian's pyzor does with the same command line, home and input.
    private func debian(_ arguments: [String], home: String, input: [UInt8]) throws -> (status: Int32, output: String) {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try Data(input).write(to: URL(fileURLWithPath: folder.path("in")))
        let client = try ChildProcess(
            "/bin/sh",
            ["-c", #"f=$1; shift; exec pyzor "$@" <"$f/in" 2>"$f/err""#, "sh", folder.path, "--homedir", home]
                + arguments,
            output: folder.path("out")
        )
        guard case .status(let status) = try client.wait() else { throw CocoaError(.executableLoad) }
        return (status, folder.read("out"))
    }

    @Test func `every command line has the same output and status`() async throws {
        let server = try RealPyzord()
        defer { server.stop() }
        let message = Array(sampleMessage.utf8)
        let box = Array("From a\n\(sampleMessage)\nFrom b\nSubject: y\n\nanother text altogether\n".utf8)
        let list = Array("\(sampleDigest)\n\n  da39a3ee5e6b4b0d3255bfef95601890afd80709\nxyz foo\n".utf8)
        let lines: [([String], [UInt8])] = [
            (["ping"], message), (["check"], message), (["report"], message), (["check"], message),
            (["info"], message), (["pong"], message), (["whitelist"], message), (["digest", "check"], message),
            (["check", "digest"], message), (["predigest"], message), (["-w", "3", "check"], message),
            (["-r", "9", "check"], message), (["-s", "mbox", "digest"], box), (["-s", "mbox", "check"], box),
            (["-s", "mbox", "report", "ping"], box), (["-s", "digests", "digest"], list),
            (["-s", "digests", "check"], list), (["-s", "digests", "info"], list),
            (["-s", "digests", "report"], list), (["-s", "bogus", "ping"], message),
            (["-s", "bogus", "digest"], message), (["bogus"], message), (["bogus", "digest"], message),
            (["--timeout=4", "-n", "1", "check"], message), (["check"], []), (["-s", "mbox", "report"], []),
            (["-t", "x", "check"], message), ([], message), (["--help"], message),
            (["local_whitelist", "digest"], message), (["local_unwhitelist"], message),
        ]
        for (arguments, input) in lines {
            let theirs = try debian(arguments, home: server.home, input: input)
            let ours = await dropIn(arguments, home: server.home, input: input)
            #expect(ours.output == theirs.output, "\(arguments)")
            #expect(ours.status == theirs.status, "\(arguments)")
        }
    }

    @Test func `what Debian's pyzor reports, ours finds, and the other way round`() async throws {
        let server = try RealPyzord()
        defer { server.stop() }
        let message = Array(sampleMessage.utf8)
        #expect(try debian(["report"], home: server.home, input: message).status == 0)
        #expect(await dropIn(["check"], home: server.home).output.hasSuffix("\t1\t0\n"))
        #expect(await dropIn(["report"], home: server.home).status == 0)
        #expect(try debian(["check"], home: server.home, input: message).output.hasSuffix("\t2\t0\n"))
    }
}
