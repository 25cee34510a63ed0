import Dispatch
import Mail
import NIOCore
import NIOPosix
import Policy
import Pyzor
import Spamd
import TestRig
import Testing

@testable import Filter

struct ScannersTests {
    @Test(arguments: [
        (SpamdError.Reason.connectFailed, SilenceReason.refused), (.timedOut(.connect), .timeout),
        (.timedOut(.response), .timeout), (.timedOut(.queue), .busy), (.emptyResponse, .closed),
        (.truncatedResponse, .closed), (.malformedResponse, .garbage), (.bodyLengthMismatch, .garbage),
        (.limitExceeded, .garbage), (.serverStatus(.temporaryFailure), .status), (.tlsFailed, .tls),
        (.resolveFailed, .resolve),
        (.serversDown, .down),
    ])
    func `every failure of spamd has its word`(reason: SpamdError.Reason, word: SilenceReason) {
        #expect(SilenceReason(SpamdError(reason)) == word)
    }

    @Test func `every failure of Pyzor has its word`() throws {
        let server = try PyzorServer("192.0.2.1:24441")
        let expected: [(PyzorError, SilenceReason)] = [
            (.timedOut(server), .timeout), (.refused(server), .refused), (.unresolved(server, reason: ""), .resolve),
            (.status(server, code: 403, diagnosis: ""), .status), (.leftAlone(server), .down), (.noServers, .resolve),
        ]
        for (error, word) in expected { #expect(SilenceReason(error) == word) }
    }

    @Test func `spamd that nobody runs is silent and says where`() async throws {
        let client = try SpamdClient(configuration: .init(servers: [SpamdServer("unix:/nonexistent/spamd.sock")]))
        let report = await SpamdScanner(client: client)
            .scan(question("Subject: x\r\n\r\nbody\r\n"), deadline: .now() + .seconds(30))
        #expect(report.silence == .refused)
        #expect(report.detail?.contains("/nonexistent/spamd.sock") == true)
    }

    @Test func `asked for headers, spamd's answer gives score, rules, report and fields`() throws {
        let body = ByteBuffer(
            string:
                "Subject: x\r\nX-Spam-Status: Yes, score=7.4 tests=A,\r\n\tTIME_LIMIT_EXCEEDED\r\nX-Spam-Foo: *\r\n\r\n"
        )
        let response = Response(headers: [try Spamd.HeaderField(name: "Spam", value: "True ; 7.4 / 5.0")], body: body)
        let answer = Spamd.Answer(response: response, server: try SpamdServer("127.0.0.1:783"))
        let found = try #require(try SpamdScanner.report(answer, to: .headers).answer)
        #expect(found.score == Policy.Points(thousandths: 7_400))
        #expect(found.required == Policy.Points(thousandths: 5_000))
        #expect(found.symbols == ["A", "TIME_LIMIT_EXCEEDED"])
        #expect(found.isPartial)
        #expect(found.headers.map(\.name.description) == ["X-Spam-Status", "X-Spam-Foo"])
        #expect(found.report == nil)
    }

    @Test(arguments: [(100, "HEADERS"), (70_000, "SYMBOLS")])
    func `a long header is not asked back`(size: Int, verb: String) async throws {
        let spamd = try ScriptedSpamd { _ in .symbols([], score: "0.0", isSpam: false) }
        defer { spamd.stop() }
        let client = try SpamdClient(configuration: .init(servers: [SpamdServer(spamd.address)]))
        let text = "Subject: \(String(repeating: "x", count: size))\r\n\r\nbody\r\n"
        let report = await SpamdScanner(client: client, wish: .headers)
            .scan(question(text, limit: 1 << 20), deadline: .now() + .seconds(30))
        #expect(report.answer != nil)
        #expect(spamd.questions.map(\.verb) == [verb])
    }

    @Test func `a truncated message is not asked of Pyzor`() async {
        let report = await PyzorScanner(client: PyzorClient(), rule: .pyzor1_1)
            .scan(question("Subject: x\r\n\r\nline\r\nline\r\n", limit: 22), deadline: .now() + .seconds(30))
        #expect(report.skip == .truncated)
    }

    @Test(arguments: ["Subject: x\r\n\r\n", "Subject: x\r\n\r\nshort\r\n"])
    func `a message without text to digest is not asked of Pyzor`(text: String) async {
        let report = await PyzorScanner(client: PyzorClient(), rule: .pyzor1_1)
            .scan(question(text), deadline: .now() + .seconds(30))
        #expect(report.skip == .noDigest)
    }

    @Test func `a message on which pyzor dies is undigestible, and the reason is told`() async {
        let text = "Content-Type: text/html\r\n\r\n<![foo]> some text that is long enough\r\n"
        let report = await PyzorScanner(client: PyzorClient(), rule: .pyzor1_1)
            .scan(question(text), deadline: .now() + .seconds(30))
        #expect(report.skip == .undigestible)
        #expect(report.detail?.isEmpty == false)
    }

    @Test func `a digest that is not made in time costs Pyzor's answer and no more`() async {
        // All threads for such work are busy, so the digest is not even begun.
        let gate = DispatchSemaphore(value: 0)
        let threads = 2 * System.coreCount + 64
        for _ in 0..<threads { NIOThreadPool.singleton.submit { _ in gate.wait() } }
        defer { for _ in 0..<threads { gate.signal() } }
        let text = "Subject: x\r\n\r\n" + String(repeating: "a line of a long message\r\n", count: 4_000)
        let report = await PyzorScanner(client: PyzorClient(), rule: .pyzor1_1)
            .scan(question(text, limit: 1 << 20), deadline: .now() + .milliseconds(50))
        #expect(report.silence == .timeout)
    }

    private func question(_ text: String, limit: Int = 1_000) -> ScanQuestion {
        let stored = StoredMessage(Bytes(text.utf8))
        let message = Message(
            client: Client(),
            envelope: Envelope(sender: .init(wireForm: [])),
            headers: stored.headers,
            body: stored.body,
            arrival: 0
        )
        return ScanQuestion(copy: ScanCopy(of: message, received: nil, limit: limit), user: nil)
    }
}
