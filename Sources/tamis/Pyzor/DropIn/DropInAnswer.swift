import Pyzor

/// What the drop-in makes of one server's answer: the text that pyzor prints, and what it means for the exit status.
struct DropInAnswer: Hashable {
    /// Whole lines with their ends; empty when pyzor would have died of the answer.
    let text: String
    /// The server answered 200.
    let isOK: Bool
    var isHit = false
    var isWhitelisted = false
    /// Why there is no text, for standard error.
    var complaint: String?

    /// - Parameters:
    ///   - reports: reports up to which a message is no spam.
    ///   - whitelistings: whitelistings up to which a message is not good.
    init(
        _ server: PyzorServer,
        _ result: Result<PyzorReply, PyzorError>,
        to operation: PyzorRequest.Operation,
        reports: Int,
        whitelistings: Int
    ) {
        switch result {
        case .success(let reply):
            isOK = reply.isOK
            let head = Self.head(server, reply.code, reply.diagnosis)
            switch (operation, reply.count, reply.whitelistCount) {
            // Where counts would follow, a refusal leaves their tab, and the empty line after a list.
            case (.info, _, _) where !isOK: text = head + "\n\n"
            case (.check, _, _) where !isOK, (.pong, _, _) where !isOK: text = head + "\t\n"
            case (.info, _?, _?): text = head + "\n" + Self.details(reply)
            case (.check, let count?, let whitelistCount?), (.pong, let count?, let whitelistCount?):
                text = "\(head)\t\(count)\t\(whitelistCount)\n"
                isWhitelisted = whitelistCount > Int64(whitelistings)
                isHit = !isWhitelisted && count > Int64(reports)
            default: text = head + "\n"
            }
        case .failure(let error):
            isOK = false
            if let (code, words) = Self.words(for: error) {
                text = Self.head(server, code, words) + "\n"
            } else {
                text = ""
                complaint = error.description
            }
        }
    }

    /// The answer about a digest of the local whitelist, for which no server is asked.
    init(unasked server: PyzorServer) {
        text = Self.head(server, 200, "OK") + "\t0\t0\n"
        isOK = true
    }

    /// `HOST:PORT`, a tab, and code and words as Python prints the pair.
    static func head(_ server: PyzorServer, _ code: Int, _ words: String) -> String {
        "\(server.host):\(server.port)\t(\(code), \(PythonText.quoted(words)))"
    }

    /// The six lines of `info` and the empty one after them.
    private static func details(_ reply: PyzorReply) -> String {
        let date = { (seconds: Int64?) in PythonText.date(seconds ?? 0) }
        let lines = [
            "Count: \(reply.count ?? 0)",
            "Entered: \(date(reply.dates?.entered))",
            "Updated: \(date(reply.dates?.updated))",
            "WL-Count: \(reply.whitelistCount ?? 0)",
            "WL-Entered: \(date(reply.dates?.whitelistEntered))",
            "WL-Updated: \(date(reply.dates?.whitelistUpdated))",
        ]
        return lines.map { "\t\($0)\n" }.joined() + "\n"
    }

    /// The code and words that pyzor shows for a failure; nil where it dies.
    private static func words(for error: PyzorError) -> (Int, String)? {
        switch error {
        // pyzor does not hear refusals: it waits until its time is over.
        case .timedOut, .refused: (504, "Reading response timed-out.")
        case .sendFailed(let server, _): (400, "Unable to send to \(server.host):\(server.port)")
        case .malformedReply(_, .unexpectedThread(let received, let expected)):
            (400, "received unexpected thread id \(received) (expected \(expected))")
        case .malformedReply(_, .missing("Code")), .malformedReply(_, .missing("Diag")):
            (400, "doesn't have fields for a Response")
        case .malformedReply(_, .missing("PV")), .malformedReply(_, .missing("Thread")):
            (400, "Doesn't have fields for a ThreadedMessage.")
        default: nil
        }
    }

    /// What pyzor logs about a failure: the class of the exception and its words.
    static func logLine(_ server: PyzorServer, _ error: PyzorError) -> String? {
        guard let (code, words) = words(for: error) else { return nil }
        let kind =
            switch (code, error) {
            case (504, _): "TimeoutError"
            case (_, .malformedReply(_, .missing)): "IncompleteMessageError"
            case (_, .malformedReply): "ProtocolError"
            default: "CommError"
            }
        return "('\(server.host)', \(server.port))\t\(kind): \(words)"
    }
}
