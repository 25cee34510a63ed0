package import NIOCore
package import Policy
package import Spamd

/// Asks spamd for a score and the names of the rules, and for its report or its own header fields where these are wanted.
package struct SpamdScanner: Scanning {
    /// What is asked for beside the score.
    package enum Wish: Sendable, Equatable {
        /// The names of the rules that hit (SYMBOLS).
        case symbols
        /// The report too (REPORT).
        case report
        /// SpamAssassin's own X-Spam-* fields (HEADERS), its report only where it is one of them.
        case headers

        package var verb: Verb {
            switch self {
            case .symbols: .symbols
            case .report: .report
            case .headers: .headers
            }
        }
    }

    private let client: SpamdClient
    private let wish: Wish
    private let compress: Bool

    /// A message with a longer header is not asked about with HEADERS, whose answer holds that header once more: spamd sends at most
    /// 160 KiB of an answer over TLS (spamd.raw, SSL_write in one call), and a sender could silence it so.
    package static let maximumHeaderSize = 64 << 10

    package init(client: SpamdClient, wish: Wish = .symbols, compress: Bool = false) {
        self.client = client
        self.compress = compress
        self.wish = wish
    }

    package func scan(_ question: ScanQuestion, deadline: NIODeadline) async -> ScannerReport<SpamdAnswer> {
        let latest = min(deadline, .now() + client.configuration.timeout)
        let wish = wish == .headers && question.copy.headerSize > Self.maximumHeaderSize ? .symbols : wish
        return await timed {
            do throws(SpamdError) {
                var request = Request(wish.verb, body: question.copy.bytes)
                request.compress = compress
                if let user = question.user { try request.setUser(user) }
                return try Self.report(await client.send(request, deadline: latest), to: wish)
            } catch {
                return ScannerReport(.silent(SilenceReason(error)), detail: "\(error)")
            }
        }
    }

    /// A score that policy cannot add exactly is no score (`nan`, `5,0`, more than nine digits).
    static func report(_ answer: Spamd.Answer, to wish: Wish) throws(SpamdError) -> ScannerReport<SpamdAnswer> {
        guard let verdict = answer.response.verdict,
            let score = Policy.Points(decimal: verdict.score.text),
            let required = Policy.Points(decimal: verdict.threshold.text)
        else { throw SpamdError(.malformedResponse, server: answer.server, text: "no usable score") }
        let server = "\(answer.server)"
        var found = SpamdAnswer(score: score, required: required, server: server)
        switch wish {
        case .symbols: found.symbols = answer.response.symbols
        case .report:
            let report = answer.response.report
            found.symbols = report.rules.map(\.name)
            found.report = report.text
        case .headers:
            let headers = SpamdHeaders(answer.response.body)
            found.symbols = headers.symbols
            found.report = headers.report
            found.headers = headers.fields
        }
        found.isPartial = found.symbols.contains("TIME_LIMIT_EXCEEDED")
        return ScannerReport(.answered(found), detail: server)
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
