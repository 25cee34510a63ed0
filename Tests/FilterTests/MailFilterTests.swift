import Mail
import NIOCore
import Policy
import Synchronization
import Testing

@testable import Filter

/// A scanner that does what the test says.
struct ScriptedScanner<Answer: Sendable & Equatable>: Scanning {
    let answer: @Sendable (ScanQuestion, NIODeadline) async -> ScannerReport<Answer>

    func scan(_ question: ScanQuestion, deadline: NIODeadline) async -> ScannerReport<Answer> {
        await answer(question, deadline)
    }
}

struct MailFilterTests {
    private func message(_ body: String = "body\r\n", from client: Client? = nil) throws -> Message {
        Message(
            client: try client ?? Client(address: .ip(#require(IPAddress("81.2.69.142")), port: 25)),
            envelope: Envelope(
                sender: .init(wireForm: Bytes("<a@b.example>".utf8)),
                recipients: [.init(wireForm: Bytes("<c@d.example>".utf8))]
            ),
            headers: HeaderList([HeaderField(name: "Subject", value: Bytes(" x".utf8))]),
            body: Bytes(body.utf8),
            arrival: 0
        )
    }

    private func filter(
        _ policy: PolicyConfiguration = PolicyConfiguration(),
        limit: Int = 1_000,
        spamd: ScriptedScanner<SpamdAnswer>?,
        pyzor: ScriptedScanner<PyzorAnswer>?
    ) -> MailFilter {
        MailFilter(policy: ScorePolicy(policy), maximumScanSize: limit, spamd: spamd, pyzor: pyzor)
    }

    private let later = NIODeadline.now() + .seconds(30)

    @Test func `both scanners are asked before either has answered`() async throws {
        let meeting = Meeting(of: 2)
        let filter = filter(
            spamd: ScriptedScanner { _, _ in
                await meeting.meet()
                return ScannerReport(.answered(SpamdAnswer(score: Points(thousandths: 4_500))))
            },
            pyzor: ScriptedScanner { _, _ in
                await meeting.meet()
                return ScannerReport(.answered(PyzorAnswer(count: 12)))
            }
        )
        let verdict = await filter.judge(try message(), deadline: later).verdict
        #expect(verdict.kind == .spam)
        #expect(verdict.score == Points(thousandths: 5_500))
    }

    @Test func `both scanners see the same copy and the same deadline`() async throws {
        let seen = Mutex<[(ScanCopy, NIODeadline)]>([])
        let filter = filter(
            spamd: ScriptedScanner { question, deadline in
                seen.withLock { $0.append((question.copy, deadline)) }
                return ScannerReport(.silent(.refused))
            },
            pyzor: ScriptedScanner { question, deadline in
                seen.withLock { $0.append((question.copy, deadline)) }
                return ScannerReport(.silent(.refused))
            }
        )
        _ = await filter.judge(try message(), deadline: later)
        let all = seen.withLock { $0 }
        #expect(all.count == 2)
        #expect(all.allSatisfy { $0.0 == all[0].0 && $0.1 == later })
        #expect(String(buffer: all[0].0.bytes).hasPrefix("Received: from "))
    }

    @Test func `a file that is scanned keeps its own Received alone`() async throws {
        let seen = Mutex<String>("")
        let filter = filter(
            spamd: ScriptedScanner { question, _ in
                seen.withLock { $0 = String(buffer: question.copy.bytes) }
                return ScannerReport(.silent(.refused))
            },
            pyzor: nil
        )
        _ = await filter.judge(try message(), writesReceived: false, deadline: later)
        #expect(seen.withLock { $0 } == "Subject: x\r\n\r\nbody\r\n")
    }

    @Test func `after the first look the body is not needed any more`() async throws {
        let filter = filter(
            spamd: ScriptedScanner { question, _ in
                let hasBody = String(buffer: question.copy.bytes).hasSuffix("body\r\n")
                return ScannerReport(.answered(SpamdAnswer(score: Points(thousandths: hasBody ? 6_000 : 0))))
            },
            pyzor: nil
        )
        var message = try message()
        guard case .open(let inquiry) = filter.firstLook(at: message) else {
            Issue.record("the message is not exempt")
            return
        }
        message.body = []
        let judgement = filter.judge(inquiry, await filter.findings(inquiry.question, deadline: later))
        #expect(judgement.verdict.kind == .spam)
        #expect(judgement.findings?.truncation == nil)
    }

    @Test func `a scanner that is switched off is skipped, and silent ones are told`() async throws {
        let filter = filter(spamd: ScriptedScanner { _, _ in ScannerReport(.silent(.timeout)) }, pyzor: nil)
        let judgement = await filter.judge(try message(), deadline: later)
        #expect(judgement.findings?.unscanned == ["spamd:timeout"])
        #expect(judgement.findings?.skipped == ["pyzor:disabled"])
        #expect(judgement.verdict.kind == .unscanned)
    }

    @Test func `when nobody is asked all are silent but those that are off`() throws {
        let judgement = filter(spamd: nil, pyzor: ScriptedScanner { _, _ in ScannerReport(.silent(.down)) })
            .judge(try message(), unasked: .busy)
        #expect(judgement.findings?.unscanned == ["pyzor:busy"])
        #expect(judgement.findings?.skipped == ["spamd:disabled"])
    }

    @Test func `a message over the limit is cut, and that is found`() async throws {
        let filter = filter(
            limit: 30,
            spamd: ScriptedScanner { _, _ in
                ScannerReport(.answered(SpamdAnswer(score: Points(thousandths: 0))))
            },
            pyzor: nil
        )
        let judgement = await filter.judge(try message(String(repeating: "line\r\n", count: 10)), deadline: later)
        #expect(judgement.findings?.truncation == Truncation(sent: 26, total: 74))
        #expect(judgement.verdict.status.contains("truncated=26/74"))
    }

    @Test func `nobody is asked about exempt mail, and it stays as it is`() async throws {
        var policy = PolicyConfiguration()
        policy.exempt.local = .skip
        let filter = filter(
            policy,
            spamd: ScriptedScanner { _, _ in
                #expect(Bool(false), "spamd was asked")
                return ScannerReport(.silent(.refused))
            },
            pyzor: nil
        )
        let judgement = await filter.judge(try message(from: Client()), deadline: later)
        #expect(judgement.verdict.kind == .exempt)
        #expect(judgement.disposition == .untouched)
        #expect(judgement.findings == nil)
    }
}

/// A place where a number of Tasks wait for each other.
private actor Meeting {
    private let size: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of size: Int) {
        self.size = size
    }

    func meet() async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            if waiting.count == size {
                for one in waiting { one.resume() }
                waiting = []
            }
        }
    }
}
