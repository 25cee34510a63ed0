import Filter
import Foundation
import Mail
import NIOCore
import Policy
import TestRig
import Testing

@testable import Daemon

/// The log's line for a message, whatever was said about it.
struct HostileLogTests {
    private func message(_ hostile: inout HostileValues) throws -> Message {
        let fields: [HeaderName] = ["Message-ID", "Subject", "X-Spam-Flag"]
        return Message(
            client: Client(
                address: hostile.pick([.unknown, .ip(try #require(IPAddress("192.0.2.1")), port: 25)]),
                hostName: hostile.mtaBytes(),
                helo: hostile.mtaBytes()
            ),
            envelope: Envelope(
                sender: .init(wireForm: hostile.mtaBytes()),
                recipients: (0..<hostile.number(below: 4)).map { _ in .init(wireForm: hostile.mtaBytes()) }
            ),
            headers: HeaderList(fields.map { HeaderField(name: $0, value: hostile.mtaBytes()) }),
            body: [],
            queueID: hostile.mtaBytes(),
            arrival: 0
        )
    }

    private func judgement(of message: Message, _ hostile: inout HostileValues) -> Judgement {
        let policy = ScorePolicy(PolicyConfiguration())
        let symbols = (0..<hostile.number(below: 5)).map { _ in hostile.text() }
        let answer = SpamdAnswer(score: Points(thousandths: 6_400), symbols: symbols, server: hostile.text())
        let findings = Findings(
            spamd: ScannerReport(hostile.pick([.answered(answer), .silent(.garbage)]), detail: hostile.text()),
            pyzor: ScannerReport(.answered(PyzorAnswer(count: .max, whitelistCount: .min, digest: hostile.text())))
        )
        let facts = policy.facts(of: message)
        let verdict = policy.judge(findings, for: facts)
        return Judgement(
            findings: findings,
            verdict: verdict,
            disposition: policy.disposition(of: verdict, from: findings, for: facts),
            milliseconds: 221
        )
    }

    private static let keys = [
        "verdict", "action", "score", "required", "spamd", "pyzor", "tests", "from", "to", "nrcpt", "client", "helo",
        "msgid", "subject",
        "size", "dur", "unscanned",
    ]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `it is one line with its keys in order, and no value adds or hides one`(seed: UInt64) throws {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<200 {
            let message = try message(&hostile)
            let judgement = judgement(of: message, &hostile)
            let text = VerdictLine.line(for: judgement, message, .init(subject: true), .logfmt).line(.logfmt)
            #expect(text.utf8.count <= 1_000 && text.utf8.allSatisfy { $0.isPrintableASCII }, "\(text)")
            let line = LogLine(text)
            #expect(line.keys.filter { $0 != "skipped" } == Self.keys, "\(text)")
            #expect(line.facts["verdict"] == judgement.verdict.kind.rawValue)
            let id = try #require(line.queueID, "\(text)")
            #expect(!id.contains(":") && !id.isEmpty)
        }
    }

    @Test(arguments: [5, 6, 7, 8] as [UInt64])
    func `as JSON it is one object with the same keys`(seed: UInt64) throws {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<200 {
            let message = try message(&hostile)
            let judgement = judgement(of: message, &hostile)
            let text = VerdictLine.line(for: judgement, message, .init(subject: true), .json).line(.json)
            #expect(text.utf8.count <= 1_000 && text.utf8.allSatisfy { $0.isPrintableASCII }, "\(text)")
            let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(Set(object.keys).subtracting(["skipped"]) == Set(Self.keys + ["level", "queue_id"]))
            #expect(object["verdict"] as? String == judgement.verdict.kind.rawValue)
        }
    }

    @Test(arguments: [9, 10] as [UInt64])
    func `no message of the daemon's own is two lines`(seed: UInt64) {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<500 {
            let record = LogRecord(
                .warning,
                "spamd: \(hostile.text())",
                ["error": .text(hostile.text()), "by": .bytes(hostile.bytes())]
            )
            for format in [LogFormat.logfmt, .json] {
                #expect(record.line(format).utf8.allSatisfy { $0.isPrintableASCII })
            }
        }
    }
}
