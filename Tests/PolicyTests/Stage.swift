import Mail

@testable import Policy

/// A message and its findings, ready to be judged: each test says only what it is about.
struct Stage {
    var configuration = PolicyConfiguration(version: "0.1.0", hostName: "mx1.example.org")
    var client = Client(address: .ip(address("192.0.2.7"), port: 4_711))
    var authentication: Authentication?
    var sender = Envelope.Address(wireForm: Bytes("<sender@example.com>".utf8))
    var recipients = ["<one@example.org>"]
    var headers: [(String, String)] = [("Received", " from a by b"), ("Subject", " Hello"), ("From", " a@example.com")]
    var findings = Findings(spamd: spamd("1.0"), pyzor: pyzor(0))

    var policy: ScorePolicy { ScorePolicy(configuration) }

    var facts: MessageFacts { policy.facts(of: message) }

    var verdict: Verdict { policy.judge(findings, for: facts) }

    var disposition: Disposition { policy.disposition(of: verdict, from: findings, for: facts) }

    var message: Message {
        let fields = headers.map { HeaderField(name: HeaderName(received: $0.0.utf8), value: Bytes($0.1.utf8)) }
        let envelope = Envelope(sender: sender, recipients: recipients.map(recipient))
        return Message(
            client: client,
            authentication: authentication,
            envelope: envelope,
            headers: HeaderList(fields),
            body: Bytes("Hello\r\n".utf8),
            queueID: Bytes("4F2A1B".utf8),
            arrival: 0
        )
    }

    /// The inserted fields as the MTA shows them, the first on top, without the line end of the last.
    var insertedText: String {
        disposition.edits.reversed().compactMap { edit in
            guard case .insertHeader(index: 1, let name, let value) = edit else { return nil }
            return "\(name): \(String(decoding: value.folded(after: name), as: UTF8.self))"
        }.joined(separator: "\n")
    }

    /// The inserted value of one field, unfolded; nil when there is none.
    func inserted(_ name: HeaderName) -> String? {
        for case .insertHeader(_, name, let value) in disposition.edits { return value.description }
        return nil
    }
}

func points(_ text: String) -> Points {
    guard let points = Points(decimal: text) else { preconditionFailure("no points: \(text)") }
    return points
}

func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("no address: \(text)") }
    return address
}

func recipient(_ text: String) -> Envelope.Address { Envelope.Address(wireForm: Bytes(text.utf8)) }

func spamd(_ score: String, _ symbols: [String] = [], required: String? = "5.0") -> ScannerReport<SpamdAnswer> {
    ScannerReport(
        .answered(SpamdAnswer(score: points(score), required: required.map { points($0) }, symbols: symbols))
    )
}

func pyzor(_ count: Int64, _ whitelistCount: Int64 = 0) -> ScannerReport<PyzorAnswer> {
    ScannerReport(.answered(PyzorAnswer(count: count, whitelistCount: whitelistCount, digest: "0123abcd")))
}

func step(_ at: String, _ actions: String..., reply: String? = nil) throws -> Step {
    try Step(
        at: at == "required" ? .required : .points(points(at)),
        do: actions.map { try Action($0) },
        reply: reply.map { try Reply($0) },
        acceptsLoss: true
    )
}
