import Filter
import Foundation
import Mail
import NIOCore
import Policy
import Testing

@testable import tamis

struct ScanReportTests {
    private func judgement(
        spamd: ScannerReport<SpamdAnswer>,
        pyzor: ScannerReport<PyzorAnswer>
    ) throws -> Judgement {
        let policy = ScorePolicy(PolicyConfiguration(version: "1", hostName: "mx"))
        let message = Message(
            client: Client(address: .ip(try #require(IPAddress("81.2.69.142")), port: 25)),
            envelope: Envelope(sender: .init(wireForm: Bytes("a@b".utf8))),
            headers: HeaderList([HeaderField(name: "X-Spam-Flag", value: Bytes(" NO".utf8))]),
            body: [],
            arrival: 0
        )
        let findings = Findings(spamd: spamd, pyzor: pyzor)
        let facts = policy.facts(of: message)
        let verdict = policy.judge(findings, for: facts)
        return Judgement(
            findings: findings,
            verdict: verdict,
            disposition: policy.disposition(of: verdict, from: findings, for: facts),
            milliseconds: 250
        )
    }

    private func object(_ report: ScanReport) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any])
    }

    private let answered = ScannerReport(
        .answered(SpamdAnswer(score: Points(thousandths: 6_400), symbols: ["A", "B"], server: "127.0.0.1:783")),
        milliseconds: 212
    )

    @Test func `the JSON of a judged message has every key and exact numbers`() throws {
        let pyzor = ScannerReport(
            .answered(PyzorAnswer(count: 12, digest: String(repeating: "a", count: 40))),
            milliseconds: 45
        )
        let report = ScanReport(file: "mail \"1\"\n", judgement: try judgement(spamd: answered, pyzor: pyzor))
        let json = try object(report)
        let keys = [
            "file", "verdict", "action", "score", "required", "tests", "spamd", "pyzor", "edits", "reply", "unscanned",
            "skipped", "error",
        ]
        #expect(Set(json.keys) == Set(keys))
        #expect(json["file"] as? String == "mail \"1\"\n")
        #expect(json["verdict"] as? String == "spam")
        #expect(report.json.contains(#""score":7.4,"required":5.0,"tests":["A","B","PYZOR_CHECK"]"#))
        let spamd = try #require(json["spamd"] as? [String: Any])
        #expect(
            Set(spamd.keys) == ["state", "why", "partial", "server", "score", "required", "symbols", "seconds"]
        )
        #expect(report.json.contains(#""score":6.4,"required":null,"symbols":["A","B"],"seconds":0.212"#))
        let found = try #require(json["pyzor"] as? [String: Any])
        #expect(Set(found.keys) == ["state", "why", "digest", "count", "wl_count", "points", "seconds"])
        let edits = try #require(json["edits"] as? [[String: Any]])
        #expect(edits.allSatisfy { Set($0.keys) == ["edit", "index", "name", "value"] })
        #expect(edits.first?["edit"] as? String == "delete-header")
        #expect(edits.last?["name"] as? String == "X-Spam-Flag")
    }

    @Test func `scanners that did not answer have their reason and null for all else`() throws {
        let report = ScanReport(
            file: "-",
            judgement: try judgement(
                spamd: ScannerReport(.silent(.refused), detail: "127.0.0.1:783: no connection"),
                pyzor: ScannerReport(.skipped(.noDigest))
            )
        )
        let json = try object(report)
        #expect(json["score"] is NSNull)
        #expect(json["unscanned"] as? [String] == ["spamd:refused"])
        #expect(json["skipped"] as? [String] == ["pyzor:no-digest"])
        #expect(report.json.contains(#""spamd":{"state":"silent","why":"refused","partial":null"#))
        #expect(report.text.contains("silent: refused (127.0.0.1:783: no connection)"))
    }

    @Test(
        arguments: [
            (SilenceReason.refused, 69), (.timeout, 75), (.busy, 75), (.down, 75), (.closed, 74), (.garbage, 76),
            (.status, 76),
            (.tls, 76), (.resolve, 68),
        ] as [(SilenceReason, Int32)]
    )
    func `what spamd did not answer is no success`(reason: SilenceReason, status: Int32) throws {
        let pyzor = ScannerReport(.answered(PyzorAnswer(count: 1)))
        #expect(try judgement(spamd: ScannerReport(.silent(reason)), pyzor: pyzor).exitStatus == status)
        let silent = ScannerReport<PyzorAnswer>(.silent(reason))
        #expect(try judgement(spamd: answered, pyzor: silent).exitStatus == 0)
        #expect(try judgement(spamd: ScannerReport(.skipped(.disabled)), pyzor: silent).exitStatus == status)
    }

    @Test func `an error has every key too`() throws {
        let json = try object(ScanReport(file: "x", problem: "holds no message"))
        #expect(json.count == 13)
        #expect(json["error"] as? String == "holds no message")
        #expect(json.filter { !($0.value is NSNull) }.keys.sorted() == ["error", "file"])
    }
}

struct JSONValueTests {
    @Test func `any text is read back as it was`() throws {
        let text = "\u{0}\u{1F}\u{7F}\"\\/\n\r\t é 😀 \u{2028}"
        let data = Data(JSONValue.object(["k": .string(text)]).description.utf8)
        let object = try JSONSerialization.jsonObject(with: data) as? [String: String]
        #expect(object?["k"] == text)
    }

    @Test func `members keep their order`() {
        let value = JSONValue.object(["b": .integer(1), "a": .array([.null, .bool(true), .decimal("1.50")])])
        #expect(value.description == #"{"b":1,"a":[null,true,1.50]}"#)
    }
}
