import Filter
import Mail
import NIOCore
import Policy
import Spamd

/// What `tamis scan --explain` tells of one message: what scanners saw of it, what they said, what decided, and every edit.
///
/// For people, in a fixed order. It is made from the values that the judgement was made from, and asks nobody. What senders and
/// servers wrote is made printable, and shortened with a count.
struct ScanExplanation {
    let file: String
    let message: Message
    /// What scanners were asked; nil when nobody was asked.
    let question: ScanQuestion?
    let judgement: Judgement
    let policy: ScorePolicy
    /// Whether the copy begins with a Received field of ours.
    let writesReceived: Bool

    /// More lines of a header, or of a table, are counted and not shown.
    static let maximumLines = 200
    /// So many lines of the body are shown.
    static let bodyLines = 5
    /// The rest of a longer line is not shown.
    static let maximumColumns = 300

    var text: String {
        let verdict = judgement.verdict
        var lines = [
            "\(TerminalText.line(file)): \(verdict.kind.rawValue), score \(verdict.shownScore?.description ?? "none"), "
                + "required \(verdict.required), action \(verdict.actionWords)"
        ]
        lines += section("What the scanners see", copy)
        if let findings = judgement.findings {
            lines += section("spamd", RuleTable(report: findings.spamd).lines)
            lines += section("Pyzor", pyzor(findings.pyzor))
        }
        lines += section("What decided", decision)
        lines += section("Edits, in this order", edits)
        lines += section("Answer to the mail server", [answer])
        return lines.joined(separator: "\n")
    }

    private func section(_ title: String, _ lines: [String]) -> [String] { ["", title] + lines.map { "  " + $0 } }
}

// MARK: - The copy

extension ScanExplanation {
    private var copy: [String] {
        guard let question else { return ["nothing: nobody is asked"] }
        let bytes = Array(question.copy.bytes.readableBytesView)
        let end = Self.headerEnd(in: bytes)
        let header = bytes[..<end].split(separator: 0x0A).map { $0.last == 0x0D ? $0.dropLast() : $0 }
            .filter { !$0.isEmpty }
        var lines = [
            writesReceived
                ? "The first field, Received, is written by Tamis: the mail server does not show its own."
                : "No Received field is written, since --client was not given."
        ]
        lines.append("spamd's user: \(question.user.map { TerminalText.line($0) } ?? "none is named")")
        lines += Self.quoted(header, limit: Self.maximumLines)
        lines.append(withheld)
        lines += body(bytes[end...])
        if let cut = question.copy.cut { lines.append("cut: \(cut.sent) of the message's \(cut.total) bytes are sent") }
        return lines
    }

    /// Where the empty line behind the header ends, so that the line itself belongs to neither.
    private static func headerEnd(in bytes: [UInt8]) -> Int {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count - 1
            if bytes[start...end].allSatisfy({ $0 == 0x0D || $0 == 0x0A }) { return end + 1 }
            start = end + 1
        }
        return bytes.count
    }

    private var withheld: String {
        var counts: [(name: HeaderName, count: Int)] = []
        for field in message.headers.fields where ScanCopy.isForgeable(field.name) {
            if let index = counts.firstIndex(where: { $0.name == field.name }) {
                counts[index].count += 1
            } else {
                counts.append((field.name, 1))
            }
        }
        guard !counts.isEmpty else { return "taken out: nothing" }
        let names = counts.prefix(20).map { name, count in
            TerminalText.line(name.bytes, limit: 80) + (count > 1 ? " (\(count) times)" : "")
        }
        let more = counts.count > 20 ? " and \(counts.count - 20) more" : ""
        return "taken out, since a sender can forge it: \(names.joined(separator: ", "))\(more)"
    }

    private func body(_ bytes: ArraySlice<UInt8>) -> [String] {
        guard !bytes.isEmpty else { return ["body: empty"] }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return ["body: \(bytes.count) bytes, \(lines.count) lines"]
            + Self.quoted(lines.map { $0.last == 0x0D ? $0.dropLast() : $0 }, limit: Self.bodyLines)
    }

    private static func quoted(_ lines: [ArraySlice<UInt8>], limit: Int) -> [String] {
        let shown = lines.prefix(limit).map { "| " + TerminalText.line($0, limit: maximumColumns) }
        let rest = lines.count - shown.count
        return shown + (rest > 0 ? ["(\(rest) more \(rest == 1 ? "line" : "lines"))"] : [])
    }
}

// MARK: - What came of it

extension ScanExplanation {
    private func pyzor(_ report: ScannerReport<PyzorAnswer>) -> [String] {
        guard let answer = report.answer else { return [RuleTable.absence(report)] }
        return [
            "digest \(TerminalText.line(answer.digest)), asked of \(TerminalText.line(answer.server)) "
                + "in \(RuleTable.seconds(report)) s",
            "reported \(answer.count) times, whitelisted \(answer.whitelistCount) times",
        ]
    }

    private var decision: [String] {
        let configuration = policy.configuration
        var lines = ["mode: \(configuration.mode.rawValue)"]
        if !configuration.recipients.isEmpty { lines += recipients }
        // Nobody was asked: then findings mean nothing.
        let findings = judgement.findings ?? .silent(.busy)
        lines += Explanation(of: judgement.verdict, from: findings, under: configuration).lines
        return lines.map { TerminalText.line($0) }
    }

    /// Which row each recipient has, where there are rows.
    private var recipients: [String] {
        let all = message.envelope.recipients
        let lines = all.prefix(20).map { recipient in
            let row = policy.row(for: recipient).map { "recipients row \($0 + 1)" } ?? "no row, the general settings"
            return "recipient <\(TerminalText.line(recipient.bare, limit: 254))>: \(row)"
        }
        return lines + (all.count > 20 ? ["(\(all.count - 20) more recipients)"] : [])
    }

    private var edits: [String] {
        let edits = judgement.disposition.edits
        guard !edits.isEmpty else { return ["none"] }
        let shown = edits.prefix(Self.maximumLines).enumerated().map { index, edit in
            "\(index + 1). \(TerminalText.line(edit.summary, limit: 2_000))"
        }
        return shown + (edits.count > Self.maximumLines ? ["(\(edits.count - Self.maximumLines) more)"] : [])
    }

    private var answer: String { TerminalText.line(judgement.disposition.answer.summary) }
}

/// What spamd said, with the points of each rule from the table in its report.
struct RuleTable {
    let report: ScannerReport<SpamdAnswer>

    var lines: [String] {
        guard let answer = report.answer else { return [Self.absence(report)] }
        let required = answer.required.map { " of \($0.exactText)" } ?? ""
        let partial = answer.isPartial ? ", of a part of its rules: it ran out of time" : ""
        let head =
            "\(answer.score.exactText)\(required) points from \(TerminalText.line(answer.server)) "
            + "in \(Self.seconds(report)) s\(partial)"
        return [head] + rules(of: answer)
    }

    private func rules(of answer: SpamdAnswer) -> [String] {
        let rules = Report(answer.report ?? "").rules
        guard !rules.isEmpty else { return unreadable(answer) }
        let shown = rules.prefix(ScanExplanation.maximumLines)
        let width = min(shown.map(\.name.utf8.count).max() ?? 0, 40)
        let lines = shown.map { rule in
            let name = TerminalText.line(rule.name, limit: 128)
            let gap = String(repeating: " ", count: max(0, width - name.utf8.count))
            let points = rule.points.text
            let indent = String(repeating: " ", count: max(0, 6 - points.utf8.count))
            let description = rule.description.isEmpty ? "" : "  " + TerminalText.line(rule.description, limit: 200)
            return "\(indent)\(TerminalText.line(points)) \(name)\(gap)\(description)"
        }
        let more = rules.count > shown.count ? ["(\(rules.count - shown.count) more rules)"] : []
        return lines + more + missing(from: rules, answer) + rounding(rules, answer)
    }

    /// Without a table only the names are known, or not even those.
    private func unreadable(_ answer: SpamdAnswer) -> [String] {
        if answer.report == nil {
            return ["spamd gave no report, so the points of its rules are unknown"] + names(answer)
        }
        let isEmpty = answer.symbols.isEmpty && answer.score == .zero
        return isEmpty
            ? ["no rule hit, or the table of rules in spamd's report cannot be read"]
            : ["the table of rules in spamd's report cannot be read, so the points of its rules are unknown"]
                + names(answer)
    }

    private func names(_ answer: SpamdAnswer) -> [String] {
        guard !answer.symbols.isEmpty else { return [] }
        return ["rules: " + TerminalText.line(answer.symbols.joined(separator: " "), limit: 2_000)]
    }

    /// Rules that spamd named and that have no line in the table.
    private func missing(from rules: [Report.Rule], _ answer: SpamdAnswer) -> [String] {
        let known = Set(rules.map(\.name))
        let others = answer.symbols.filter { !known.contains($0) }
        guard !others.isEmpty else { return [] }
        return ["without points in the table: " + TerminalText.line(others.joined(separator: " "), limit: 2_000)]
    }

    /// spamd prints one decimal of each rule's points, so that they may not add up.
    private func rounding(_ rules: [Report.Rule], _ answer: SpamdAnswer) -> [String] {
        let points = rules.compactMap { Policy.Points(decimal: $0.points.text) }
        let sum = points.reduce(.zero, +)
        guard points.count == rules.count, sum != answer.score else { return [] }
        return ["the lines add up to \(sum.exactText): spamd prints each rule's points rounded"]
    }

    static func absence<Answer>(_ report: ScannerReport<Answer>) -> String {
        let reason =
            report.silence.map { "silent: \($0.rawValue)" } ?? report.skip.map { "skipped: \($0.rawValue)" } ?? ""
        return reason + (report.detail.map { " (\(TerminalText.line($0, limit: 500)))" } ?? "")
    }

    static func seconds<Answer>(_ report: ScannerReport<Answer>) -> String {
        Policy.Points(thousandths: report.milliseconds).exactText
    }
}
