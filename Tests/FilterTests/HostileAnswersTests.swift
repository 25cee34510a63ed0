import Mail
import NIOCore
import Policy
import Pyzor
import Spamd
import TestRig
import Testing

@testable import Filter

/// A spamd that says these bytes, read as the scanner reads any other.
private struct TalkingSpamd: Scanning {
    let bytes: [UInt8]

    func scan(_ question: ScanQuestion, deadline: NIODeadline) async -> ScannerReport<SpamdAnswer> {
        do throws(SpamdError) {
            var parser = ResponseParser(answering: .report)
            try parser.consume(ByteBuffer(bytes: bytes))
            let answer = Spamd.Answer(response: try parser.finish(.closed).checked(), server: .standard)
            return try SpamdScanner.report(answer, to: .report)
        } catch {
            return ScannerReport(.silent(SilenceReason(error)), detail: "\(error)")
        }
    }
}

/// The whole way of a message whose sender, mail server and scanners are all hostile.
struct HostileAnswersTests {
    private func answer(_ score: String, required: String = "5.0", report: String = "---- --\n 1.0 A a\n") -> [UInt8] {
        Array(
            "SPAMD/1.1 0 EX_OK\r\nContent-length: \(report.utf8.count)\r\nSpam: True ; \(score) / \(required)\r\n\r\n\(report)"
                .utf8
        )
    }

    private func question() -> ScanQuestion {
        let message = Message(
            client: Client(),
            envelope: Envelope(sender: .init(wireForm: [])),
            headers: HeaderList(),
            body: [],
            arrival: 0
        )
        return ScanQuestion(copy: ScanCopy(of: message, received: nil, limit: 1_000), user: nil)
    }

    @Test(arguments: HostileValues.scores)
    func `a score that cannot be added exactly is garbage, and spamd is silent`(score: String) async {
        let report = await TalkingSpamd(bytes: answer(score)).scan(question(), deadline: .now() + .seconds(30))
        if let points = Policy.Points(decimal: score) {
            #expect(report.answer?.score == points)
        } else {
            #expect(report.silence == .garbage)
        }
    }

    @Test(arguments: ["nan", "1e400", "5,0", "1234567890", "12345678.91", "0.0001", "inf"])
    func `so is a threshold`(required: String) async {
        let report = await TalkingSpamd(bytes: answer("1.0", required: required)).scan(
            question(),
            deadline: .now() + .seconds(30)
        )
        #expect(report.silence == .garbage)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `nothing that anybody says becomes a second field, a second request or a lost verdict`(
        seed: UInt64
    ) async throws {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<60 {
            let message = try message(&hostile)
            let filter = try filter(&hostile)
            try checkRequest(filter.question(about: message, writesReceived: true))
            let judgement = await filter.judge(message, deadline: .now() + .seconds(30))
            #expect(judgement.verdict.status.utf8.allSatisfy { $0.isPrintableASCII })
            checkEdits(judgement.disposition.edits, of: message)
            switch judgement.disposition.answer {
            case .reject(let reply), .tempfail(let reply):
                #expect(reply.lines.allSatisfy { $0.utf8.allSatisfy { $0.isPrintableASCII } })
            case .accept, .discard: break
            }
        }
    }

    private func message(_ hostile: inout HostileValues) throws -> Message {
        let fields = (0..<hostile.number(below: 6)).map { _ in
            let name = hostile.pick(["X-Spam-Flag", "x-spam-status", "Subject", "X-Envelope-From", "X-Spam-"])
            let more = hostile.pick([[], hostile.mtaBytes().filter { $0 > 0x20 && $0 != 0x3A }])
            return HeaderField(name: HeaderName(received: Bytes(name.utf8) + more), value: hostile.mtaBytes())
        }
        return Message(
            client: Client(
                address: .ip(try #require(IPAddress("192.0.2.1")), port: 25),
                hostName: hostile.mtaBytes(),
                helo: hostile.mtaBytes()
            ),
            envelope: Envelope(
                sender: .init(wireForm: hostile.mtaBytes(), parameters: [hostile.mtaBytes()]),
                recipients: (0..<hostile.number(below: 3)).map { _ in .init(wireForm: hostile.mtaBytes()) }
            ),
            headers: HeaderList(fields),
            body: hostile.bytes(),
            queueID: hostile.mtaBytes(),
            receiver: hostile.mtaBytes(),
            arrival: 0
        )
    }

    private func filter(_ hostile: inout HostileValues) throws -> MailFilter {
        var policy = PolicyConfiguration(version: "0", hostName: "mx.example.org")
        policy.headers.report = .always
        policy.headers.flag = .always
        policy.headers.subjectTag = try SubjectTag("[SPAM]")
        policy.headers.extra = [try ExtraHeader(name: "X-All", template: HeaderTemplate("{tests} {queue-id} {digest}"))]
        policy.spamdUser.single = .address
        let report =
            hostile.text() + "\n---- --\n 1.0 \(hostile.text()) \(hostile.text())\n 2.0 RULE \(hostile.text())\n"
        let spamd = answer(hostile.pick(["7.0", "-1", hostile.pick(HostileValues.scores)]), report: report)
        let pyzor = PyzorAnswer(count: 7, digest: hostile.text())
        return MailFilter(
            policy: ScorePolicy(policy),
            maximumScanSize: hostile.pick([1_000, 1 << 20]),
            spamd: TalkingSpamd(bytes: spamd),
            pyzor: ScriptedScanner { _, _ in ScannerReport(.answered(pyzor)) }
        )
    }

    /// The copy is in one request, whose fields are ours, and begins with one Received field of ours.
    private func checkRequest(_ question: ScanQuestion) throws {
        var request = Request(.symbols, body: question.copy.bytes)
        if let user = question.user { try request.setUser(user) }
        var parser = RequestParser()
        let encoded = try request.encoded().bytes
        let consumed = try parser.consume(encoded)
        let read = try consumed ?? parser.finish()
        #expect(read.body == question.copy.bytes && read.user == question.user && read.verb == .symbols)
        #expect(read.headers.count == (question.user == nil ? 0 : 1))
        let header = StoredMessage(Bytes(question.copy.bytes.readableBytesView)).headers
        #expect(header.fields.first?.name == "Received")
        #expect(header.fields.allSatisfy { !$0.name.bytes.startsIgnoringASCIICase(with: "X-Spam-".utf8) })
        #expect(header.fields.first?.value.allSatisfy { $0.isPrintableASCII || $0 == 0x0A || $0 == 0x09 } == true)
    }

    /// One field for each insertion, none of them the message's own, all forged ones gone.
    private func checkEdits(_ edits: [Modification], of message: Message) {
        var forged = message.headers.fields.count { $0.name.bytes.startsIgnoringASCIICase(with: "X-Spam-".utf8) }
        for edit in edits {
            switch edit {
            case .insertHeader(index: 1, let name, let value):
                #expect(name.bytes.starts(with: "X-".utf8))
                let folded = value.folded(after: name)
                #expect(folded.allSatisfy { $0 == 0x0A || $0 == 0x09 || $0.isPrintableASCII })
                let lines = folded.split(separator: 0x0A, omittingEmptySubsequences: false)
                #expect(lines.dropFirst().allSatisfy { $0.first?.isBlank == true && $0.contains { !$0.isBlank } })
                #expect(lines.allSatisfy { $0.count <= 998 })
            case .changeHeader("Subject", index: 1, let value), .addHeader("Subject", let value):
                let text = value.folded(after: "Subject")
                #expect(text.starts(with: "[SPAM]".utf8) && !text.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 })
            case .deleteHeader: forged -= 1
            default: Issue.record("unexpected edit: \(edit)")
            }
        }
        #expect(forged == 0)
    }
}
