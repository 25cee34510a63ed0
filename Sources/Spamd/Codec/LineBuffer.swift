import NIOCore

/// Bytes as they come, and the lines that are whole among them.
///
/// It remembers how far it has looked for a line end, so bytes that come one by one cost no more than all at once.
struct LineBuffer: Hashable, Sendable {
    private(set) var bytes = ByteBuffer()
    private var searched = 0

    var count: Int { bytes.readableBytes }

    mutating func append(_ more: ByteBuffer) {
        if bytes.readableBytes == 0 {
            bytes = more
        } else {
            bytes.writeImmutableBuffer(more)
        }
    }

    /// The next line with its LF, or nil if it is not whole yet.
    ///
    /// - Throws: ``SpamdError`` with `.limitExceeded` once a line has more than `limit` bytes, whole or not.
    mutating func nextLine(limit: Int) throws(SpamdError) -> [UInt8]? {
        let view = bytes.readableBytesView
        let unseen = view[view.startIndex.advanced(by: searched)...]
        guard let end = unseen.firstIndex(of: 0x0a) else {
            searched = view.count
            guard searched < limit else { throw .limit("a line of more than \(limit) bytes") }
            return nil
        }
        let length = end - view.startIndex + 1
        searched = 0
        guard length <= limit else { throw .limit("a line of more than \(limit) bytes") }
        return bytes.readBytes(length: length)
    }

    /// Up to `limit` bytes, taken out.
    mutating func take(_ limit: Int) -> ByteBuffer {
        searched = 0
        return bytes.readSlice(length: min(limit, bytes.readableBytes)) ?? ByteBuffer()
    }

    /// Forgets all it holds.
    mutating func drop() {
        bytes = ByteBuffer()
        searched = 0
    }
}

extension [UInt8] {
    /// The line without its LF or CRLF.
    var withoutLineEnd: ArraySlice<UInt8> {
        var line = self[...]
        if line.last == 0x0a { line.removeLast() }
        if line.last == 0x0d { line.removeLast() }
        return line
    }
}

extension ArraySlice<UInt8> {
    /// The digits as a number; nil for anything else, nothing at all, or more than 18 digits.
    var number: Int? {
        guard (1...18).contains(count), allSatisfy(\.isDigit) else { return nil }
        return reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
