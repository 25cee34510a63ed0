/// What is to become of a mailing.
struct Expected: Sendable {
    enum Fate: Equatable, Sendable {
        case delivered
        /// Accepted and held in the server's quarantine.
        case held
        /// Accepted and gone.
        case lost
        /// The client was told this, line by line; nothing arrives.
        case refused(Int, [String])
    }

    var fate = Fate.delivered
    /// Who gets it, in the same words as `Mailing.to`; nil: those to whom it was sent.
    var to: [String]?
    /// Tamis' own fields, in order, right below the server's own Received.
    var written: [(name: String, value: String)] = []
    /// What that came with it is gone: beginnings of names in lower case; one with a colon is a whole name.
    var removed = ["x-spam-"]
    /// The subject's value; nil: as it was sent.
    var subject: String?
    /// Facts of the log line.
    var log: [String: String] = [:]
    /// Whether there is a line about it, with a verdict.
    var isLogged = true

    static func refused(_ code: Int, _ lines: String..., action: String = "reject") -> Expected {
        Expected(fate: .refused(code, lines), log: ["action": action])
    }

    static let lost = Expected(fate: .lost, log: ["action": "discard"])

    static func held(action: String) -> Expected { Expected(fate: .held, log: ["action": action]) }

    /// Delivered with these fields.
    static func delivered(
        _ written: [(name: String, value: String)],
        to: [String]? = nil,
        log: [String: String] = [:]
    )
        -> Expected
    {
        Expected(to: to, written: written, log: log)
    }

    /// Delivered as it came.
    static let untouched = Expected(removed: [])
}

/// The fields that Tamis writes by default.
enum Written {
    static let version = (name: "X-Spam-Checker-Version", value: "tamis *")

    /// On spam of this score, by the default settings.
    static func spam(
        _ score: String = "7.4",
        required: String = "5.0",
        tests: String = "TEST_RULE",
        pyzor: String = "pyzor=0/0 scanned-by=spamd,pyzor"
    ) -> [(name: String, value: String)] {
        let stars = String(repeating: "*", count: min(Int(Double(score) ?? 0), 50))
        return [
            ("X-Spam-Flag", "YES"), ("X-Spam-Score", score), ("X-Spam-Level", stars),
            ("X-Spam-Status", "Yes, score=\(score) required=\(required) tests=\(tests) \(pyzor)"), version,
        ]
    }

    /// On ham.
    static func ham(
        _ score: String,
        required: String = "5.0",
        tests: String = "TEST_RULE",
        pyzor: String = "pyzor=0/0 scanned-by=spamd,pyzor"
    ) -> [(name: String, value: String)] {
        let stars = String(repeating: "*", count: max(0, min(Int(Double(score) ?? 0), 50)))
        let level = stars.isEmpty ? [] : [("X-Spam-Level", stars)]
        return [("X-Spam-Score", score)] + level + [
            ("X-Spam-Status", "No, score=\(score) required=\(required) tests=\(tests) \(pyzor)"), version,
        ]
    }

    /// On mail that nobody judged.
    static func unscanned(_ status: String) -> [(name: String, value: String)] {
        [("X-Spam-Status", "No, \(status)"), version]
    }
}
