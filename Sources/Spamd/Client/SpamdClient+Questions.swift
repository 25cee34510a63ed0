public import NIOCore

/// What a server found in a message.
public struct Scan: Hashable, Sendable {
    /// The server that answered.
    public let server: SpamdServer
    /// Verdict, score and threshold.
    public let verdict: Verdict
    /// The whole answer.
    public let response: Response

    /// The rules that matched; an answer to SYMBOLS has them.
    public var symbols: [String] { response.symbols }
    /// The report with the points of each rule; an answer to REPORT has it.
    public var report: Report { response.report }
    /// The rewritten message, or its header; an answer to PROCESS or HEADERS has it.
    public var message: ByteBuffer { response.body }
}

/// What a TELL changed. Neither holds anything if there was nothing to do, such as learning what is learned already.
public struct Told: Hashable, Sendable {
    /// The server that answered.
    public let server: SpamdServer
    /// The databases that learned or reported.
    public let didSet: Set<Tell.Database>
    /// The databases that forgot or revoked.
    public let didRemove: Set<Tell.Database>
}

/// The questions by name. Each throws what ``send(_:deadline:)`` throws, and without a deadline takes the configuration's `timeout`.
extension SpamdClient {
    /// Is it spam, and by how many points?
    public func check(_ message: ByteBuffer, deadline: NIODeadline? = nil) async throws(SpamdError) -> Scan {
        try await scan(.check, message, deadline)
    }

    /// Is it spam, and by which rules?
    public func symbols(_ message: ByteBuffer, deadline: NIODeadline? = nil) async throws(SpamdError) -> Scan {
        try await scan(.symbols, message, deadline)
    }

    /// Is it spam, and what does the report for people say?
    public func report(_ message: ByteBuffer, deadline: NIODeadline? = nil) async throws(SpamdError) -> Scan {
        try await scan(.report, message, deadline)
    }

    /// The same; for ham the report is empty.
    public func reportIfSpam(_ message: ByteBuffer, deadline: NIODeadline? = nil) async throws(SpamdError) -> Scan {
        try await scan(.reportIfSpam, message, deadline)
    }

    /// The message as SpamAssassin would deliver it.
    ///
    /// QUIRK: over TLS spamd 4.0.1 cuts every answer at 163,840 bytes (spamd.raw, syswrite_full_buffer); a larger message then gives
    /// `.truncatedResponse`. Ask ``headers(_:deadline:)``, ``symbols(_:deadline:)`` or ``report(_:deadline:)`` instead.
    public func process(_ message: ByteBuffer, deadline: NIODeadline? = nil) async throws(SpamdError) -> Scan {
        try await scan(.process, message, deadline)
    }

    /// The header of the message as SpamAssassin would deliver it.
    ///
    /// With SpamAssassin's `report_safe` at 1, the default, spam gets the header of a new multipart message, which does not fit the
    /// body of the old one.
    public func headers(_ message: ByteBuffer, deadline: NIODeadline? = nil) async throws(SpamdError) -> Scan {
        try await scan(.headers, message, deadline)
    }

    /// Learns, forgets, reports or revokes the message. It is never asked twice: see ``SpamdClient``.
    ///
    /// - Throws: besides, `.serverStatus(.unavailable)` if spamd was not started with `--allow-tell`.
    @discardableResult
    public func tell(
        _ message: ByteBuffer,
        _ tell: Tell,
        deadline: NIODeadline? = nil
    ) async throws(SpamdError) -> Told {
        var request = Request.tell(tell, body: message)
        request.compress = configuration.compress
        let answer = try await send(request, deadline: deadline)
        return Told(server: answer.server, didSet: answer.response.didSet, didRemove: answer.response.didRemove)
    }

    /// Is anybody there?
    ///
    /// - Returns: the server that said PONG. (A spamd whose children are all busy says it when one is free.)
    @discardableResult
    public func ping(deadline: NIODeadline? = nil) async throws(SpamdError) -> SpamdServer {
        try await send(Request(.ping), deadline: deadline).server
    }

    private func scan(
        _ verb: Verb,
        _ message: ByteBuffer,
        _ deadline: NIODeadline?
    ) async throws(SpamdError) -> Scan {
        var request = Request(verb, body: message)
        request.compress = configuration.compress
        let answer = try await send(request, deadline: deadline)
        // The parser takes no such answer without a verdict.
        guard let verdict = answer.response.verdict else {
            throw SpamdError(.malformedResponse, server: answer.server, text: "no Spam header")
        }
        return Scan(server: answer.server, verdict: verdict, response: answer.response)
    }
}
