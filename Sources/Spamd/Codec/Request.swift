public import NIOCore

/// A question to spamd: verb, header and message.
///
/// A value: it can be built, changed, compared and printed, and ``encoded()`` turns it into bytes. Content-length is no
/// field of ``headers``: it is written for the body as it is sent, so it cannot be wrong. With ``compress`` the body is
/// compressed when it is encoded; ``body`` is always the plain message. The message is never changed, a missing line end at its
/// end included.
///
/// Source: spamd/PROTOCOL; spamd/spamd.raw, parse_headers and parse_body.
public struct Request: Hashable, Sendable {
    /// What is asked.
    public var verb: Verb
    /// The protocol's version. spamd has no "too old" error: below 1.3 it answers in older shapes, without Content-length.
    public var version: String
    /// The header without Content-length.
    public var headers: HeaderFields
    /// The message as bytes.
    public var body: ByteBuffer
    /// How the server knows where the body ends.
    public var framing: Framing

    /// How the server knows where the body ends.
    public enum Framing: Hashable, Sendable {
        /// By Content-length: what to use.
        case contentLength
        /// By the end of input alone. Not possible together with compression.
        case endOfInput
    }

    public init(
        _ verb: Verb,
        headers: HeaderFields = [],
        body: ByteBuffer = ByteBuffer(),
        version: String = "1.5",
        framing: Framing = .contentLength
    ) {
        self.verb = verb
        self.version = version
        self.headers = headers
        self.body = body
        self.framing = framing
    }

    /// The same with the message as an array.
    public init(_ verb: Verb, headers: HeaderFields = [], body: [UInt8]) {
        self.init(verb, headers: headers, body: ByteBuffer(bytes: body))
    }

    /// The same with the message as text, sent as UTF-8.
    public init(_ verb: Verb, headers: HeaderFields = [], body: String) {
        self.init(verb, headers: headers, body: ByteBuffer(string: body))
    }

    /// TELL: learn, forget, report or revoke this message.
    public static func tell(_ tell: Tell, body: ByteBuffer) -> Self {
        Self(.tell, headers: HeaderFields(tell.fields), body: body)
    }
}

extension Request {
    /// The user whose preferences and Bayes database spamd is to use; nil asks with spamd's own.
    public var user: String? { headers["User"] }

    /// Sets the user, or with nil asks without one. Throws as ``HeaderField/init(name:value:)`` does.
    public mutating func setUser(_ name: String?) throws(SpamdError) {
        guard let name, !name.isEmpty else {
            headers.remove("User")
            return
        }
        headers.set(try HeaderField(name: "User", value: name))
    }

    /// Whether the body goes out compressed by zlib.
    public var compress: Bool {
        get { headers["Compress"] != nil }
        set {
            if newValue { headers.set(HeaderField("Compress", "zlib")) } else { headers.remove("Compress") }
        }
    }

    /// The Message-class header; nil if there is none or spamd would misread it.
    public var messageClass: Tell.MessageClass? { headers["Message-class"].flatMap(Tell.MessageClass.init) }
    /// The databases of the Set header.
    public var set: Set<Tell.Database> { Tell.databases(in: headers["Set"]) }
    /// The databases of the Remove header.
    public var remove: Set<Tell.Database> { Tell.databases(in: headers["Remove"]) }
}

/// A request as bytes: the head, and the body that follows it, so that the message need not be copied behind its head.
public struct EncodedRequest: Hashable, Sendable {
    /// Request line, header and empty line.
    public let head: ByteBuffer
    /// The body as it is sent: the request's own buffer, unless it was compressed.
    public let body: ByteBuffer
    /// Whether spamd will wait for the end of input before it answers.
    ///
    /// It reads the body by lines until Content-length is reached. So it waits for the end after a body that does not end in LF,
    /// after an empty one, and always with compression (spamd.raw, parse_body and zlib_inflate_read).
    public let needsEndOfInput: Bool

    /// Both in one buffer.
    public var bytes: ByteBuffer {
        var all = ByteBuffer()
        all.reserveCapacity(head.readableBytes + body.readableBytes)
        all.writeImmutableBuffer(head)
        all.writeImmutableBuffer(body)
        return all
    }
}

extension Request {
    /// The request as it goes over the wire.
    ///
    /// - Throws: ``SpamdError`` with `.invalidRequest` if the version is not `DIGITS.DIGITS` or compression meets
    ///   ``Framing/endOfInput``.
    public func encoded() throws(SpamdError) -> EncodedRequest {
        guard version.isProtocolVersion else { throw .invalidRequest("version '\(version)' is not like 1.5") }
        let isCompressed = compress && verb.carriesBody
        guard !isCompressed || framing == .contentLength else {
            throw .invalidRequest("compression needs Content-length")
        }
        let sent = isCompressed ? try deflated(body) : body
        var head = ByteBuffer()
        head.reserveCapacity(256)
        head.writeString("\(verb.name) SPAMC/\(version)\r\n")
        for field in headers where !field.name.isSameName(as: "Content-length") {
            head.write(field)
        }
        if framing == .contentLength, verb.carriesBody || sent.readableBytes > 0 {
            head.writeString("Content-length: \(sent.readableBytes)\r\n")
        }
        head.writeString("\r\n")
        let endsLine = sent.last == 0x0a
        let isWaiting = verb.carriesBody && (isCompressed || framing == .endOfInput || !endsLine)
        return EncodedRequest(head: head, body: sent, needsEndOfInput: isWaiting)
    }
}

extension ByteBuffer {
    /// The last readable byte.
    var last: UInt8? { readableBytes == 0 ? nil : getInteger(at: writerIndex - 1) }

    mutating func write(_ field: HeaderField) {
        writeString(field.name)
        writeStaticString(": ")
        writeBytes(field.bytes)
        writeStaticString("\r\n")
    }
}

extension String {
    /// `DIGITS.DIGITS`, short.
    var isProtocolVersion: Bool {
        let parts = utf8.split(separator: 0x2e, omittingEmptySubsequences: false)
        return parts.count == 2 && utf8.count <= 16 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isDigit) }
    }
}
