public import NIOCore

/// An answer of spamd: status line, header and body.
///
/// A value of whatever status; ``checked()`` turns an error status into a ``SpamdError``. Typed readings of the header are
/// properties, and are nil where the header does not say it.
public struct Response: Hashable, Sendable {
    /// The protocol version in the status line. It says nothing: spamd sends 1.1, 1.0 on errors and 1.5 on PONG.
    public var version: String
    /// The number in the status line.
    public var status: Status
    /// The rest of the status line as it was sent: any bytes, since spamd echoes a bad request line.
    public var messageBytes: [UInt8]
    /// The header in order, Content-length as it was sent.
    public var headers: HeaderFields
    /// The body: symbols, report or message.
    public var body: ByteBuffer

    public init(
        version: String = "1.1",
        status: Status = .ok,
        message: String? = nil,
        headers: HeaderFields = [],
        body: ByteBuffer = ByteBuffer()
    ) {
        self.version = version
        self.status = status
        self.messageBytes = Array((message ?? status.name).utf8)
        self.headers = headers
        self.body = body
    }

    /// The rest of the status line as text; bytes that are no UTF-8 show as U+FFFD. Not yet fit for a terminal.
    public var message: String { String(decoding: messageBytes, as: UTF8.self) }
}

extension Response {
    /// Verdict, score and threshold of the Spam header.
    public var verdict: Verdict? { headers["Spam"].flatMap(Verdict.init) }

    /// The names of the rules that matched: the body of an answer to SYMBOLS.
    public var symbols: [String] {
        body.readableBytesView.split(separator: 0x2c).map { String(decoding: Array($0)[...].trimmed, as: UTF8.self) }
            .filter { !$0.isEmpty }
    }

    /// The report: the body of an answer to REPORT, with the points of each rule.
    public var report: Report { Report(String(buffer: body)) }

    /// The databases that a TELL changed by its Set.
    public var didSet: Set<Tell.Database> { Tell.databases(in: headers["DidSet"]) }
    /// The databases that a TELL changed by its Remove.
    public var didRemove: Set<Tell.Database> { Tell.databases(in: headers["DidRemove"]) }

    /// Whether spamd ran out of time, so that the verdict rests on some rules only.
    ///
    /// spamd then still answers EX_OK; the symbol TIME_LIMIT_EXCEEDED among the rules is all that shows it.
    public var isPartial: Bool { symbols.contains("TIME_LIMIT_EXCEEDED") }

    /// Itself, if the status is 0.
    ///
    /// - Throws: ``SpamdError`` with `.serverStatus` and the server's text otherwise.
    public func checked() throws(SpamdError) -> Self {
        guard status == .ok else { throw SpamdError(.serverStatus(status), text: message) }
        return self
    }
}

extension Response {
    /// The answer as bytes, as spamd 4 writes them: an error has no header and no empty line, PONG neither, and
    /// Content-length follows the body wherever there is a body.
    public func encoded(answering verb: Verb) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeString("SPAMD/\(version) \(status.code) ")
        bytes.writeBytes(messageBytes)
        bytes.writeString("\r\n")
        guard status == .ok, verb.carriesBody else { return bytes }
        if !verb.answersWithoutBody || body.readableBytes > 0 {
            bytes.writeString("Content-length: \(body.readableBytes)\r\n")
        }
        for field in headers where !field.name.isSameName(as: "Content-length") { bytes.write(field) }
        bytes.writeString("\r\n")
        // QUIRK: spamd ends its answer to TELL with one empty line more (spamd.raw, dotell).
        if verb == .tell, body.readableBytes == 0 { bytes.writeString("\r\n") }
        bytes.writeImmutableBuffer(body)
        return bytes
    }
}
