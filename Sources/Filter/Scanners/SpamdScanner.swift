package import NIOCore
package import Policy
package import Spamd

/// Asks spamd for a score and the names of the rules, and for its report where that is wanted.
package struct SpamdScanner: Scanning {
    private let client: SpamdClient
    private let verb: Verb
    private let compress: Bool

    /// - Parameter wantsReport: whether the report is asked for (REPORT) and not just the names (SYMBOLS).
    package init(client: SpamdClient, wantsReport: Bool, compress: Bool = false) {
        self.client = client
        self.compress = compress
        verb = wantsReport ? .report : .symbols
    }

    package func scan(_ question: ScanQuestion, deadline: NIODeadline) async -> ScannerReport<SpamdAnswer> {
        let latest = min(deadline, .now() + client.configuration.timeout)
        return await timed {
            do throws(SpamdError) {
                var request = Request(verb, body: question.copy.bytes)
                request.compress = compress
                if let user = question.user { try request.setUser(user) }
                return try report(await client.send(request, deadline: latest))
            } catch {
                return ScannerReport(.silent(SilenceReason(error)), detail: "\(error)")
            }
        }
    }

    /// A score that policy cannot add exactly is no score (`nan`, `5,0`, more than nine digits).
    func report(_ answer: Spamd.Answer) throws(SpamdError) -> ScannerReport<SpamdAnswer> {
        guard let verdict = answer.response.verdict,
            let score = Policy.Points(decimal: verdict.score.text),
            let required = Policy.Points(decimal: verdict.threshold.text)
        else { throw SpamdError(.malformedResponse, server: answer.server, text: "no usable score") }
        let report = verb == .report ? answer.response.report : nil
        let symbols = report.map { $0.rules.map(\.name) } ?? answer.response.symbols
        return ScannerReport(
            .answered(
                SpamdAnswer(
                    score: score,
                    required: required,
                    symbols: symbols,
                    isPartial: symbols.contains("TIME_LIMIT_EXCEEDED"),
                    report: report?.text,
                    server: "\(answer.server)"
                )
            ),
            detail: "\(answer.server)"
        )
    }
}

extension SilenceReason {
    /// The word that a log and a header show for what spamd did.
    init(_ error: SpamdError) {
        self =
            switch error.reason {
            case .connectFailed: .refused
            case .timedOut(.queue), .outOfResources: .busy
            case .timedOut, .cancelled: .timeout
            case .emptyResponse, .truncatedResponse: .closed
            case .malformedResponse, .bodyLengthMismatch, .limitExceeded: .garbage
            case .serverStatus, .invalidRequest: .status
            case .tlsFailed: .tls
            case .resolveFailed: .resolve
            case .serversDown, .shutDown, .invalidConfiguration: .down
            }
    }
}
