import Crypto
import NIOCore
import Spamd

/// What `tamis spamd` shows of one message, or of one server that was pinged.
struct SpamdLine {
    /// The file as it was given; nil for PING.
    let file: String?
    let question: SpamdQuestion
    let outcome: Result<Answer, SpamdFailure>

    var failure: SpamdFailure? {
        if case .failure(let failure) = outcome { return failure }
        return nil
    }

    var answer: Answer? { try? outcome.get() }

    var isSpam: Bool { answer?.response.verdict?.isSpam == true }

    /// The names of the rules, where the answer tells them.
    private var symbols: [String]? {
        switch question {
        case .symbols: answer?.response.symbols
        case .report, .reportIfSpam: answer?.response.report.rules.map(\.name)
        default: nil
        }
    }
}

// MARK: - For programs

extension SpamdLine {
    /// One object; every key is there, null when unknown.
    var json: JSONValue {
        let verdict = answer?.response.verdict
        let isSpam: JSONValue = verdict.map { .bool($0.isSpam) } ?? .null
        let score: JSONValue = verdict.map { .number($0.score) } ?? .null
        let threshold: JSONValue = verdict.map { .number($0.threshold) } ?? .null
        let symbols: JSONValue = self.symbols.map { .strings($0) } ?? .null
        return .object([
            "file": .fileName(file),
            "server": .optional((answer?.server ?? failure?.server)?.description),
            "status_code": statusCode,
            "message": .optional(message),
            "is_spam": isSpam,
            "score": score,
            "threshold": threshold,
            "symbols": symbols,
            "report": .optional(report),
            "did_set": databases(\.didSet),
            "did_remove": databases(\.didRemove),
            "body_sha256": .optional(question.verb.carriesBody ? answer?.response.bodyDigest : nil),
            "error": failure?.json ?? .null,
        ])
    }

    private var statusCode: JSONValue {
        let code = answer?.response.status.code ?? failure?.statusCode
        return code.map { .integer(Int64($0)) } ?? .null
    }

    /// The text of spamd's status line, of an error too.
    private var message: String? {
        if let answer { return answer.response.message }
        return failure?.statusCode == nil ? nil : failure?.message
    }

    private var report: String? {
        guard question == .report || question == .reportIfSpam else { return nil }
        return (answer?.response.body).map { String(buffer: $0) }
    }

    private func databases(_ which: KeyPath<Response, Set<Tell.Database>>) -> JSONValue {
        guard case .tell = question, let response = answer?.response else { return .null }
        return .databases(response[keyPath: which])
    }
}

extension JSONValue {
    /// The number exactly as spamd wrote it, less zeros in front, which JSON does not allow (RFC 8259, 6).
    fileprivate static func number(_ points: Points) -> JSONValue {
        let isNegative = points.text.hasPrefix("-")
        let parts = points.text.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
        let whole = parts[0].drop { $0 == "0" }
        let fraction = parts.count == 2 ? ".\(parts[1])" : ""
        return .decimal((isNegative ? "-" : "") + (whole.isEmpty ? "0" : String(whole)) + fraction)
    }

    fileprivate static func databases(_ databases: Set<Tell.Database>) -> JSONValue {
        .strings(Tell.Database.allCases.filter(databases.contains).map(\.rawValue))
    }
}

extension Response {
    fileprivate var bodyDigest: String {
        var hash = SHA256()
        body.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

// MARK: - For people

extension SpamdLine {
    /// What goes to standard output where that is no terminal. What spamd wrote stands there byte for byte.
    var text: [UInt8] {
        guard let answer else { return [] }
        let body = Array(answer.response.body.readableBytesView)
        if question.answersWithMessage { return body }
        let line = FileName.bytes(line(answer)) + [0x0A]
        let isReport = question == .report || question == .reportIfSpam
        return line + (isReport && !body.isEmpty ? body + [0x0A] : [])
    }

    private func line(_ answer: Answer) -> String {
        let response = answer.response
        switch question {
        case .ping: return "\(answer.server): \(response.message)"
        case .tell: return "\(file ?? "-"): \(Self.words(response))"
        default: break
        }
        guard let verdict = response.verdict else { return "\(file ?? "-"): no verdict" }
        let word = verdict.isSpam ? "spam" : "ham"
        let line = "\(file ?? "-"): \(word), \(verdict.score) of \(verdict.threshold) points"
        guard question == .symbols else { return line }
        return line + "\n  " + (response.symbols.isEmpty ? "no rule hit" : response.symbols.joined(separator: " "))
    }

    private static func words(_ response: Response) -> String {
        let list = { (databases: Set<Tell.Database>) in
            Tell.Database.allCases.filter(databases.contains).map(\.rawValue).joined(separator: ",")
        }
        let set = response.didSet.isEmpty ? nil : "set \(list(response.didSet))"
        let removed = response.didRemove.isEmpty ? nil : "removed \(list(response.didRemove))"
        let done = [set, removed].compactMap(\.self)
        return done.isEmpty ? "nothing to do" : done.joined(separator: ", ")
    }
}
