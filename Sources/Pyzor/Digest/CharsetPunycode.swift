extension Charset {
    /// How long text in Punycode may be, since every character in it can move all others. It is meant for names.
    static let longestPunycode = 16 << 10

    /// Punycode (RFC 3492), as Python's codec of that name decodes it. What is behind the last hyphen says which
    /// characters stand where; from its first error on it is left out.
    static func punycode(_ bytes: Span<UInt8>, _ onError: OnError) throws(CharsetFailure) -> [UInt8] {
        guard bytes.count <= longestPunycode else { throw .unsupported("punycode") }
        var hyphen = bytes.count - 1
        while hyphen >= 0, bytes[hyphen] != 0x2D { hyphen -= 1 }
        let extended = (hyphen + 1..<bytes.count).map { bytes[$0] }
        guard extended.allSatisfy({ $0 < 0x80 }) else { throw .invalid }
        var basic = DecodedText(onError: onError, reserving: max(hyphen, 0))
        if hyphen > 0 { basic.ascii(bytes.extracting(0..<hyphen)) }
        if basic.failed { throw .invalid }
        var decoder = PunycodeDecoder(points: basic.text[...].codePoints)
        let isWhole = try decoder.insert(extended)
        if !isWhole || decoder.isOutOfRange, onError == .strict { throw .invalid }
        var text: [UInt8] = []
        for point in decoder.points { text.append(codePoint: point) }
        return text
    }
}

private struct PunycodeDecoder {
    var points: [UInt32]
    /// Whether a character was beyond Unicode, and became a question mark.
    private(set) var isOutOfRange = false
    private var bias = 72

    init(points: [UInt32]) {
        self.points = points
    }

    /// Inserts what the digits say; false when they end too early or hold something else.
    mutating func insert(_ digits: [UInt8]) throws(CharsetFailure) -> Bool {
        var character = 0x80
        var position = -1
        var at = 0
        while at < digits.count {
            let isFirst = at == 0
            guard let delta = try number(digits, &at) else { return false }
            position += delta + 1
            character += position / (points.count + 1)
            if character > 0x10FFFF {
                isOutOfRange = true
                character = 0x3F
            }
            position %= points.count + 1
            points.insert(UInt32(character), at: position)
            adapt(delta, isFirst)
        }
        return true
    }

    /// A number of variable length (RFC 3492 section 3.3), nil when it is broken. Numbers of more than 48 bits are refused:
    /// Python goes on with them, however long they are.
    private func number(_ digits: [UInt8], _ at: inout Int) throws(CharsetFailure) -> Int? {
        var result = 0
        var weight = 1
        var place = 36
        while at < digits.count {
            let letter = digits[at].lowerASCII
            at += 1
            guard letter.isLetter || letter.isDigit else { return nil }
            let digit = Int(letter.isDigit ? letter - 0x30 + 26 : letter - 0x61)
            let threshold = min(max(place - bias, 1), 26)
            guard weight < 1 << 48, result < 1 << 48 else { throw .unsupported("punycode") }
            result += digit * weight
            if digit < threshold { return result }
            weight *= 36 - threshold
            place += 36
        }
        return nil
    }

    /// RFC 3492 section 3.4.
    private mutating func adapt(_ delta: Int, _ isFirst: Bool) {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / points.count
        var divisions = 0
        while delta > 455 {
            delta /= 35
            divisions += 36
        }
        bias = divisions + 36 * delta / (delta + 38)
    }
}
