/// The headers of one entity while its lines come in: the two values that matter are kept, the first of each.
///
/// A line is part of the headers as long as it begins with `From `, with a blank, or with a name of visible ASCII and
/// a colon. QUIRK: RFC 5322 2.2 knows no `From ` line; mailboxes have one on top, and one as the very last header line
/// belongs to the body.
struct EntityHeaders {
    private(set) var contentType: Range<Int>?
    private(set) var transferEncoding: Range<Int>?

    private enum Field {
        case contentType
        case transferEncoding
        case other
    }

    private var lines = 0
    private var field: Field?
    private var value = 0..<0
    private var from: Range<Int>?

    /// Whether a line can belong to headers.
    static func accepts(_ message: Span<UInt8>, _ line: Range<Int>) -> Bool {
        let first = message[line.lowerBound]
        if first == 0x20 || first == 0x09 || message.holds("From ", at: line.lowerBound) { return true }
        for at in line {
            let byte = message[at]
            if byte == 0x3A { return true }
            guard byte > 0x20, byte < 0x7F else { return false }
        }
        return false
    }

    /// Takes a line that ``accepts(_:_:)`` lets through.
    mutating func take(_ message: Span<UInt8>, _ line: Range<Int>) {
        defer { lines += 1 }
        from = nil
        let first = message[line.lowerBound]
        if first == 0x20 || first == 0x09 {
            if field != nil { value = value.lowerBound..<line.upperBound }
            return
        }
        endField(message)
        if message.holds("From ", at: line.lowerBound) {
            if lines > 0 { from = line }
        } else if first != 0x3A {
            startField(message, line)
        }
    }

    /// Ends the headers. Returns the line that is to be read again as the first of the body, if there is one.
    mutating func end(_ message: Span<UInt8>) -> Range<Int>? {
        endField(message)
        return from
    }

    private mutating func startField(_ message: Span<UInt8>, _ line: Range<Int>) {
        let colon = message.first(0x3A, from: line.lowerBound) ?? line.upperBound - 1
        let length = colon - line.lowerBound
        if length == 12, message.holds(anyCase: "content-type", at: line.lowerBound) {
            field = .contentType
        } else if length == 25, message.holds(anyCase: "content-transfer-encoding", at: line.lowerBound) {
            field = .transferEncoding
        } else {
            field = .other
        }
        var start = colon + 1
        while start < line.upperBound, message[start] == 0x20 || message[start] == 0x09 { start += 1 }
        value = start..<line.upperBound
    }

    private mutating func endField(_ message: Span<UInt8>) {
        var end = value.upperBound
        while end > value.lowerBound, message[end - 1] == 0x0A || message[end - 1] == 0x0D { end -= 1 }
        switch field {
        case .contentType: contentType = contentType ?? value.lowerBound..<end
        case .transferEncoding: transferEncoding = transferEncoding ?? value.lowerBound..<end
        case .other, nil: break
        }
        field = nil
    }
}
