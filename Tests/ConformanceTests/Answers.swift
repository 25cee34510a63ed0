import Foundation
import Synchronization
import TestRig

/// What the stand-in for spamd says of a message.
enum SpamdWord: Equatable, Sendable {
    /// Points as spamd prints them, under the rule TEST_RULE.
    case score(String, required: String = "5.0", tests: [String] = ["TEST_RULE"])
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
            return Answers.answer(own ?? words.now.withLock { $0.spamd })
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

    private static func answer(_ word: SpamdWord) -> ScriptedAnswer {
        switch word {
        case .score(let score, let required, let tests):
            .symbols(
                tests,
                score: score,
                required: required,
                isSpam: Double(score) ?? 0 >= Double(required) ?? 0
            )
        case .close: .close
        case .garbage: .garbage
        }
    }
}
