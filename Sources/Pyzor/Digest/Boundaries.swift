/// A line that begins with `--`: what it says behind that, without line end and blanks.
struct BoundaryLine {
    let content: Range<Int>

    init?(_ message: Span<UInt8>, _ line: Range<Int>) {
        guard message.holds("--", at: line.lowerBound) else { return nil }
        var end = line.upperBound
        let start = line.lowerBound + 2
        while end > start, message[end - 1] == 0x0A || message[end - 1] == 0x0D { end -= 1 }
        while end > start, message[end - 1] == 0x20 || message[end - 1] == 0x09 { end -= 1 }
        content = start..<end
    }

    /// The content without the two hyphens that close a multipart, nil when it does not end with them.
    func closed(_ message: Span<UInt8>) -> Range<Int>? {
        guard content.count >= 2, message.holds("--", at: content.upperBound - 2) else { return nil }
        return content.lowerBound..<content.upperBound - 2
    }

    /// Whether this closes the multipart of a boundary (true), separates parts (false) or neither (nil).
    func matches(_ message: Span<UInt8>, _ boundary: [UInt8]) -> Bool? {
        if message.equals(boundary, content) { return false }
        if let closed = closed(message), message.equals(boundary, closed) { return true }
        return nil
    }
}

/// The boundaries of the multiparts that have a part under way, found in one step however many they are.
struct OpenBoundaries {
    private var frames: [[UInt8]: Int] = [:]
    private var lengths: ClosedRange<Int> = 0...0

    /// The outermost multipart's frame wins where two have the same boundary.
    mutating func open(_ boundary: [UInt8], frame: Int) {
        lengths =
            frames.isEmpty
            ? boundary.count...boundary.count
            : min(lengths.lowerBound, boundary.count)...max(lengths.upperBound, boundary.count)
        if frames[boundary] == nil { frames[boundary] = frame }
    }

    mutating func close(_ boundary: [UInt8], frame: Int) {
        if frames[boundary] == frame { frames[boundary] = nil }
    }

    /// The outermost frame to which a line is a boundary.
    func outermost(_ message: Span<UInt8>, _ line: Range<Int>) -> Int? {
        guard !frames.isEmpty, let boundary = BoundaryLine(message, line) else { return nil }
        let separates = frame(message, boundary.content)
        guard let closed = boundary.closed(message), let closes = frame(message, closed) else { return separates }
        return min(separates ?? closes, closes)
    }

    private func frame(_ message: Span<UInt8>, _ content: Range<Int>) -> Int? {
        guard lengths.contains(content.count) else { return nil }
        return frames[content.map { message[$0] }]
    }
}

extension Span<UInt8> {
    fileprivate func equals(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard bytes.count == range.count else { return false }
        for offset in 0..<bytes.count where bytes[offset] != self[range.lowerBound + offset] { return false }
        return true
    }
}
