import Filter
import Mail
import Policy

/// What `tamis scan` shows of one message: for people, or as one line of JSON.
struct ScanReport {
    let file: String
    /// Nil when there was no message to judge; `problem` says why.
    var judgement: Judgement?
    var problem: String?

    init(file: String, judgement: Judgement) {
        self.file = file
        self.judgement = judgement
    }

    init(file: String, problem: String) {
        self.file = file
        self.problem = problem
    }
}

// MARK: - For people

extension ScanReport {
    /// Several lines. What senders and servers wrote in them is made printable.
    var text: String {
        guard let judgement else { return TerminalText.line("\(file): \(problem ?? "not judged")") }
        let verdict = judgement.verdict
        var lines = [
            "\(file): \(verdict.kind.rawValue), score \(verdict.shownScore?.description ?? "none"), "
                + "required \(verdict.required), action \(verdict.actionWords)"
        ]
        if let findings = judgement.findings {
            lines.append("  spamd  " + spamd(findings.spamd))
            lines.append("  pyzor  " + pyzor(findings.pyzor, points: verdict.pyzorPoints))
            if let cut = findings.truncation { lines.append("  only \(cut.sent) of \(cut.total) bytes were scanned") }
        } else {
            lines.append("  exempt: \(verdict.standing.reason?.rawValue ?? "yes")")
        }
        lines += judgement.disposition.edits.map { "  edit   \($0.summary)" }
        lines.append("  answer \(judgement.disposition.answer.summary)")
        return lines.map { TerminalText.line($0) }.joined(separator: "\n")
    }

    private func spamd(_ report: ScannerReport<SpamdAnswer>) -> String {
        guard let answer = report.answer else { return silence(report) }
        let required = answer.required.map { " of \($0)" } ?? ""
        let partial = answer.isPartial ? ", ran out of time" : ""
        let rules = answer.symbols.isEmpty ? "no rule hit" : answer.symbols.joined(separator: " ")
        return "\(answer.score) points\(required)\(partial), \(answer.server), \(seconds(report)) s: \(rules)"
    }

    private func pyzor(_ report: ScannerReport<PyzorAnswer>, points: Points?) -> String {
        guard let answer = report.answer else { return silence(report) }
        return "\(points ?? .zero) points, reported \(answer.count) times, whitelisted \(answer.whitelistCount) times, "
            + "\(answer.server), \(seconds(report)) s: \(answer.digest)"
    }

    private func silence<Answer>(_ report: ScannerReport<Answer>) -> String {
        let reason =
            report.silence.map { "silent: \($0.rawValue)" } ?? report.skip.map { "skipped: \($0.rawValue)" } ?? ""
        return reason + (report.detail.map { " (\($0))" } ?? "")
    }
}

// MARK: - As JSON

extension ScanReport {
    var json: String {
        let verdict = judgement?.verdict
        let findings = judgement?.findings
        return JSONValue.object([
            "file": .fileName(file),
            "verdict": .optional(verdict?.kind.rawValue),
            "action": .optional(verdict?.actionWords),
            "score": points(verdict?.shownScore),
            "required": points(verdict?.required),
            "tests": verdict.map { .strings($0.tests) } ?? .null,
            "spamd": findings.map { json($0.spamd) } ?? .null,
            "pyzor": findings.map { json($0.pyzor, points: verdict?.pyzorPoints) } ?? .null,
            "edits": judgement.map { .array($0.disposition.edits.map(\.json)) } ?? .null,
            "reply": .optional(judgement?.disposition.answer.reply?.description),
            "unscanned": findings.map { .strings($0.unscanned) } ?? .null,
            "skipped": findings.map { .strings($0.skipped) } ?? .null,
            "error": .optional(problem),
        ]).description
    }

    private func json(_ report: ScannerReport<SpamdAnswer>) -> JSONValue {
        .object([
            "state": .string(state(report)),
            "why": .optional(report.silence?.rawValue ?? report.skip?.rawValue),
            "partial": report.answer.map { .bool($0.isPartial) } ?? .null,
            "server": .optional(report.answer?.server),
            "score": points(report.answer?.score),
            "required": points(report.answer?.required),
            "symbols": report.answer.map { .strings($0.symbols) } ?? .null,
            "seconds": .decimal(seconds(report)),
        ])
    }

    private func json(_ report: ScannerReport<PyzorAnswer>, points: Points?) -> JSONValue {
        .object([
            "state": .string(state(report)),
            "why": .optional(report.silence?.rawValue ?? report.skip?.rawValue),
            "digest": .optional(report.answer?.digest),
            "count": report.answer.map { .integer($0.count) } ?? .null,
            "wl_count": report.answer.map { .integer($0.whitelistCount) } ?? .null,
            "points": self.points(points),
            "seconds": .decimal(seconds(report)),
        ])
    }

    private func points(_ points: Points?) -> JSONValue { points.map { .decimal($0.exactText) } ?? .null }

    private func state<Answer>(_ report: ScannerReport<Answer>) -> String {
        report.answer != nil ? "answered" : report.silence != nil ? "silent" : "skipped"
    }

    private func seconds<Answer>(_ report: ScannerReport<Answer>) -> String {
        Points(thousandths: report.milliseconds).exactText
    }
}

extension Disposition.Answer {
    /// What the client is told, where it is told something of ours.
    var reply: Reply? {
        switch self {
        case .reject(let reply), .tempfail(let reply): reply
        case .accept, .discard: nil
        }
    }

    var summary: String {
        switch self {
        case .accept: "accept"
        case .discard: "discard"
        case .reject(let reply), .tempfail(let reply): "\(reply)"
        }
    }
}
