import Crypto
import Foundation
import TestRig

/// What a trial has to do with: the mail server of its column, Tamis behind it, and the stand-ins.
///
/// It gathers what is amiss; a trial goes on after that, so that one run tells all.
final class Scene {
    let column: Column
    let host: any Host
    let tamisd: Tamisd
    let answers: Answers
    private(set) var complaints: [String] = []
    private var marks = 0
    private let base = "t\(String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16))"

    init(_ column: Column, _ host: any Host, _ tamisd: Tamisd, _ answers: Answers) {
        self.column = column
        self.host = host
        self.tamisd = tamisd
        self.answers = answers
    }

    /// A mark that no other mailing has. All have the same length.
    func freshMark() -> String {
        marks += 1
        return "\(base)\(1000 + marks)"
    }

    func answers(_ spamd: SpamdWord, _ pyzor: PyzorWord = .count(0)) { answers.say(spamd, pyzor) }

    func check(_ condition: Bool, _ complaint: @autoclosure () -> String) {
        if !condition { complaints.append(complaint()) }
    }

    func equal<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) {
        check(found == expected, "\(what): found \(found), expected \(expected)")
    }

    /// A connection of the trial's own to a real mail server.
    func client(bare: Bool = false) throws -> SMTPClient {
        guard let host = host as? MailServerHost else { throw RigError("\(column.rawValue) speaks no SMTP") }
        return try SMTPClient(port: bare ? host.server.barePort ?? 0 : host.server.port)
    }

    /// Sends a mailing and compares what comes of it; gives its mark.
    @discardableResult
    func expect(_ expected: Expected, of mailing: Mailing) throws -> String {
        let mark = freshMark()
        let told = try host.send(mailing, mark: mark)
        try expect(expected, of: mailing, mark: mark, told: told.end)
        return mark
    }

    /// The same for a message that the trial has sent itself.
    func expect(_ expected: Expected, of mailing: Mailing, mark: String, told: SMTPReply) throws {
        if case .refused(let code, let lines) = expected.fate {
            equal(told, SMTPReply(code: code, lines: lines), "reply")
        } else {
            check(told.code == 250, "reply: \(told)")
        }
        if expected.isLogged { try checkLog(expected, mark: mark) }
        guard told.isPositive else { return }
        switch expected.fate {
        case .delivered: try checkDelivery(expected, of: mailing, mark: mark)
        case .held: try waitUntil("\(mark) was held", within: .seconds(20)) { try host.holds(mark) }
        case .lost, .refused: break
        }
        if expected.fate != .delivered {
            check(try host.deliveries(of: mark).isEmpty, "it was delivered")
        }
    }

    /// What spamd was asked about a mailing: its mark stands in the Received field that Tamis wrote.
    func question(_ mark: String) throws -> SpamdQuestion {
        try waitFor("a question about \(mark)", within: .seconds(20)) { asked(mark) }
    }

    func asked(_ mark: String) -> SpamdQuestion? {
        answers.spamd.questions.last { $0.letter.values("Received").first?.contains(mark) == true }
    }

    /// The log line about a mailing.
    func logLine(_ mark: String) throws -> LogLine {
        try waitFor("a log line about \(mark)", within: .seconds(20)) {
            tamisd.log.first { $0.facts["verdict"] != nil && $0.text.contains(mark) }
        }
    }

    private func checkLog(_ expected: Expected, mark: String) throws {
        let facts = try logLine(mark).facts
        for (key, value) in expected.log.sorted(by: { $0.key < $1.key }) {
            check(facts[key] == value, "log: \(key)=\(facts[key] ?? "(none)"), expected \(value)")
        }
    }
}
