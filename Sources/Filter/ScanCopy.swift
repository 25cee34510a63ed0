package import Mail
package import NIOCore

/// The bytes of a message as scanners get them, made once and shared by all.
///
/// It begins with our Received field (if there is one), so it is never empty. Forged X-Spam-*, X-Envelope-From and
/// Return-Path fields are left out: SpamAssassin would believe them (PerMsgStatus.pm: get_envelope_from). Header lines end in
/// CRLF; the body's bytes are untouched. A message over the limit is cut behind the last LF before it.
package struct ScanCopy: Sendable, Equatable {
    /// How much of a message's own bytes the copy holds, when not all.
    package struct Cut: Sendable, Equatable {
        package let sent: Int
        package let total: Int
    }

    package let bytes: ByteBuffer
    /// Nil when the copy is whole.
    package let cut: Cut?
    /// How many bytes the header takes before a cut, our Received field and the empty line included.
    package let headerSize: Int

    /// - Parameters:
    ///   - received: our Received field, or nil when the message has its own (`tamis scan` of a file).
    ///   - limit: how many of the message's own bytes may be copied at most.
    package init(of message: Message, received: ReceivedField?, limit: Int) {
        let prefix = received?.bytes ?? []
        let room = min(message.size, limit)
        var buffer = ByteBufferAllocator().buffer(capacity: prefix.count + room)
        var header = prefix
        header.reserveCapacity(prefix.count + 8_192)
        var dropped = 0
        for field in message.headers.fields {
            if Self.isForgeable(field.name) {
                dropped += field.name.bytes.count + field.value.count + 3
            } else {
                Self.write(field, to: &header)
            }
        }
        header += Self.lineEnd
        headerSize = header.count
        buffer.writeBytes(header)
        buffer.writeBytes(message.body)
        (bytes, cut) = Self.bounded(buffer, prefix: prefix.count, dropped: dropped, message: message, limit: limit)
    }

    /// Whether fields of this name are left out: a stranger may have put them there to be believed.
    package static func isForgeable(_ name: HeaderName) -> Bool {
        switch name.bytes.first?.asciiLowercased {
        case 0x78: name == envelopeFrom || name.bytes.startsIgnoringASCIICase(with: spamPrefix)
        case 0x72: name == returnPath
        default: false
        }
    }

    // Made once: every field of every message is compared with them.
    private static let envelopeFrom: HeaderName = "X-Envelope-From"
    private static let returnPath: HeaderName = "Return-Path"
    private static let spamPrefix = Bytes("X-Spam-".utf8)

    private static let lineEnd: Bytes = [0x0D, 0x0A]

    /// Folds arrive as LF and a blank; on the way to a scanner every line end of the header is CRLF.
    private static func write(_ field: HeaderField, to header: inout Bytes) {
        header += field.name.bytes
        header.append(0x3A)
        // Nearly all fields have one line.
        guard field.value.contains(0x0A) else {
            header += field.value
            if field.value.last == 0x0D { header.removeLast() }
            header += lineEnd
            return
        }
        var lines = field.value.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        if let first = lines.popFirst() { header += first.last == 0x0D ? first.dropLast() : first }
        for line in lines {
            let text = line.last == 0x0D ? line.dropLast() : line
            // What is no continuation would end the field here, and an empty line the header.
            guard !text.allSatisfy(\.isBlank) else { continue }
            header += lineEnd
            if text.first?.isBlank == false { header.append(0x09) }
            header += text
        }
        header += lineEnd
    }

    private static func bounded(
        _ buffer: ByteBuffer,
        prefix: Int,
        dropped: Int,
        message: Message,
        limit: Int
    ) -> (ByteBuffer, Cut?) {
        let own = buffer.readableBytes - prefix
        guard message.isCut || own > limit else { return (buffer, nil) }
        let window = buffer.readableBytesView.dropFirst(prefix).prefix(limit)
        let whole = window.lastIndex(of: 0x0A).map { $0 - window.startIndex + 1 } ?? 0
        // QUIRK: a message of few and endless lines (RFC 5321 section 4.5.3.1.6 allows 1000 bytes) would be judged by next to
        // nothing; it is cut inside a line.
        let sent = whole < window.count / 2 ? window.count : whole
        let copy = buffer.getSlice(at: buffer.readerIndex, length: prefix + sent) ?? buffer
        // A value whose folds had to be mended is longer here than it was on the wire.
        return (copy, Cut(sent: sent, total: max(sent, message.size - dropped)))
    }
}
