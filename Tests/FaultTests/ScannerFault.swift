import TestRig
import Testing

/// Something that a scanner does wrong, and what Tamis makes of it.
struct ScannerFault: Sendable, CustomTestStringConvertible {
    let title: String
    let expected: String
    /// What `unscanned=spamd:` may give as a reason, for the first message and for those after it; empty when all are judged.
    let reasons: [String]
    let answer: @Sendable (SpamdQuestion) throws -> ScriptedAnswer

    init(
        _ title: String,
        _ expected: String,
        _ reasons: [String],
        _ answer: @escaping @Sendable (SpamdQuestion) throws -> ScriptedAnswer
    ) {
        self.title = title
        self.expected = expected
        self.reasons = reasons
        self.answer = answer
    }

    /// A fault that is an answer in bytes.
    init(_ title: String, _ reason: String, text: String) {
        self.init(title, "no verdict: \(reason)", [reason, "down"]) { _ in .text(text) }
    }

    var testDescription: String { title }
}

extension ScannerFault {
    private static let ham = Array(ScriptedAnswer.calledHam.plainBytes)
    private static let head = "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.0 / 5.0\r\n"

    private static func score(_ text: String) -> String {
        "SPAMD/1.1 0 EX_OK\r\nContent-length: 1\r\nSpam: False ; \(text) / 5.0\r\n\r\nA"
    }

    /// All that spamd does wrong once it is reached.
    static let ofSpamd: [ScannerFault] = [
        .init("spamd silent", "its time limit and no more, then it is left alone", ["timeout", "down"]) { _ in .silence
        },
        .init("spamd slow, within its time", "waited for", []) { _ in
            try Pause.milliseconds(400)
            return .calledHam
        },
        .init("spamd drips a byte every 200 ms", "the limit is absolute, bytes do not renew it", ["timeout", "down"]) {
            _ in
            .drip(ham, milliseconds: 200)
        },
        .init("spamd resets at once", "no verdict: closed", ["closed", "down"]) { _ in .reset([]) },
        .init("spamd resets in mid answer", "no verdict: closed", ["closed", "down"]) { _ in
            .reset(Array(ham.prefix(40)))
        },
        .init("spamd closes without an answer", "no verdict: closed", ["closed", "down"]) { _ in .close },
        .init("spamd answers half", "no verdict: closed", ["closed", "down"]) { _ in .bytes(Array(ham.prefix(40))) },
        .init("spamd talks garbage", "no verdict: garbage", ["garbage", "down"]) { _ in .garbage },
        .init("spamd answers without end", "cut at the limit: garbage", ["garbage", "down"]) { _ in
            .endless(Array("\(head)\r\n".utf8), Array(repeating: UInt8(ascii: "A"), count: 1 << 16))
        },
        .init("spamd sends an endless header", "cut at the limit: garbage", ["garbage", "down"]) { _ in
            .endless(Array("\(head)X-Endless: ".utf8), Array(repeating: UInt8(ascii: "A"), count: 1 << 16))
        },
        .init("spamd sends an endless first line", "cut at the limit: garbage", ["garbage", "down"]) { _ in
            .endless(Array("SPAMD/1.1 0 ".utf8), Array(repeating: UInt8(ascii: "A"), count: 1 << 16))
        },
        .init("spamd's Content-length is too large", "closed", text: "\(head)Content-length: 9\r\n\r\nA,B"),
        .init("spamd's Content-length is too small", "garbage", text: "\(head)Content-length: 1\r\n\r\nA,B"),
        .init("spamd's Content-length is negative", "garbage", text: "\(head)Content-length: -3\r\n\r\nA,B"),
        .init(
            "spamd's Content-length is absurd",
            "garbage",
            text: "\(head)Content-length: 99999999999999999999\r\n\r\nA,B"
        ),
        .init("spamd's score is nan", "garbage", text: score("nan")),
        .init("spamd's score is inf", "garbage", text: score("inf")),
        .init("spamd's score is 1e400", "garbage", text: score("1e400")),
        .init("spamd's score is 5,0", "garbage", text: score("5,0")),
        .init("spamd answers status 76", "no verdict: status", ["status"]) { _ in .text("SPAMD/1.0 76 EX_PROTOCOL\r\n")
        },
        .init("spamd answers status 75", "no verdict: status", ["status"]) { _ in .text("SPAMD/1.0 75 EX_TEMPFAIL\r\n")
        },
    ]
}

/// A scripted slowness. (A stand-in's script has a thread of its own and may block.)
enum Pause {
    static func milliseconds(_ number: Int) throws {
        let end = ContinuousClock.now + .milliseconds(number)
        try waitUntil("the pause was over") { ContinuousClock.now >= end }
    }
}
