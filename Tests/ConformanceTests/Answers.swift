import Foundation
import Synchronization
import TestRig

/// What the stand-in for spamd says of a message.
enum SpamdWord: Equatable, Sendable {
    /// Points as spamd prints them, under the rule TEST_RULE.
    case score(String, required: String = "5.0", tests: [String] = ["TEST_RULE"])
    /// Points with a report, for REPORT.
    case report(String)
    /// Points, and the lines of the header that spamd answers HEADERS with.
    case headers(String, [String])
    /// Closes the connection without a word.
    case close
    case garbage
}

/// What the stand-in for pyzord says of a digest.
enum PyzorWord: Equatable, Sendable {
    case count(Int, whitelisted: Int = 0)
    case silence
}

/// Both stand-ins of a column, and what they say at this moment.
///
/// A message may say itself what spamd thinks of it, in a header `X-Test-Score: 7.4`: for several in one conversation.
final class Answers: Sendable {
    let spamd: ScriptedSpamd
    let pyzord: ScriptedPyzord
    private let words: Words

    private final class Words: Sendable {
        let now = Mutex<(spamd: SpamdWord, pyzor: PyzorWord)>((.score("0.0"), .count(0)))
    }

    init() throws {
        let words = Words()
        self.words = words
        spamd = try ScriptedSpamd { question in
            let own = question.letter.value("X-Test-Score").map { SpamdWord.score($0) }
            return Answers.answer(own ?? words.now.withLock { $0.spamd }, to: question.verb)
        }
        pyzord = try ScriptedPyzord { question in
            switch words.now.withLock({ $0.pyzor }) {
            case .count(let count, let whitelisted): question.answer(count: count, whitelisted: whitelisted)
            case .silence: .silence
            }
        }
    }

    func say(_ spamd: SpamdWord, _ pyzor: PyzorWord) { words.now.withLock { $0 = (spamd, pyzor) } }

    func stop() {
        spamd.stop()
        pyzord.stop()
    }

    private static func answer(_ word: SpamdWord, to verb: String) -> ScriptedAnswer {
        switch word {
        case .report(let score):
            verb == "REPORT" ? report(score) : answer(.score(score, tests: ["TEST_RULE", "OTHER_RULE"]), to: verb)
        case .score(let score, let required, let tests):
            .symbols(
                tests,
                score: score,
                required: required,
                isSpam: Double(score) ?? 0 >= Double(required) ?? 0
            )
        case .headers(let score, let lines): headers(score, lines)
        case .close: .close
        case .garbage: .garbage
        }
    }

    /// As spamd answers HEADERS: the header of the message as it would be delivered.
    private static func headers(_ score: String, _ lines: [String]) -> ScriptedAnswer {
        let text = (lines + ["", ""]).joined(separator: "\r\n")
        let isSpam = Double(score) ?? 0 >= 5
        return .text(
            "SPAMD/1.1 0 EX_OK\r\nContent-length: \(text.utf8.count)\r\n"
                + "Spam: \(isSpam ? "True" : "False") ; \(score) / 5.0\r\n\r\n\(text)"
        )
    }

    /// As spamd answers REPORT: the rules stand below a line of dashes.
    private static func report(_ score: String) -> ScriptedAnswer {
        let text = """
            Spam detection software has looked at this.
            Content analysis details:   (\(score) points, 5.0 required)

             pts rule name              description
            ---- ---------------------- --------------------------------------------------
             \(score) TEST_RULE A rule of the stand-in
             0.0 OTHER_RULE Another one

            """
        let isSpam = Double(score) ?? 0 >= 5
        return .text(
            "SPAMD/1.1 0 EX_OK\r\nContent-length: \(text.utf8.count)\r\n"
                + "Spam: \(isSpam ? "True" : "False") ; \(score) / 5.0\r\n\r\n\(text)"
        )
    }
}
