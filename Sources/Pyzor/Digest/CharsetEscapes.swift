extension DecodedText {
    /// Python's `unicode_escape`: the escapes of a string literal; other bytes are Latin-1. False when a character is
    /// named by more than one word, since no list of such names is kept here.
    mutating func unicodeEscape(_ bytes: Span<UInt8>) -> Bool {
        var at = 0
        while at < bytes.count {
            guard bytes[at] == 0x5C else {
                text.append(codePoint: UInt32(bytes[at]))
                at += 1
                continue
            }
            guard at + 1 < bytes.count else {
                error()
                break
            }
            let letter = bytes[at + 1]
            at += 2
            switch letter {
            case 0x78: hexEscape(bytes, &at, digits: 2)
            case 0x75: hexEscape(bytes, &at, digits: 4)
            case 0x55: hexEscape(bytes, &at, digits: 8)
            case 0x30...0x37: octalEscape(bytes, &at, first: letter)
            case 0x4E:
                guard namedEscape(bytes, &at) else { return false }
            default: simpleEscape(letter)
            }
        }
        return true
    }

    /// Python's `raw_unicode_escape`: only `\uXXXX` and `\UXXXXXXXX` are escapes, and a backslash takes what is behind
    /// it along.
    mutating func rawUnicodeEscape(_ bytes: Span<UInt8>) {
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            guard byte == 0x5C, at < bytes.count else {
                text.append(codePoint: UInt32(byte))
                continue
            }
            let letter = bytes[at]
            at += 1
            switch letter {
            case 0x75: hexEscape(bytes, &at, digits: 4)
            case 0x55: hexEscape(bytes, &at, digits: 8)
            default:
                text.append(0x5C)
                text.append(codePoint: UInt32(letter))
            }
        }
    }

    private mutating func hexEscape(_ bytes: Span<UInt8>, _ at: inout Int, digits: Int) {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard at < bytes.count, let digit = bytes[at].hexValue else { return error() }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        if value > 0x10FFFF { error() } else { text.append(codePoint: value) }
    }

    private mutating func octalEscape(_ bytes: Span<UInt8>, _ at: inout Int, first: UInt8) {
        var value = UInt32(first - 0x30)
        var digits = 1
        while digits < 3, at < bytes.count, 0x30...0x37 ~= bytes[at] {
            value = value << 3 | UInt32(bytes[at] - 0x30)
            at += 1
            digits += 1
        }
        text.append(codePoint: value)
    }

    private mutating func simpleEscape(_ letter: UInt8) {
        switch letter {
        case 0x0A: break
        case 0x5C, 0x27, 0x22: text.append(letter)
        case 0x61: text.append(0x07)
        case 0x62: text.append(0x08)
        case 0x66: text.append(0x0C)
        case 0x6E: text.append(0x0A)
        case 0x72: text.append(0x0D)
        case 0x74: text.append(0x09)
        case 0x76: text.append(0x0B)
        default:
            text.append(0x5C)
            text.append(codePoint: UInt32(letter))
        }
    }

    /// The character named behind `\N`, in braces. What is no name, or nobody's, is an error.
    private mutating func namedEscape(_ bytes: Span<UInt8>, _ at: inout Int) -> Bool {
        guard at < bytes.count, bytes[at] == 0x7B else {
            error()
            return true
        }
        let start = at + 1
        let close = bytes.first(0x7D, from: start)
        guard let close, close > start else {
            error()
            at = close ?? bytes.count
            return true
        }
        let name = (start..<close).map { bytes[$0] }
        guard !name.contains(0x20) else { return false }
        if name.allSatisfy({ $0 < 0x80 }), let point = CharacterNames.all.character(name) {
            text.append(codePoint: point)
        } else {
            error()
        }
        at = close + 1
        return true
    }
}
