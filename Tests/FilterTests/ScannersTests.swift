import Dispatch
import Mail
import NIOCore
import NIOPosix
import Policy
import Pyzor
import Spamd
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
        let report = await SpamdScanner(client: client, wantsReport: false)
            .scan(question("Subject: x\r\n\r\nbody\r\n"), deadline: .now() + .seconds(30))
        #expect(report.silence == .refused)
        #expect(report.detail?.contains("/nonexistent/spamd.sock") == true)
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
