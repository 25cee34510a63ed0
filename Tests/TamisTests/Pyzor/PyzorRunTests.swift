import NIOCore
import Pyzor
import Synchronization
import TestRig
import Testing

@testable import tamis

/// What a command printed.
final class Printed: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }
    var text: String { lines.joined() }

    func add(_ line: String) {
        state.withLock { $0.append(line) }
    }
}

let sampleMessage = "Subject: x\n\nHello this is a body line of text\nand another line of the text\n"
let sampleDigest = "91fa0d6f05780b5ac6d347b6d0a41100751947b1"

/// Asks a question about files of a client of these servers; what was printed and what came of it.
private func run(
    _ question: PyzorQuestion,
    _ files: [String],
    servers: [String],
    style: InputStyle = .msg,
    json: Bool = true
) async throws -> (lines: [String], result: PyzorRun.Result) {
    let printed = Printed()
    let client = PyzorClient(
        configuration: .init(
            servers: try servers.map { try PyzorServer($0) },
            timeout: .seconds(5),
            cache: .none
        )
    )
    var run = PyzorRun(question: question, client: client, style: style, rule: .pyzor1_1, json: json)
    run.print = { printed.add($0) }
    run.tell = { printed.add($0) }
    let result = await run.ask(files)
    await client.shutdown()
    return (printed.lines, result)
}

@Suite(.timeLimit(.minutes(2)))
struct PyzorRunTests {
    @Test func `files are answered in their order, the unreadable ones too`() async throws {
        let server = try ScriptedPyzord { $0.answer(count: $0.digest == sampleDigest ? 7 : 0) }
        defer { server.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        var files: [String] = []
        for number in 0..<40 {
            try folder.write(number == 17 ? sampleMessage : "\n\nsome text of number \(number)\n", to: "m\(number)")
            files.append(folder.path("m\(number)"))
        }
        try folder.write("", to: "empty")
        files.insert(folder.path("nowhere"), at: 3)
        files.append(folder.path("empty"))
        let (lines, result) = try await run(.check, files, servers: [server.address])
        #expect(lines.count == 42)
        for (line, file) in zip(lines, files) { #expect(line.hasPrefix("{\"file\":\"\(file)\",")) }
        #expect(lines[3].contains("\"kind\":\"unreadable\""))
        #expect(lines[41].contains("\"kind\":\"noMessage\""))
        #expect(lines[18].contains("\"digest\":\"\(sampleDigest)\""))
        #expect(lines[18].contains("\"count\":7,\"wl_count\":0"))
        #expect(result == .init(status: 66, isHit: true))
    }

    @Test func `each server has a line, and a dead one gives the exit status`() async throws {
        let server = try ScriptedPyzord { $0.answer(count: 2, whitelisted: 1) }
        defer { server.stop() }
        let gone = "127.0.0.1:1"
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write(sampleMessage, to: "m")
        let (lines, result) = try await run(
            .check,
            [folder.path("m")],
            servers: [server.address, gone],
            json: false
        )
        #expect(lines.count == 2)
        #expect(lines[0] == "\(folder.path("m")): \(server.address): 200 OK count=2 wl_count=1")
        #expect(lines[1] == "\(folder.path("m")): \(gone): nobody listens there")
        #expect(result == .init(status: 69, isHit: false))
    }

    @Test func `the digest of nothing is not asked`() async throws {
        let server = try ScriptedPyzord { $0.answer() }
        defer { server.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write("\(MessageDigest.empty)\n\(sampleDigest)\n", to: "digests")
        let (lines, result) = try await run(
            .report,
            [folder.path("digests")],
            servers: [server.address],
            style: .digests
        )
        #expect(lines.count == 2)
        #expect(lines[0].contains("\"kind\":\"emptyDigest\""))
        #expect(lines[1].contains("\"code\":200"))
        #expect(result.status == 65)
        #expect(server.questions.map(\.digest) == [sampleDigest])
        #expect(server.questions[0].value("Op-Spec") == "20,3,60,3")
    }

    @Test func `a refusal is shown with the server's code`() async throws {
        let server = try ScriptedPyzord { $0.answer(code: 403, diagnosis: "Forbidden: no") }
        defer { server.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write(sampleMessage, to: "m")
        let (lines, result) = try await run(.whitelist, [folder.path("m")], servers: [server.address])
        #expect(lines[0].contains("\"code\":403,\"diag\":\"Forbidden: no\""))
        #expect(result.status == 76)
    }

    @Test func `digests are printed for each message of an mbox`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write("From a\n\(sampleMessage)\nFrom b\n\(sampleMessage)", to: "box")
        let printed = Printed()
        var run = DigestRun(style: .mbox, rule: .pyzor1_1, json: false, showsLines: false)
        run.tell = { printed.add($0) }
        #expect(run.digests(of: [folder.path("box")]) == 0)
        #expect(printed.lines == Array(repeating: "\(sampleDigest)  \(folder.path("box"))", count: 2))
    }

    @Test func `predigest shows the hashed lines, and an error is a line of JSON as well`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write(sampleMessage, to: "m")
        try folder.write("Content-Type: text/html\n\n<![foo]>\n", to: "bad")
        let printed = Printed()
        var run = DigestRun(style: .msg, rule: .pyzor1_1, json: true, showsLines: true)
        run.print = { printed.add($0) }
        #expect(run.digests(of: [folder.path("m"), folder.path("bad")]) == 65)
        #expect(printed.lines.count == 2)
        #expect(printed.lines[0].contains(#""lines":["Hellothisisabodylineoftext","andanotherlineofthetext"]"#))
        #expect(printed.lines[1].contains(#""digest":null,"lines":null,"error":{"kind":"undigestible""#))
    }

    @Test func `a line among digests that is none is one clear error, and nobody is asked`() async throws {
        let server = try ScriptedPyzord { $0.answer(count: 1) }
        defer { server.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write("\(sampleDigest)\n\nnot a \u{1B}digest\nneither\n", to: "wrong")
        try folder.write("\n  \(sampleDigest.uppercased()) \n", to: "right")
        let files = [folder.path("wrong"), folder.path("right")]
        let (lines, result) = try await run(.check, files, servers: [server.address], style: .digests)
        #expect(lines.count == 2)
        #expect(lines[0].contains(#""kind":"noDigest""#))
        #expect(
            lines[0].contains(#"line 3 is no digest: expected 40 hexadecimal digits, found \"not a \\u{1B}digest\""#)
        )
        #expect(lines[1].contains(#""digest":"\#(sampleDigest)""#))
        #expect(result == .init(status: 65, isHit: true))
        #expect(server.questions.map(\.digest) == [sampleDigest])
    }
}
