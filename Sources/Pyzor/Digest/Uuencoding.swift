extension TransferDecoding {
    /// Uuencoded data from the first proper `begin` line on; nil when there is none, or when the data is broken.
    static func uuencode(_ body: Span<UInt8>) -> [UInt8]? {
        var lines = ByteLines(count: body.count)
        repeat {
            guard let line = lines.next(body) else { return nil }
            if isBegin(body, line) { break }
        } while true
        var output: [UInt8] = []
        while let line = lines.next(body) {
            if line.isEmpty { return nil }
            if isEnd(body, line) { break }
            let before = output.count
            if !uuLine(body, line, into: &output) {
                // Some encoders write more than the length says; what the length says is tried once more.
                output.removeLast(output.count - before)
                let length = (Int((body[line.lowerBound] &- 32) & 63) * 4 + 5) / 3
                let cut = line.lowerBound..<min(line.upperBound, line.lowerBound + length)
                guard uuLine(body, cut, into: &output) else { return nil }
            }
        }
        return output
    }

    /// Whether a line is `begin MODE ...` with an octal number.
    private static func isBegin(_ body: Span<UInt8>, _ line: Range<Int>) -> Bool {
        guard line.count >= 6, body.holds("begin ", at: line.lowerBound) else { return false }
        let mode = (line.lowerBound + 6)..<(body.first(0x20, from: line.lowerBound + 6) ?? line.upperBound)
        return OctalNumber.isOctal(body, mode.clamped(to: line))
    }

    private static func isEnd(_ body: Span<UInt8>, _ line: Range<Int>) -> Bool {
        let blanks: [UInt8] = [0x20, 0x09, 0x0D, 0x0A, 0x0C]
        var (start, end) = (line.lowerBound, line.upperBound)
        while start < end, blanks.contains(body[start]) { start += 1 }
        while end > start, blanks.contains(body[end - 1]) { end -= 1 }
        return end - start == 3 && body.holds("end", at: start)
    }

    /// Decodes one line: a length, then as many characters as it needs (missing ones are zeros). False when a character
    /// is none of the alphabet, or something is left over that is no blank.
    private static func uuLine(_ body: Span<UInt8>, _ line: Range<Int>, into output: inout [UInt8]) -> Bool {
        guard !line.isEmpty else { return true }
        var wanted = Int((body[line.lowerBound] &- 32) & 63)
        var at = line.lowerBound + 1
        var bits = 0
        var group: UInt32 = 0
        while wanted > 0 {
            var value: UInt8 = 0
            if at < line.upperBound, body[at] != 0x0A, body[at] != 0x0D {
                guard (32...96).contains(body[at]) else { return false }
                value = (body[at] - 32) & 63
            }
            at += 1
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
                group &= (1 << UInt32(bits)) - 1
                wanted -= 1
            }
        }
        while at < line.upperBound {
            guard [0x20, 0x60, 0x0A, 0x0D].contains(body[at]) else { return false }
            at += 1
        }
        return true
    }
}

/// The lines of bytes (LF, CRLF, CR), without their ends; nothing stands behind the last line end.
private struct ByteLines {
    private var at = 0
    private let count: Int

    init(count: Int) {
        self.count = count
    }

    mutating func next(_ body: Span<UInt8>) -> Range<Int>? {
        guard at < count else { return nil }
        let start = at
        while at < count, body[at] != 0x0A, body[at] != 0x0D { at += 1 }
        let end = at
        if at < count {
            at += body[at] == 0x0D && at + 1 < count && body[at + 1] == 0x0A ? 2 : 1
        }
        return start..<end
    }
}

/// Numbers as Python's `int()` reads them.
enum OctalNumber {
    /// Whether `int(text, base=8)` accepts bytes: blanks around, a sign, `0o`, single underscores between digits.
    static func isOctal(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var (at, end) = (range.lowerBound, range.upperBound)
        while at < end, isBlank(text[at]) { at += 1 }
        while end > at, isBlank(text[end - 1]) { end -= 1 }
        if at < end, text[at] == 0x2B || text[at] == 0x2D { at += 1 }
        if at + 1 < end, text[at] == 0x30, text[at + 1] | 0x20 == 0x6F {
            at += 2
            if at < end, text[at] == 0x5F { at += 1 }
        }
        var digitBefore = false
        while at < end {
            if text[at] == 0x5F {
                guard digitBefore else { return false }
                digitBefore = false
            } else {
                guard (0x30...0x37).contains(text[at]) else { return false }
                digitBefore = true
            }
            at += 1
        }
        return digitBefore
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
