public import NIOCore

/// Reads one answer of spamd, from bytes in whatever pieces they come.
///
/// Feed it with ``consume(_:)``, and when the connection has ended, take the answer from ``finish(_:)``. The same bytes
/// give the same outcome however they are cut. It holds no more than its ``Limits`` allow.
///
/// How forgiving it is:
/// - Line ends may be LF alone; several blanks and no message in the status line are fine; header names are read in any case; fields
///   that we do not know are kept.
/// - QUIRK: an error answer and PONG have no header and no empty line (spamd.raw, protocol_error and doskip_or_ping): for
///   them the status line is the whole answer, and what follows an error's status line cannot spoil it.
/// - QUIRK: CR and LF after the end of a body are no part of it (spamd/PROTOCOL; dotell writes one empty line more).
/// - Nothing else is forgiven. An answer that lacks the verdict it should hold, contradicts itself or ends early is an error, never "not spam".
///
/// Source: spamd/PROTOCOL; spamd.raw, check, dotell, doskip_or_ping; libspamc.c, message_filter.
public struct ResponseParser: Sendable {
    /// How the connection ended.
    public enum End: Hashable, Sendable {
        /// In good order: FIN, and over TLS close_notify before it.
        case closed
        /// By a reset, or over TLS without close_notify: bytes may be missing.
        case reset
        /// It did not; the caller waited long enough after ``ResponseParser/isSettled`` became true.
        case stillOpen
    }

    private enum State: Sendable {
        case statusLine
        case header
        case body
        /// After the status line of an error nothing matters any more.
        case ignoring
    }

    private let verb: Verb
    private let requestVersion: String
    private let limits: Limits
    private var state = State.statusLine
    private var buffer = LineBuffer()
    private var response = Response(version: "", status: .ok, message: "")
    private var contentLength: Int?

    /// A parser for the answer to this verb. The version is that of the request: before 1.3 some answers hold no verdict.
    public init(answering verb: Verb, requestVersion: String = "1.5", limits: Limits = Limits()) {
        self.verb = verb
        self.requestVersion = requestVersion
        self.limits = limits
    }

    /// Whether the answer is whole as far as anyone can tell before the connection ends.
    ///
    /// spamd closes right after its answer, and only the end shows that no more bytes come. Where a server keeps the connection
    /// open nevertheless, a caller may stop waiting once this is true.
    public var isSettled: Bool {
        switch state {
        case .statusLine: false
        case .header: !verb.carriesBody
        case .ignoring: true
        case .body: contentLength.map { buffer.count >= $0 } ?? (verb.answersWithoutBody && buffer.count <= 4)
        }
    }

    /// Takes the next bytes.
    ///
    /// - Throws: ``SpamdError`` with `.malformedResponse` or `.limitExceeded` as soon as the bytes so far show it; the parser is of no
    ///   more use then.
    public mutating func consume(_ bytes: ByteBuffer) throws(SpamdError) {
        if case .ignoring = state { return }
        buffer.append(bytes)
        if case .statusLine = state { try readStatusLine() }
        while case .header = state {
            guard let line = try buffer.nextLine(limit: limits.line) else { return }
            try readHeader(line.withoutLineEnd)
        }
        if case .body = state { try checkBody() }
    }

    /// The answer, when no more bytes will come.
    ///
    /// - Throws: ``SpamdError`` with `.emptyResponse` for no bytes at all (except to SKIP), `.truncatedResponse`, `.bodyLengthMismatch`, or
    ///   `.malformedResponse` where no verdict is to be found.
    public mutating func finish(_ end: End) throws(SpamdError) -> Response {
        switch state {
        case .statusLine where buffer.count == 0:
            guard verb == .skip, end == .closed else {
                throw SpamdError(.emptyResponse, text: end == .reset ? "connection reset" : "")
            }
            response.version = requestVersion
            return response
        case .statusLine:
            throw SpamdError(.truncatedResponse, text: "in the status line")
        case .header:
            guard !verb.carriesBody, buffer.count == 0 else {
                throw SpamdError(.truncatedResponse, text: "in the header")
            }
        case .body:
            response.body = try finishedBody(end)
        case .ignoring:
            return response
        }
        try checkVerdict()
        return response
    }
}

// MARK: The status line and the header

extension ResponseParser {
    private static let opening = Array("SPAMD/".utf8)

    private mutating func readStatusLine() throws(SpamdError) {
        guard buffer.bytes.readableBytesView.starts(with: Self.opening.prefix(buffer.count)) else {
            throw .malformed(
                "it begins with '\(String(decoding: buffer.bytes.readableBytesView.prefix(40), as: UTF8.self))'"
            )
        }
        guard let line = try buffer.nextLine(limit: limits.line) else { return }
        let words = line.withoutLineEnd.dropFirst(Self.opening.count).split(separator: 0x20, maxSplits: 1)
        let version = words.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let rest = (words.dropFirst().first ?? []).drop(while: \.isBlank)
        let code = rest.prefix { !$0.isBlank }
        guard version.isProtocolVersion, !version.hasPrefix("0"), let number = code.number, number < 1_000_000 else {
            throw .malformed("status line '\(String(decoding: line.withoutLineEnd.prefix(80), as: UTF8.self))'")
        }
        response.version = version
        response.status = Status(code: number)
        response.messageBytes = Array(rest.dropFirst(code.count).trimmed)
        state = .header
        if response.status != .ok {
            state = .ignoring
            buffer.drop()
        }
    }

    private mutating func readHeader(_ line: ArraySlice<UInt8>) throws(SpamdError) {
        guard !line.isEmpty else {
            state = .body
            return
        }
        guard response.headers.count < limits.headerCount else {
            throw .limit("a header of more than \(limits.headerCount) fields")
        }
        let parts = line.split(separator: 0x3a, maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0].trimmed
        guard parts.count == 2, !name.isEmpty, name.startIndex == line.startIndex else {
            throw .malformed("header line '\(String(decoding: line.prefix(80), as: UTF8.self))'")
        }
        let field = HeaderField(name: String(decoding: name, as: UTF8.self), read: parts[1])
        if field.name.isSameName(as: "Content-length") { try readContentLength(field) }
        response.headers.append(field)
    }

    private mutating func readContentLength(_ field: HeaderField) throws(SpamdError) {
        guard let length = field.bytes[...].number, contentLength == nil || contentLength == length else {
            throw .malformed("Content-length '\(field.value)'")
        }
        contentLength = length
    }
}

// MARK: The body

extension ResponseParser {
    /// How large the body may be. An answer that has none by the protocol is not worth 64 MiB of memory.
    private var bodyLimit: Int { verb.answersWithoutBody ? min(limits.body, 1 << 20) : limits.body }

    private func checkBody() throws(SpamdError) {
        guard contentLength ?? buffer.count <= bodyLimit else {
            throw .limit("a body of more than \(bodyLimit) bytes")
        }
        // Some line ends may follow the body; more than that need not be held to know what it is.
        if let contentLength, buffer.count > contentLength + 64 { throw SpamdError(.bodyLengthMismatch) }
    }

    private mutating func finishedBody(_ end: End) throws(SpamdError) -> ByteBuffer {
        guard let contentLength else {
            guard end == .closed || verb.answersWithoutBody else {
                throw SpamdError(.truncatedResponse, text: "no Content-length and no orderly end")
            }
            let body = buffer.take(buffer.count)
            return verb.answersWithoutBody && body.isLineEndsOnly ? ByteBuffer() : try plain(body)
        }
        guard buffer.count >= contentLength else {
            throw SpamdError(.truncatedResponse, text: "\(buffer.count) of \(contentLength) bytes of the body")
        }
        let body = buffer.take(contentLength)
        guard buffer.bytes.isLineEndsOnly else { throw SpamdError(.bodyLengthMismatch) }
        return try plain(body)
    }

    /// spamd never compresses an answer; should one come compressed it is read, within the same limit.
    private func plain(_ body: ByteBuffer) throws(SpamdError) -> ByteBuffer {
        guard let compression = response.headers["Compress"], body.readableBytes > 0 else { return body }
        guard compression.lowercased() == "zlib" else { throw .malformed("compression '\(compression)'") }
        return try inflated(body, limit: bodyLimit)
    }

    private func checkVerdict() throws(SpamdError) {
        let fields = response.headers.all("Spam")
        guard Set(fields.map(\.bytes)).count <= 1 else { throw .malformed("two verdicts") }
        guard verb.wantsVerdict, response.verdict == nil else { return }
        if let value = fields.first?.value { throw .malformed("Spam header '\(value)'") }
        // QUIRK: before 1.3 an answer to PROCESS holds no Spam header (spamd.raw, check).
        let mayLack = (verb == .process || verb == .headers) && ["1.0", "1.1", "1.2"].contains(requestVersion)
        guard mayLack else { throw .malformed("no Spam header") }
    }
}

extension ByteBuffer {
    fileprivate var isLineEndsOnly: Bool { readableBytesView.allSatisfy { $0 == 0x0d || $0 == 0x0a } }
}
