import Filter
import Mail
import NIOCore
import Policy
import Testing

@testable import Daemon

struct VerdictLineTests {
    private func message(
        from: String = "<a@x>",
        to: [String] = ["<b@y>"],
        helo: String? = "mail.example",
        messageID: String = " <m1@x>"
    ) throws -> Message {
        Message(
            client: Client(
                address: .ip(try #require(IPAddress("81.2.69.142")), port: 25),
                hostName: Bytes("mail.example".utf8),
                helo: helo.map { Bytes($0.utf8) }
            ),
            envelope: Envelope(
                sender: .init(wireForm: Bytes(from.utf8)),
                recipients: to.map { .init(wireForm: Bytes($0.utf8)) }
            ),
            headers: HeaderList([
                HeaderField(name: "Message-ID", value: Bytes(messageID.utf8)),
                HeaderField(name: "Subject", value: Bytes(" secret".utf8)),
            ]),
            body: [],
            queueID: Bytes("4F2A1B".utf8),
            arrival: 0
        )
    }

    private func judgement(
        of message: Message,
        symbols: [String] = ["A", "B"],
        pyzor: ScannerReport<PyzorAnswer>? = nil
    )
        -> Judgement
    {
        let policy = ScorePolicy(PolicyConfiguration())
        let findings = Findings(
            spamd: ScannerReport(
                .answered(SpamdAnswer(score: Points(thousandths: 6_400), symbols: symbols)),
                milliseconds: 212
            ),
            pyzor: pyzor ?? ScannerReport(.answered(PyzorAnswer(count: 12)), milliseconds: 45)
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

    private func line(_ judgement: Judgement, _ message: Message, _ contents: VerdictLine.Contents = .init()) -> String
    {
        VerdictLine.line(for: judgement, message, contents, .logfmt).line(.logfmt)
    }

    @Test func `the line is the one that the manual shows`() throws {
        let message = try message()
        let expected =
            "4F2A1B: verdict=spam action=tag score=7.4 required=5.0 spamd=6.4/ok/0.212s pyzor=12/0/ok/0.045s "
            + "tests=A,B,PYZOR_CHECK from=<a@x> to=<b@y> nrcpt=1 client=mail.example[81.2.69.142] helo=mail.example "
            + "msgid=<m1@x> size=\(message.size) dur=0.221s unscanned=none"
        #expect(line(judgement(of: message), message) == expected)
    }

    @Test func `a silent scanner is told with its reason and time`() throws {
        let message = try message()
        let silent = ScannerReport<PyzorAnswer>(.silent(.timeout), milliseconds: 3_001)
        let text = line(judgement(of: message, pyzor: silent), message)
        #expect(text.contains(" pyzor=-/-/timeout/3.001s "))
        #expect(text.hasSuffix(" unscanned=pyzor:timeout"))
    }

    @Test func `recipients can be left out and the subject put in`() throws {
        let message = try message()
        let text = line(judgement(of: message), message, .init(recipients: false, subject: true))
        #expect(text.contains(" to=- nrcpt=1 "))
        #expect(text.contains(" subject=secret "))
        #expect(!line(judgement(of: message), message).contains("secret"))
    }

    @Test func `rules are shortened before anything else`() throws {
        let message = try message()
        let symbols = (100..<400).map { "RULE_\($0)" }
        let text = line(judgement(of: message, symbols: symbols), message)
        #expect(text.utf8.count <= 1_000)
        #expect(text.firstMatch(of: #/tests=PYZOR_CHECK,RULE_100,[A-Z0-9_,]*\+[0-9]+ from=<a@x> to=<b@y> /#) != nil)
    }

    @Test func `no line is longer than 1000 bytes and no key vanishes, whatever the mail says`() throws {
        let long = String(repeating: "\u{1}é\"\\", count: 4_000)
        let message = try message(
            from: "<\(long)>",
            to: (0..<200).map { "<\($0)\(long)>" },
            helo: long,
            messageID: long
        )
        let text = line(judgement(of: message, symbols: [long, "A", "B"]), message, .init(subject: true))
        #expect(text.utf8.count <= 1_000)
        #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        let keys = [
            "verdict", "action", "score", "required", "spamd", "pyzor", "tests", "from", "to", "nrcpt", "client",
            "helo",
            "msgid", "subject", "size", "dur", "unscanned",
        ]
        var rest = text[...]
        for key in keys {
            let found = try #require(rest.firstRange(of: "\(key)="), "\(key) is missing or out of order")
            rest = rest[found.upperBound...]
        }
    }

    @Test func `a client without a name, and none at all`() throws {
        let address = Client.Address.ip(try #require(IPAddress("2a02:6b8::1")), port: 25)
        #expect(VerdictLine.client(Client(address: address)) == Bytes("unknown[2a02:6b8::1]".utf8))
        #expect(VerdictLine.client(Client()) == Bytes("local".utf8))
    }

    @Test func `a line about mail that nobody judged has its length too`() {
        let long = Bytes(repeating: 0x01, count: 60_000)
        let record = LogRecord(
            .notice,
            queueID: nil,
            nil,
            ["exempt": .text("null-sender"), "client": .text("local"), "from": .bytes(long)]
        )
        for format in [LogFormat.logfmt, .json] {
            let text = VerdictLine.bounded(record, format).line(format)
            #expect(text.utf8.count <= 1_000)
            #expect(text.contains("null-sender") && text.contains("..."))
        }
    }

    @Test func `values of a few hostile bytes each do not make a line too long either`() throws {
        for count in 10..<40 {
            let evil = String(repeating: "\u{1}", count: count)
            var message = try message(from: "<\(evil)>", to: ["<\(evil)>"], helo: evil, messageID: evil)
            message.queueID = Bytes(evil.utf8)
            message.client.hostName = Bytes(evil.utf8)
            for format in [LogFormat.logfmt, .json] {
                let record = VerdictLine.line(for: judgement(of: message), message, .init(subject: true), format)
                #expect(record.line(format).utf8.count <= 1_000)
            }
        }
    }
}
