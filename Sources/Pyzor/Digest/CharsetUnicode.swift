extension DecodedText {
    /// UTF-8. An error is a maximal part of a well-formed sequence (Unicode 15, section 3.9), or one byte.
    mutating func utf8(_ bytes: Span<UInt8>, from start: Int) {
        var at = start
        var good = start
        while at < bytes.count {
            if bytes[at] < 0x80 {
                at += 1
                continue
            }
            let (length, isWhole) = bytes.utf8Sequence(at: at)
            if !isWhole {
                text.append(bytes, good..<at)
                error()
                good = at + length
            }
            at += length
        }
        text.append(bytes, good..<bytes.count)
    }

    mutating func utf16(_ bytes: Span<UInt8>, _ order: Charset.ByteOrder?) {
        var at = 0
        var isBig = order == .big
        if order == nil, bytes.count >= 2 {
            if bytes[0] == 0xFE, bytes[1] == 0xFF { isBig = true }
            if isBig || bytes[0] == 0xFF && bytes[1] == 0xFE { at = 2 }
        }
        func unit(_ at: Int) -> UInt32 {
            let (first, second) = (UInt32(bytes[at]), UInt32(bytes[at + 1]))
            return isBig ? first << 8 | second : second << 8 | first
        }
        while at + 1 < bytes.count {
            let first = unit(at)
            at += 2
            guard 0xD800...0xDFFF ~= first else {
                text.append(codePoint: first)
                continue
            }
            guard first < 0xDC00 else {
                error()
                continue
            }
            guard at + 1 < bytes.count else {
                // What is cut off at the end is one error, an odd byte behind it included.
                error()
                return
            }
            let second = unit(at)
            if 0xDC00...0xDFFF ~= second {
                text.append(codePoint: 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
                at += 2
            } else {
                error()
            }
        }
        if at < bytes.count { error() }
    }

    mutating func utf32(_ bytes: Span<UInt8>, _ order: Charset.ByteOrder?) {
        var at = 0
        var isBig = order == .big
        func unit(_ at: Int) -> UInt32 {
            var value: UInt32 = 0
            for offset in 0..<4 { value = value << 8 | UInt32(bytes[at + (isBig ? offset : 3 - offset)]) }
            return value
        }
        if order == nil, bytes.count >= 4 {
            if unit(0) == 0xFFFE_0000 { isBig = true }
            if unit(0) == 0xFEFF { at = 4 }
        }
        while at + 3 < bytes.count {
            let point = unit(at)
            if point > 0x10FFFF || 0xD800...0xDFFF ~= point { error() } else { text.append(codePoint: point) }
            at += 4
        }
        if at < bytes.count { error() }
    }
}

extension Span<UInt8> {
    /// The UTF-8 sequence at a byte of 0x80 or more: how many bytes belong to it, and whether it is whole.
    func utf8Sequence(at index: Int) -> (length: Int, isWhole: Bool) {
        let first = self[index]
        let wanted: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: wanted = 2
        case 0xE0...0xEF:
            wanted = 3
            if first == 0xE0 { second = 0xA0...0xBF }
            if first == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            wanted = 4
            if first == 0xF0 { second = 0x90...0xBF }
            if first == 0xF4 { second = 0x80...0x8F }
        default: return (1, false)
        }
        guard index + 1 < count, second.contains(self[index + 1]) else { return (1, false) }
        var length = 2
        while length < wanted {
            guard index + length < count, self[index + length] & 0xC0 == 0x80 else { return (length, false) }
            length += 1
        }
        return (wanted, true)
    }
}
