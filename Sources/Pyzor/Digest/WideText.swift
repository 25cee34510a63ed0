// Text inside the digest is bytes: UTF-8 in which a lone surrogate may stand too, as three bytes (WTF-8). Python's str
// can hold such surrogates, and they count as characters until the very end; Swift's String cannot hold them. Two
// neighbouring halves stay two characters, as in Python.

extension [UInt8] {
    /// Appends one code point, at most 0x10FFFF, surrogates included.
    @inline(__always)
    mutating func append(codePoint: UInt32) {
        if codePoint < 0x80 {
            append(UInt8(truncatingIfNeeded: codePoint))
        } else {
            append(wide: codePoint)
        }
    }

    // Not inlined: the copies in every decoder made the optimiser take half a minute.
    @inline(never)
    private mutating func append(wide codePoint: UInt32) {
        if codePoint < 0x800 {
            append(UInt8(truncatingIfNeeded: 0xC0 | codePoint >> 6))
            append(UInt8(truncatingIfNeeded: 0x80 | codePoint & 0x3F))
        } else if codePoint < 0x10000 {
            append(UInt8(truncatingIfNeeded: 0xE0 | codePoint >> 12))
            append(UInt8(truncatingIfNeeded: 0x80 | codePoint >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | codePoint & 0x3F))
        } else {
            append(UInt8(truncatingIfNeeded: 0xF0 | codePoint >> 18))
            append(UInt8(truncatingIfNeeded: 0x80 | codePoint >> 12 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | codePoint >> 6 & 0x3F))
            append(UInt8(truncatingIfNeeded: 0x80 | codePoint & 0x3F))
        }
    }

    /// Appends a stretch of another text.
    mutating func append(_ text: Span<UInt8>, _ range: Range<Int>) {
        text.extracting(range).withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// The text as a String, without lone surrogates.
    var withoutSurrogates: [UInt8] {
        guard contains(0xED) else { return self }
        var kept: [UInt8] = []
        kept.reserveCapacity(count)
        var at = 0
        while at < count {
            if self[at] == 0xED, at + 2 < count, self[at + 1] >= 0xA0 {
                at += 3
            } else {
                kept.append(self[at])
                at += 1
            }
        }
        return kept
    }
}

/// What a blank is: `\s` and `str.strip()` of Python agree on it, and `str.splitlines()` splits at some of them.
enum Blank {
    case none
    /// A blank of this many bytes.
    case space(Int)
    /// A blank of this many bytes that also ends a line.
    case lineEnd(Int)

    /// What stands at an index of a text; `none` at anything that is not the first byte of a blank.
    @inline(__always)
    init(_ text: Span<UInt8>, at index: Int) {
        let byte = text[index]
        if byte < 0x80 {
            self = Blank(ascii: byte)
        } else if byte == 0xC2 || byte == 0xE1 || byte == 0xE2 || byte == 0xE3 {
            self = Blank(wide: text, at: index)
        } else {
            self = .none
        }
    }

    @inline(__always)
    init(ascii byte: UInt8) {
        switch byte {
        case 0x20, 0x09, 0x1F: self = .space(1)
        case 0x0A...0x0D, 0x1C...0x1E: self = .lineEnd(1)
        default: self = .none
        }
    }

    private init(wide text: Span<UInt8>, at index: Int) {
        let second = index + 1 < text.count ? text[index + 1] : 0
        let third = index + 2 < text.count ? text[index + 2] : 0
        switch (text[index], second, third) {
        case (0xC2, 0x85, _): self = .lineEnd(2)
        case (0xC2, 0xA0, _): self = .space(2)
        case (0xE1, 0x9A, 0x80): self = .space(3)
        case (0xE2, 0x80, 0xA8...0xA9): self = .lineEnd(3)
        case (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80): self = .space(3)
        default: self = .none
        }
    }

    /// Its length in bytes; 0 for what is no blank.
    @inline(__always)
    var length: Int {
        switch self {
        case .none: 0
        case .space(let length), .lineEnd(let length): length
        }
    }
}

extension Span<UInt8> {
    /// The length of the blank at an index, 0 when none stands there.
    @inline(__always)
    func blank(at index: Int) -> Int {
        Blank(self, at: index).length
    }

    /// The first index at or after one where no blank stands.
    @inline(__always)
    func skippingBlanks(from index: Int) -> Int {
        var at = index
        while at < count {
            let length = blank(at: at)
            if length == 0 { break }
            at += length
        }
        return at
    }

    /// A range without blanks at its ends (`str.strip()`).
    func stripped(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        while start < range.upperBound {
            let length = blank(at: start)
            if length == 0 { break }
            start += length
        }
        var end = range.upperBound
        while end > start {
            var first = end - 1
            while first > start, self[first] & 0xC0 == 0x80 { first -= 1 }
            if blank(at: first) != end - first { break }
            end = first
        }
        return start..<end
    }

    /// Whether these ASCII bytes stand at an index.
    @inline(__always)
    func holds(_ bytes: StaticString, at index: Int) -> Bool {
        let length = bytes.utf8CodeUnitCount
        guard index >= 0, length <= count - index else { return false }
        return bytes.withUTF8Buffer { wanted in
            for offset in 0..<length where self[index + offset] != wanted[offset] { return false }
            return true
        }
    }

    /// Whether these lower-case ASCII bytes stand at an index, in any case.
    @inline(__always)
    func holds(anyCase bytes: StaticString, at index: Int) -> Bool {
        let length = bytes.utf8CodeUnitCount
        guard index >= 0, length <= count - index else { return false }
        return bytes.withUTF8Buffer { wanted in
            for offset in 0..<length where self[index + offset].lowerASCII != wanted[offset] { return false }
            return true
        }
    }

    /// The first index of a byte at or after one, nil when there is none.
    @inline(__always)
    func first(_ byte: UInt8, from index: Int) -> Int? {
        var at = index
        while at < count {
            if self[at] == byte { return at }
            at += 1
        }
        return nil
    }
}

extension UInt8 {
    @inline(__always)
    var lowerASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    @inline(__always)
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    /// The value of a hexadecimal digit, nil for anything else.
    @inline(__always)
    var hexValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}
