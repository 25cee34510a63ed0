import Filter
import Mail
import Policy

/// The one line that the log holds for a message.
///
/// Keys stand in a fixed order and never vanish. The line has at most 1000 bytes, since syslog and journals split longer ones: the
/// names of rules are shortened first (`A,B,+17`), then recipients, sender, HELO, Message-ID and the rest.
enum VerdictLine {
    /// What of a message the settings allow into the log.
    struct Contents: Sendable, Equatable {
        var recipients = true
        var subject = false
    }

    static let maximumLength = LogRecord.maximumLength

    static func line(
        for judgement: Judgement,
        _ message: Message,
        _ contents: Contents,
        _ format: LogFormat
    ) -> LogRecord {
        let verdict = judgement.verdict
        let facts: KeyValuePairs<String, LogRecord.Value> = [
            "verdict": .text(verdict.kind.rawValue),
            "action": .text(verdict.actionWords),
            "score": .text(verdict.shownScore?.description ?? "-"),
            "required": .text(verdict.required.description),
            "spamd": .bytes(spamd(judgement.findings?.spamd)),
            "pyzor": .bytes(pyzor(judgement.findings?.pyzor)),
            "tests": .text(verdict.tests.isEmpty ? "none" : verdict.tests.joined(separator: ",")),
        ]
        var record = LogRecord(.notice, queueID: message.queueID, nil, facts)
        record.facts += envelope(of: message, contents)
        record.facts.append(.init(key: "dur", value: .bytes(seconds(judgement.milliseconds))))
        let unscanned = judgement.findings?.unscanned ?? []
        record.facts.append(
            .init(key: "unscanned", value: .text(unscanned.isEmpty ? "none" : unscanned.joined(separator: ",")))
        )
        if let skipped = judgement.findings?.skipped, !skipped.isEmpty {
            record.facts.append(.init(key: "skipped", value: .text(skipped.joined(separator: ","))))
        }
        return shortened(record, tests: verdict.tests, format)
    }

    /// The line for a message that was refused or put off without a judgement.
    static func refused(
        _ message: Message,
        _ action: String,
        because reason: String,
        _ contents: Contents,
        _ format: LogFormat
    ) -> LogRecord {
        var record = LogRecord(
            .warning,
            queueID: message.queueID,
            nil,
            ["action": .text(action), "reason": .text(reason)]
        )
        record.facts += envelope(of: message, contents)
        return shortened(record, tests: [], format)
    }

    /// A line about a connection, or about a message that nobody judged, with its long values cut.
    static func bounded(_ record: LogRecord, _ format: LogFormat) -> LogRecord {
        shortened(record, tests: [], format)
    }

    /// `mail.example[192.0.2.1]`; `unknown[192.0.2.1]` for a client without a verified name; `local` without an address.
    static func client(_ client: Client) -> Bytes {
        guard let address = client.ipAddress else { return Bytes("local".utf8) }
        var text = client.hostName ?? Bytes("unknown".utf8)
        text.append(0x5B)
        text.append(utf8: address.description)
        text.append(0x5D)
        return text
    }

    private static func envelope(of message: Message, _ contents: Contents) -> [LogRecord.Fact] {
        let recipients = message.envelope.recipients
        let shown = contents.recipients ? recipients.prefix(20).map { bracketed($0.bare) } : []
        var facts: [LogRecord.Fact] = [
            .init(key: "from", value: .bytes(bracketed(message.envelope.sender.bare))),
            .init(
                key: "to",
                value: .bytes(contents.recipients ? Bytes(shown.joined(separator: [0x2C])) : Bytes("-".utf8))
            ),
            .init(key: "nrcpt", value: .number(recipients.count)),
            .init(key: "client", value: .bytes(client(message.client))),
            .init(
                key: "helo",
                value: .bytes(message.client.helo.map { Bytes($0.prefix(maximumLength)) } ?? Bytes("-".utf8))
            ),
            .init(key: "msgid", value: .bytes(value(of: "Message-ID", in: message) ?? Bytes("-".utf8))),
        ]
        if contents.subject {
            facts.append(.init(key: "subject", value: .bytes(value(of: "Subject", in: message) ?? Bytes("-".utf8))))
        }
        facts.append(.init(key: "size", value: .number(message.size)))
        return facts
    }

    private static func bracketed(_ address: Bytes) -> Bytes { [0x3C] + address.prefix(maximumLength) + [0x3E] }

    private static func value(of name: HeaderName, in message: Message) -> Bytes? {
        message.headers[name: name].map { Bytes($0.trimmedValue.prefix(maximumLength)) }
    }

    /// `6.4/ok/0.212s`, `-/timeout/40.000s`, `-/disabled/0.000s`.
    private static func spamd(_ report: ScannerReport<SpamdAnswer>?) -> Bytes {
        guard let report else { return Bytes("-".utf8) }
        var text = Bytes()
        text.append(utf8: report.answer?.score.description ?? "-")
        append(state(report), seconds: report.milliseconds, to: &text)
        return text
    }

    /// `12/0/ok/0.045s`: count and whitelist count first.
    private static func pyzor(_ report: ScannerReport<PyzorAnswer>?) -> Bytes {
        guard let report else { return Bytes("-".utf8) }
        var text = Bytes()
        if let answer = report.answer {
            text.append(decimal: answer.count)
            text.append(0x2F)
            text.append(decimal: answer.whitelistCount)
        } else {
            text.append(utf8: "-/-")
        }
        append(state(report), seconds: report.milliseconds, to: &text)
        return text
    }

    private static func append(_ state: String, seconds milliseconds: Int64, to text: inout Bytes) {
        text.append(0x2F)
        text.append(utf8: state)
        text.append(0x2F)
        text += seconds(milliseconds)
    }

    private static func state<Answer>(_ report: ScannerReport<Answer>) -> String {
        report.silence?.rawValue ?? report.skip?.rawValue ?? "ok"
    }

    private static func seconds(_ milliseconds: Int64) -> Bytes {
        var text = Bytes()
        text.append(decimal: milliseconds / 1_000)
        text.append(0x2E)
        text.append(decimal: milliseconds % 1_000, width: 3)
        text.append(0x73)
        return text
    }

    private static func shortened(_ record: LogRecord, tests: [String], _ format: LogFormat) -> LogRecord {
        // The texts are ours or were made safe, so most lines need not be made twice.
        if record.maximumLineLength <= maximumLength { return record }
        var record = record
        var kept = tests.count
        while record.excess(format) > 0, kept > 0 {
            kept = kept > 64 ? kept / 2 : kept - 1
            let names = tests[..<kept].joined(separator: ",")
            record.set("tests", .text(names + (names.isEmpty ? "" : ",") + "+\(tests.count - kept)"))
        }
        return record.cut(format)
    }
}
