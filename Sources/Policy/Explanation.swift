import Mail

/// Why a verdict is what it is, line by line, for `tamis scan --explain`: what each scanner said and gave, which threshold, row,
/// step and ceiling decided. What outsiders said is made printable.
package struct Explanation: Sendable, Equatable {
    package private(set) var lines: [String] = []

    package init(of verdict: Verdict, from findings: Findings, under configuration: PolicyConfiguration) {
        guard verdict.kind != .exempt else {
            lines = ["exempt: \(verdict.standing.reason?.rawValue ?? "-"); neither scanned nor changed"]
            return
        }
        lines = [Self.spamd(findings.spamd), Self.pyzor(findings.pyzor, verdict, configuration.score)]
        lines.append(Self.threshold(verdict, findings, configuration))
        if let standing = Self.standing(verdict) { lines.append(standing) }
        if verdict.isSpam { lines.append(Self.step(verdict, configuration)) }
        if verdict.decision.demand != .none {
            let silent = findings.unscanned.joined(separator: ", ")
            lines.append("unscanned: \(silent) asks for \(verdict.decision.demand.rawValue)")
        }
        if configuration.mode == .observe { lines.append("mode: observe, so that nothing is done") }
        lines.append("action: \(verdict.actionWords)")
    }

    private static func spamd(_ report: ScannerReport<SpamdAnswer>) -> String {
        guard let answer = report.answer else { return "spamd: \(absence(report))" }
        let threshold = answer.required.map { " of \($0.exactText)" } ?? ""
        let partial = answer.isPartial ? ", of a part of its rules (time limit)" : ""
        return "spamd: \(answer.score.exactText)\(threshold) points from \(printable(answer.server))\(partial)"
    }

    private static func pyzor(
        _ report: ScannerReport<PyzorAnswer>,
        _ verdict: Verdict,
        _ rules: ScoreRules
    ) -> String {
        guard let answer = report.answer else { return "pyzor: \(absence(report))" }
        let counts = "pyzor: count \(answer.count), whitelist \(answer.whitelistCount)"
        let points = "\((verdict.pyzorPoints ?? .zero).exactText) points"
        if verdict.decision.isCountedBySpamd { return "\(counts): \(points), spamd counted it itself (PYZOR_CHECK)" }
        if verdict.decision.isWhitelisted { return "\(counts): \(points), whitelisted" }
        let step = rules.countReached(by: answer.count).map { ", by score.pyzor.points from count \($0) on" }
        return "\(counts): \(points)\(step ?? "")"
    }

    private static func absence<Answer>(_ report: ScannerReport<Answer>) -> String {
        let detail = report.detail.map { " (\(printable($0)))" } ?? ""
        if let reason = report.silence { return "silent, \(reason.rawValue)\(detail)" }
        return "skipped, \(report.skip?.rawValue ?? "-")\(detail)"
    }

    private static func threshold(
        _ verdict: Verdict,
        _ findings: Findings,
        _ configuration: PolicyConfiguration
    ) -> String {
        let source =
            if let row = verdict.decision.row, configuration.recipients[row].required != nil {
                "recipients row \(row + 1)"
            } else if configuration.score.required != .spamd {
                "score.required"
            } else if findings.spamd.answer?.required != nil {
                "spamd's answer"
            } else {
                "the default, spamd has named none"
            }
        let score = verdict.score.map { "score \($0.exactText)" } ?? "no score"
        let rows = verdict.decision.rowCount
        let mixed = rows > 1 ? "; \(rows) rows of recipients, \(configuration.mixed.rawValue)" : ""
        return "\(verdict.kind.rawValue): \(score), required \(verdict.required.exactText) by \(source)\(mixed)"
    }

    private static func standing(_ verdict: Verdict) -> String? {
        verdict.standing.reason.map { "ceiling: \(verdict.standing.ceiling.rawValue), since \($0.rawValue)" }
    }

    private static func step(_ verdict: Verdict, _ configuration: PolicyConfiguration) -> String {
        let decision = verdict.decision
        let own = decision.row.flatMap { configuration.recipients[$0].actions }
        let place = own == nil ? "actions" : "recipients row \((decision.row ?? 0) + 1)"
        let limit = "\(decision.limit.rawValue) at most\(decision.isAlone ? ", spamd has not answered" : "")"
        let passed = decision.isLimited ? "; a harder one was passed over: \(limit)" : ""
        guard let index = decision.step, (own ?? configuration.actions).indices.contains(index) else {
            return "step: none\(passed)"
        }
        let step = (own ?? configuration.actions)[index]
        let actions = step.actions.map(\.description).joined(separator: ", ")
        return "step: \(place), number \(index + 1) (at \(step.at): \(actions))\(passed)"
    }

    private static func printable(_ text: String) -> String { HeaderValue(text).description }
}
