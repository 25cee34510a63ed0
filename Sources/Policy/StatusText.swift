/// The value of X-Spam-Status.
///
/// SpamAssassin's own order, so that every sieve rule keeps working, with our words behind its `tests=`:
/// `Yes|No, score=S required=R tests=A,B [pyzor=COUNT/WL] [partial=spamd] [truncated=SENT/TOTAL] [skipped=N:WHY,..]
/// [unscanned=N:WHY,..] scanned-by=N,..`. When nobody answered there is no `score=` and no `tests=`, since a reader (Dovecot's
/// spamtest for one) would take the message as tested and clean.
struct StatusText: CustomStringConvertible {
    let description: String

    /// What is left of a longer list of tests ends in `,+17`: the number of those left out.
    static let maximumTestsLength = 16_384

    init(_ verdict: Verdict, findings: Findings) {
        description = verdict.kind == .unscanned ? Self.unanswered(verdict, findings) : Self.answered(verdict, findings)
    }

    private static func answered(_ verdict: Verdict, _ findings: Findings) -> String {
        var words = [
            "\(verdict.isSpam ? "Yes" : "No"),",
            "score=\(verdict.shownScore ?? .zero)",
            "required=\(verdict.required)",
            "tests=\(tests(verdict.tests))",
        ]
        if let pyzor = findings.pyzor.answer { words.append("pyzor=\(pyzor.count)/\(pyzor.whitelistCount)") }
        if findings.spamd.answer?.isPartial == true { words.append("partial=spamd") }
        words += limits(of: findings)
        words.append("scanned-by=\(findings.answered.map(\.rawValue).joined(separator: ","))")
        return words.joined(separator: " ")
    }

    private static func unanswered(_ verdict: Verdict, _ findings: Findings) -> String {
        var words: [String] = []
        if !findings.skipped.isEmpty { words.append("skipped=\(findings.skipped.joined(separator: ","))") }
        if let cut = findings.truncation { words.append("truncated=\(cut.sent)/\(cut.total)") }
        if !findings.unscanned.isEmpty { words.append("unscanned=\(findings.unscanned.joined(separator: ","))") }
        return "No, \(words.joined(separator: " ")) required=\(verdict.required)"
    }

    private static func limits(of findings: Findings) -> [String] {
        var words: [String] = []
        if let cut = findings.truncation { words.append("truncated=\(cut.sent)/\(cut.total)") }
        if !findings.skipped.isEmpty { words.append("skipped=\(findings.skipped.joined(separator: ","))") }
        if !findings.unscanned.isEmpty { words.append("unscanned=\(findings.unscanned.joined(separator: ","))") }
        return words
    }

    static func tests(_ tests: [String]) -> String {
        guard !tests.isEmpty else { return "none" }
        var length = 0
        let kept = tests.prefix { test in
            length += test.utf8.count + 1
            return length <= maximumTestsLength
        }
        return kept.joined(separator: ",") + (kept.count < tests.count ? ",+\(tests.count - kept.count)" : "")
    }
}
