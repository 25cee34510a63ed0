extension DecodedText {
    /// UTF-7 (RFC 2152), as Python reads it. Halves of surrogate pairs that stand alone stay, as characters.
    mutating func utf7(_ bytes: Span<UInt8>) {
        var state = UTF7State()
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if state.isShifted {
                if let value = UTF7State.value(byte) {
                    state.take(value, into: &text)
                } else if state.leave(into: &text, keepingHalf: byte < 0x80 && byte != 0x2B) {
                    if byte != 0x2D { at -= 1 }
                } else {
                    error()
                }
            } else if byte == 0x2B {
                if at < bytes.count, bytes[at] == 0x2D {
                    text.append(0x2B)
                    at += 1
                } else if at < bytes.count, UTF7State.value(bytes[at]) == nil {
                    at += 1
                    error()
                } else {
                    state = UTF7State()
                    state.isShifted = true
                }
            } else if byte < 0x80 {
                text.append(byte)
            } else {
                error()
            }
        }
        if state.isShifted, state.isUnfinished { error() }
    }
}

/// What a shifted part of UTF-7 has gathered.
private struct UTF7State {
    var isShifted = false
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0
    private var half: UInt32 = 0

    /// Whether the end of the text comes too early here.
    var isUnfinished: Bool { half != 0 || bitCount >= 6 || bitCount > 0 && bits != 0 }

    static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte - 0x41)
        case 0x61...0x7A: UInt32(byte - 0x61 + 26)
        case 0x30...0x39: UInt32(byte - 0x30 + 52)
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }

    mutating func take(_ value: UInt32, into text: inout [UInt8]) {
        bits = bits << 6 | value
        bitCount += 6
        guard bitCount >= 16 else { return }
        let unit = bits >> (bitCount - 16)
        bitCount -= 16
        bits &= (1 << bitCount) - 1
        if half != 0 {
            let first = half
            half = 0
            if 0xDC00...0xDFFF ~= unit {
                text.append(codePoint: 0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00))
                return
            }
            text.append(codePoint: first)
        }
        if 0xD800...0xDBFF ~= unit { half = unit } else { text.append(codePoint: unit) }
    }

    /// Leaves the shifted part. False when bits are left over that are no padding.
    mutating func leave(into text: inout [UInt8], keepingHalf: Bool) -> Bool {
        isShifted = false
        guard bitCount < 6, bits == 0 else { return false }
        if half != 0, keepingHalf { text.append(codePoint: half) }
        half = 0
        return true
    }
}
