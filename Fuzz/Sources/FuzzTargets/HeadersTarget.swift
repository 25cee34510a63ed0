import FoundationEssentials

@testable import Daemon
@testable import Filter
@testable import Mail
@testable import Policy

extension FuzzTarget {
    /// All that Tamis writes into headers, replies and its log, from what others said. Fields of the input end in 0xFF.
    static let headers = FuzzTarget(name: "headers") { bytes in
        var choices = Choices(bytes)
        let name = HeaderName(String(decoding: choices.field().prefix(76), as: UTF8.self)) ?? "X-Fuzz"
        let value = choices.field()
        let template = String(decoding: choices.field(), as: UTF8.self)
        let word = choices.field()
        let numbers = choices.field()
        let report = String(decoding: choices.field(), as: UTF8.self)
        var symbols: [String] = []
        while !choices.rest.isEmpty { symbols.append(String(decoding: choices.field(), as: UTF8.self)) }
        checkWritten(HeaderValue(bytes: value), from: value, after: name)
        checkReceived(value, after: name)
        checkReport(report)
        checkWords(word)
        let stage = Stage(template: template, word: word, numbers: numbers, report: report, symbols: symbols)
        stage.check()
    }
}

// MARK: - Single values

private func checkWritten(_ value: HeaderValue, from bytes: [UInt8], after name: HeaderName) {
    let folded = value.folded(after: name)
    LawfulValue(folded, after: name).check()
    demand(folded.allSatisfy { $0 == 0x0A || $0 == 0x09 || $0.isPrintableASCII }, "only ASCII and folds")
    let visible = { (bytes: [UInt8]) in bytes.filter { $0 != 0x20 && $0 != 0x0A && $0 != 0x09 } }
    demand(visible(folded) == visible(Array(value.description.utf8)), "folding changes blanks alone")
    demand(HeaderValue(value.description) == value, "a value is read again as it was")
    demand(value.description.utf8.count == min(bytes.count, HeaderValue.maximumLength), "a byte for a byte")
}

/// A subject that arrived, behind a tag.
private func checkReceived(_ bytes: [UInt8], after name: HeaderName) {
    guard case .changeHeader(_, 1, let value) = demandedTag.edit(of: .present(bytes)) else { return }
    let folded = value.folded(after: name)
    demand(folded.starts(with: "[SPAM] ".utf8), "the tag stands first")
    demand(!folded.contains { $0 == 0 || $0 == 0x0D || $0 == 0x7F }, "no CR, NUL or DEL")
    demand(!folded.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 }, "no control")
    for (index, byte) in folded.enumerated() where byte == 0x0A {
        demand(index + 1 < folded.count && folded[index + 1].isBlank, "a line end is a fold")
    }
}

private let demandedTag = demanded(try? SubjectTag("[SPAM]"), "a tag of ASCII is a tag")

private func checkReport(_ text: String) {
    guard let value = ReportText.value(of: text) else { return }
    let folded = value.folded(after: "X-Spam-Report")
    LawfulValue(folded, after: "X-Spam-Report").check()
    demand(folded.count <= ReportText.maximumLength, "a report has a limit: \(folded.count)")
}

/// What an admin or a recipient gives as an address, a user, a reply.
private func checkWords(_ word: [UInt8]) {
    let text = String(decoding: word, as: UTF8.self)
    if let user = SpamdUser(text) {
        demand(!user.description.contains("..") && !user.description.contains("/"), "no path: \(user)")
        demand(user.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a user is a word: \(user)")
    }
    if let address = try? MailAddress(text) {
        demand(address.wireForm.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "an address is a word: \(address)")
        demand(address.wireForm.count { $0 == 0x3C || $0 == 0x3E } == 2, "in one pair of brackets")
    }
    if let reply = try? Reply(text) {
        demand(reply.lines.allSatisfy { $0.utf8.allSatisfy(\.isPrintableASCII) }, "a reply is ASCII: \(reply)")
        demand((try? Reply(reply.description)) == reply, "a reply is read again as it was")
    }
}

/// A header value as it is given to libmilter.
struct LawfulValue {
    private let lines: [ArraySlice<UInt8>]
    private let name: HeaderName

    init(_ bytes: [UInt8], after name: HeaderName) {
        lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        self.name = name
    }

    /// Nothing in it can begin a field, end the header or be longer than a line may be.
    func check() {
        demand(lines.allSatisfy { !$0.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } }, "no controls")
        for line in lines.dropFirst() {
            demand(line.first?.isBlank == true, "a continuation begins with a blank")
            demand(line.contains { !$0.isBlank }, "and is not empty")
        }
        let first = (lines.first?.count ?? 0) + name.bytes.count + 2
        demand(first <= 998 && lines.dropFirst().allSatisfy { $0.count <= 998 }, "no line is longer than 998 bytes")
    }
}

// MARK: - All of a message

/// A message whose every word came from the input, judged by a policy that writes all that it can.
private struct Stage {
    let policy: ScorePolicy
    let message: Message
    let findings: Findings

    init(template: String, word: [UInt8], numbers: [UInt8], report: String, symbols: [String]) {
        var configuration = PolicyConfiguration(version: "0", hostName: "mx.example.org")
        configuration.headers.report = .always
        configuration.headers.flag = .always
        configuration.headers.subjectTag = demandedTag
        configuration.spamdUser.single = .address
        configuration.headers.takeOver = [HeaderNamePattern("X-Spam-*")].compactMap(\.self)
        if let template = try? HeaderTemplate(template),
            let extra = try? ExtraHeader(name: "X-Extra", template: template)
        {
            configuration.headers.extra = [extra]
        }
        policy = ScorePolicy(configuration)
        message = Self.message(word)
        let texts = String(decoding: numbers, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        findings = Self.findings(texts.map(String.init), report, symbols, word)
    }

    private static func message(_ word: [UInt8]) -> Message {
        let bytes = word.filter { $0 != 0 }
        return Message(
            client: Client(
                address: IPAddress("192.0.2.1").map { .ip($0, port: 25) } ?? .unknown,
                hostName: bytes,
                helo: bytes
            ),
            authentication: nil,
            envelope: Envelope(
                sender: .init(wireForm: bytes, parameters: [bytes]),
                recipients: [.init(wireForm: bytes)]
            ),
            headers: HeaderList([
                HeaderField(name: "Message-ID", value: bytes), HeaderField(name: "Subject", value: bytes),
                HeaderField(name: HeaderName(received: "X-Spam-".utf8 + bytes), value: bytes),
            ]),
            body: [],
            queueID: bytes,
            receiver: bytes,
            arrival: 0
        )
    }

    private static func findings(
        _ numbers: [String],
        _ report: String,
        _ symbols: [String],
        _ word: [UInt8]
    ) -> Findings {
        let score = numbers.first.flatMap { Points(decimal: $0) }
        let required = numbers.dropFirst().first.flatMap { Points(decimal: $0) }
        let counts = numbers.dropFirst(2).map { Int64($0) ?? 0 }
        var answer = SpamdAnswer(score: score ?? .zero, required: required, symbols: symbols, report: report)
        answer.headers = symbols.prefix(4).map {
            HeaderField(name: HeaderName(received: "X-Spam-".utf8 + Array($0.utf8)), value: word)
        }
        let pyzor = PyzorAnswer(
            count: counts.first ?? 0,
            whitelistCount: counts.dropFirst().first ?? 0,
            digest: String(decoding: word, as: UTF8.self)
        )
        return Findings(
            spamd: ScannerReport(score == nil ? .silent(.garbage) : .answered(answer)),
            pyzor: ScannerReport(counts.isEmpty ? .skipped(.noDigest) : .answered(pyzor))
        )
    }

    func check() {
        let facts = policy.facts(of: message)
        let verdict = policy.judge(findings, for: facts)
        let disposition = policy.disposition(of: verdict, from: findings, for: facts)
        checkStatus(verdict)
        for case .insertHeader(_, let name, let value) in disposition.edits {
            LawfulValue(value.folded(after: name), after: name).check()
            demand(name.bytes.startsIgnoringASCIICase(with: "X-".utf8), "no field but those with X-: \(name)")
        }
        let explanation = Explanation(of: verdict, from: findings, under: policy.configuration)
        demand(explanation.lines.allSatisfy { $0.utf8.allSatisfy(\.isPrintableASCII) }, "explanations are printable")
        let judgement = Judgement(findings: findings, verdict: verdict, disposition: disposition, milliseconds: 0)
        for format in [LogFormat.logfmt, .json] {
            checkLog(VerdictLine.line(for: judgement, message, .init(subject: true), format), format)
            checkLog(
                LogRecord(
                    .info,
                    queueID: message.queueID,
                    message.client.helo.map { String(decoding: $0, as: UTF8.self) }
                ),
                format
            )
        }
    }

    private func checkStatus(_ verdict: Verdict) {
        let status = verdict.status
        demand(status.utf8.allSatisfy(\.isPrintableASCII), "a status is printable")
        demand(status.utf8.count <= 17_000, "a status has a limit: \(status.utf8.count)")
        let opening = status.prefix { $0 != "," }
        demand(opening == (verdict.isSpam ? "Yes" : "No"), "a status begins with the verdict: \(status)")
        let scores = status.split(separator: " ").count { $0.hasPrefix("score=") }
        demand(scores == (verdict.score == nil ? 0 : 1), "one score, and none without an answer: \(status)")
    }

    private func checkLog(_ record: LogRecord, _ format: LogFormat) {
        let line = record.line(format)
        demand(line.utf8.allSatisfy(\.isPrintableASCII), "a line of the log is printable")
        if record.message == nil { demand(line.utf8.count <= 1_000, "and has 1000 bytes: \(line.utf8.count) \(line)") }
        switch format {
        case .logfmt:
            let id = line.prefix { $0 != " " }
            demand(id.last == ":" && id.count { $0 == ":" } == 1, "it begins with the queue id and a colon: \(line)")
        case .json:
            let object = try? JSONDecoder().decode([String: Scalar].self, from: Data(line.utf8))
            demand(object?["level"] != nil, "and is JSON: \(line)")
        }
    }
}

/// A value in a JSON line of the log.
private struct Scalar: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard !container.decodeNil() else { return }
        if (try? container.decode(Int.self)) == nil { _ = try container.decode(String.self) }
    }
}
