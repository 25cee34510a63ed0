// The value of a header as Python's str: 8-bit bytes have become U+FFFD, one for each, and so no blank but an ASCII one
// can stand in it.

/// Text of a header, as ``WideText`` bytes.
typealias HeaderText = ArraySlice<UInt8>

extension ArraySlice<UInt8> {
    /// The value that stands in a range of the message.
    init(header message: Span<UInt8>, _ range: Range<Int>) {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        for at in range {
            let byte = message[at]
            if byte < 0x80 { text.append(byte) } else { text.append(codePoint: 0xFFFD) }
        }
        self = text[...]
    }

    /// Without blanks at both ends.
    var stripped: ArraySlice<UInt8> {
        var text = self
        while let first = text.first, first.isBlank { text.removeFirst() }
        while let last = text.last, last.isBlank { text.removeLast() }
        return text
    }

    var lowerASCII: [UInt8] { map(\.lowerASCII) }

    /// Whether these are exactly the characters of an ASCII string.
    func equals(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { $0.elementsEqual(self) }
    }

    /// Whether these are the characters of a lower-case ASCII string, in any case.
    func equals(anyCase text: StaticString) -> Bool {
        text.withUTF8Buffer { $0.count == count && zip($0, self).allSatisfy { $0 == $1.lowerASCII } }
    }

    /// Without the quotes or angle brackets around it, and with quoted pairs resolved, first `\\` then `\"`
    /// (`email.utils.unquote`).
    var unquoted: [UInt8] {
        guard count > 1, let first, let last else { return Array(self) }
        if first == 0x22, last == 0x22 {
            return dropFirst().dropLast().replacing([0x5C, 0x5C], with: [0x5C]).replacing([0x5C, 0x22], with: [0x22])
        }
        if first == 0x3C, last == 0x3E { return Array(dropFirst().dropLast()) }
        return Array(self)
    }

    /// With backslashes and quotes escaped, and quotes around it (`email.utils.quote`).
    var quoted: [UInt8] {
        var text: [UInt8] = [0x22]
        text.reserveCapacity(count + 2)
        for byte in self {
            if byte == 0x5C || byte == 0x22 { text.append(0x5C) }
            text.append(byte)
        }
        text.append(0x22)
        return text
    }

    /// With `%XX` decoded, each to the character of that number (`urllib.parse.unquote` with latin-1).
    var percentDecoded: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(count)
        var at = startIndex
        while at < endIndex {
            if self[at] == 0x25, at + 2 < endIndex, let high = self[at + 1].hexValue, let low = self[at + 2].hexValue {
                text.append(codePoint: UInt32(high << 4 | low))
                at += 3
            } else {
                text.append(self[at])
                at += 1
            }
        }
        return text
    }

    /// The code points of the text.
    var codePoints: [UInt32] {
        var points: [UInt32] = []
        points.reserveCapacity(count)
        for byte in self {
            switch byte {
            case 0x80..<0xC0: points[points.count - 1] = points[points.count - 1] << 6 | UInt32(byte & 0x3F)
            case 0xC0..<0xE0: points.append(UInt32(byte & 0x1F))
            case 0xE0..<0xF0: points.append(UInt32(byte & 0x0F))
            case 0xF0...: points.append(UInt32(byte & 0x07))
            default: points.append(UInt32(byte))
            }
        }
        return points
    }

    /// The bytes that Python's `raw-unicode-escape` makes of the text.
    var rawUnicodeEscaped: [UInt8] {
        var bytes: [UInt8] = []
        for point in codePoints {
            if point < 0x100 {
                bytes.append(UInt8(point))
            } else {
                let wide = point > 0xFFFF
                bytes.append(contentsOf: [0x5C, wide ? 0x55 : 0x75])
                for shift in stride(from: wide ? 28 : 12, through: 0, by: -4) {
                    let digit = UInt8(point >> UInt32(shift) & 15)
                    bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
                }
            }
        }
        return bytes
    }

    fileprivate func replacing(_ pair: [UInt8], with bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(count)
        var at = startIndex
        while at < endIndex {
            if self[at] == pair[0], at + 1 < endIndex, self[at + 1] == pair[1] {
                text.append(contentsOf: bytes)
                at += 2
            } else {
                text.append(self[at])
                at += 1
            }
        }
        return text
    }
}

extension [UInt8] {
    fileprivate func replacing(_ pair: [UInt8], with bytes: [UInt8]) -> [UInt8] {
        let text: ArraySlice<UInt8> = self[...]
        return text.replacing(pair, with: bytes)
    }
}

extension UInt8 {
    /// An ASCII blank, as Python's str counts it.
    var isBlank: Bool {
        self == 0x20 || (0x09...0x0D).contains(self) || (0x1C...0x1F).contains(self)
    }
}
