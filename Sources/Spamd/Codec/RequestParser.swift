public import NIOCore

/// Reads one request, from bytes in whatever pieces they come: the server's side, for test servers and proxies.
///
/// A request is whole when Content-length is reached, or with PING and SKIP at the empty line; without a Content-length, at the end
/// of input. (spamd itself waits for the end of input in more cases: see ``EncodedRequest/needsEndOfInput``.)
///
/// How forgiving it is: as spamd is. The request line may end with LF alone, header lines must end with CRLF, and names are compared with care for
/// case, so that `content-length` is a field of the caller's own. The errors' texts are those of spamd and can be sent back with
/// `Response(status: .protocolError, message: error.text)`.
///
/// Source: spamd.raw, accept_a_conn, parse_headers, parse_body.
public struct RequestParser: Sendable {
    private enum State: Sendable {
        case requestLine
        case header
        case body
    }

    private let limits: Limits
    private var state = State.requestLine
    private var buffer = LineBuffer()
    private var request = Request(.skip)
    private var contentLength: Int?

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Takes the next bytes.
    ///
    /// - Returns: the request, once it is whole.
    /// - Throws: ``SpamdError`` with `.invalidRequest`, or `.limitExceeded`.
    public mutating func consume(_ bytes: ByteBuffer) throws(SpamdError) -> Request? {
        buffer.append(bytes)
        while true {
            switch state {
            case .requestLine:
                guard let line = try buffer.nextLine(limit: limits.line) else { return nil }
                try readRequestLine(line.withoutLineEnd)
            case .header:
                guard let line = try buffer.nextLine(limit: limits.line) else { return nil }
                try readHeader(line)
            case .body:
                guard max(buffer.count, contentLength ?? 0) <= limits.body else {
                    throw .limit("a body of more than \(limits.body) bytes")
                }
                guard request.verb.carriesBody else { return request }
                guard let contentLength, buffer.count >= contentLength else { return nil }
                return try whole(buffer.take(contentLength))
            }
        }
    }

    /// The request, at the end of input.
    ///
    /// - Throws: ``SpamdError`` with `.invalidRequest` if it is not whole.
    public mutating func finish() throws(SpamdError) -> Request {
        switch state {
        case .requestLine: throw .invalidRequest("(closed before headers)")
        case .header: throw .invalidRequest("(EOF during headers)")
        case .body:
            if let contentLength, request.verb.carriesBody, buffer.count < contentLength {
                throw .invalidRequest(
                    "(Content-Length mismatch: Expected \(contentLength) bytes, got \(buffer.count) bytes)"
                )
            }
            return try whole(buffer.take(buffer.count))
        }
    }
}

extension RequestParser {
    private mutating func readRequestLine(_ line: ArraySlice<UInt8>) throws(SpamdError) {
        let text = String(decoding: line, as: UTF8.self)
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[1].hasPrefix("SPAMC/"), let verb = Verb(String(words[0])) else {
            throw .invalidRequest(text)
        }
        request.verb = verb
        request.version = String(words[1].dropFirst(6))
        guard request.version.isProtocolVersion else { throw .invalidRequest(text) }
        state = .header
    }

    private mutating func readHeader(_ line: [UInt8]) throws(SpamdError) {
        let content = line.withoutLineEnd
        guard line.count == content.count + 2 else {
            throw .invalidRequest("(header not in 'Name: value' format)")
        }
        guard !content.isEmpty else {
            request.framing = contentLength == nil && request.verb.carriesBody ? .endOfInput : .contentLength
            state = .body
            return
        }
        guard request.headers.count < limits.headerCount - 1 else { throw .invalidRequest("(too many headers)") }
        let parts = content.split(separator: 0x3a, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .invalidRequest("(header not in 'Name: value' format)") }
        try keep(HeaderField(name: String(decoding: parts[0], as: UTF8.self), read: parts[1]))
    }

    /// Keeps the field, or what it says. Of several Content-lengths the last one counts, as with spamd.
    private mutating func keep(_ field: HeaderField) throws(SpamdError) {
        switch field.name {
        case "Content-length":
            guard let length = field.bytes[...].number else {
                throw .invalidRequest("(Content-Length contains non-numeric bytes)")
            }
            contentLength = length
        case "Compress":
            guard field.value.lowercased() == "zlib" else {
                throw .invalidRequest("(compression type not supported: \(field.value))")
            }
            request.headers.append(field)
        case "User":
            guard field.bytes.allSatisfy({ $0 >= 0x20 }) else {
                throw .invalidRequest("(User header contains control chars)")
            }
            request.headers.append(field)
        default:
            request.headers.append(field)
        }
    }

    private func whole(_ body: ByteBuffer) throws(SpamdError) -> Request {
        var request = request
        request.body = body
        guard request.compress, request.verb.carriesBody else { return request }
        guard contentLength != nil else { throw .invalidRequest("Compress requires Content-length header") }
        do {
            request.body = try inflated(body, limit: limits.body)
        } catch {
            guard error.reason == .malformedResponse else { throw error }
            throw .invalidRequest("zlib: failed to find end of zlib stream")
        }
        return request
    }
}
