/// The kinds of ISO-2022 text, by Python's names.
enum ISO2022Variant: String, CaseIterable, Sendable {
    case japanese = "iso2022_jp"
    case japanese1 = "iso2022_jp_1"
    case japanese2 = "iso2022_jp_2"
    case japanese2004 = "iso2022_jp_2004"
    case japanese3 = "iso2022_jp_3"
    case japaneseExt = "iso2022_jp_ext"
    case korean = "iso2022_kr"

    /// The set that the last byte of an escape sequence names.
    fileprivate func set(_ name: UInt8, isWide: Bool) -> ISO2022Set? {
        switch (name, isWide, self) {
        case (0x42, false, _): .ascii
        case (0x4A, false, .japanese), (0x4A, false, .japanese1), (0x4A, false, .japanese2),
            (0x4A, false, .japaneseExt):
            .roman
        case (0x49, false, .japaneseExt): .katakana
        case (0x41, false, .japanese2): .latin1
        case (0x46, false, .japanese2): .greek
        case (0x42, true, _) where self != .korean: .jisX0208
        case (0x40, true, .japanese), (0x40, true, .japanese1), (0x40, true, .japanese2), (0x40, true, .japaneseExt):
            .jisX0208
        case (0x44, true, .japanese1), (0x44, true, .japanese2), (0x44, true, .japaneseExt): .jisX0212
        case (0x41, true, .japanese2): .gb2312
        case (0x43, true, .japanese2), (0x43, true, .korean): .ksX1001
        case (0x51, true, .japanese2004): .jisX0213
        case (0x4F, true, .japanese3): .oldJISX0213
        case (0x50, true, .japanese2004), (0x50, true, .japanese3): .jisX0213Plane2
        default: nil
        }
    }
}

/// A set that can be designated.
private enum ISO2022Set {
    case ascii
    case roman
    case katakana
    case latin1
    case greek
    case jisX0208
    case jisX0212
    case jisX0213
    case oldJISX0213
    case jisX0213Plane2
    case ksX1001
    case gb2312

    var isWide: Bool {
        switch self {
        case .ascii, .roman, .katakana, .latin1, .greek: false
        default: true
        }
    }

    /// The cell of a byte of a set with one byte a character.
    func cell(_ byte: UInt8) -> UInt32 {
        switch self {
        case .ascii: UInt32(byte)
        case .roman: byte == 0x5C ? 0xA5 : byte == 0x7E ? 0x203E : UInt32(byte)
        case .katakana where 0x21...0x5F ~= byte: UInt32(byte) + 0xFF40
        default: CharsetTable.none
        }
    }

    /// The cell of two bytes.
    func cell(_ first: UInt8, _ second: UInt8) -> UInt32 {
        guard 0x21...0x7E ~= first, 0x21...0x7E ~= second else { return CharsetTable.none }
        let pair = Int(first) << 8 | Int(second | 0x80)
        let triple = Int(first) << 7 | Int(second)
        switch self {
        case .jisX0208: return DoubleByteTables.eucJP.pairs.cells[pair]
        case .jisX0212: return DoubleByteTables.eucJP.triples?.cells[triple] ?? CharsetTable.none
        case .gb2312: return DoubleByteTables.gb2312.pairs.cells[pair]
        case .ksX1001: return (first, second) == (0x24, 0x54) ? 0x3164 : DoubleByteTables.eucKR.pairs.cells[pair]
        case .jisX0213: return (first, second) == (0x22, 0x32) ? 0x7E : DoubleByteTables.eucJIS2004.pairs.cells[pair]
        case .oldJISX0213:
            return (first, second) == (0x22, 0x32) ? 0x7E : DoubleByteTables.eucJISX0213.pairs.cells[pair]
        case .jisX0213Plane2: return Self.plane2.cells[triple]
        default: return CharsetTable.none
        }
    }

    private static let plane2 = CharsetTable(
        JapaneseTables.iso2022Plane2,
        count: 0x4000,
        base: DoubleByteTables.eucJIS2004.triples
    )
}

/// Where text of ISO-2022 stands.
private struct ISO2022State {
    var sets: (ISO2022Set, ISO2022Set, ISO2022Set) = (.ascii, .ascii, .ascii)
    var isShifted = false
    /// Behind an escape sequence that is none of ISO 2022's; everything is taken as it stands, up to a letter.
    var isInForeignEscape = false

    var current: ISO2022Set { isShifted ? sets.1 : sets.0 }
}

extension DecodedText {
    /// ISO-2022 text, as Python reads it. False when Python's codec breaks.
    ///
    /// An escape sequence that designates nothing is one error; two bytes that are no character are one; a byte of 0x80
    /// or more is one; what is cut off at the end is one.
    mutating func iso2022(_ bytes: Span<UInt8>, _ variant: ISO2022Variant) -> Bool {
        var state = ISO2022State()
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if state.isInForeignEscape {
                text.append(codePoint: UInt32(byte))
                state.isInForeignEscape = !byte.endsEscape
                at += 1
            } else if byte == 0x1B {
                guard let length = escape(bytes, at, variant, &state) else { return false }
                at += length
            } else if variant == .korean, byte == 0x0E || byte == 0x0F {
                state.isShifted = byte == 0x0E
                at += 1
            } else if byte < 0x20 {
                if byte == 0x0A { state.isShifted = false }
                text.append(byte)
                at += 1
            } else if byte >= 0x80 {
                error()
                at += 1
            } else if !state.current.isWide {
                if !append(cell: state.current.cell(byte)) { error() }
                at += 1
            } else {
                let isCut = at + 1 == bytes.count
                if isCut || !append(cell: state.current.cell(byte, bytes[at + 1])) { error() }
                at += isCut ? 1 : 2
            }
        }
        return true
    }

    /// Acts on an ESC. Returns how many bytes are done with, nil when Python's codec breaks.
    private mutating func escape(
        _ bytes: Span<UInt8>,
        _ at: Int,
        _ variant: ISO2022Variant,
        _ state: inout ISO2022State
    ) -> Int? {
        let left = bytes.count - at
        guard left > 1 else {
            error()
            return left
        }
        switch bytes[at + 1] {
        case 0x28, 0x29, 0x24, 0x2E, 0x26:
            guard let length = bytes.escapeLength(at, variant) else {
                error()
                return left
            }
            if length == 0 || !state.designate(bytes.extracting(at..<(at + length)), variant) { error() }
            return max(length, 1)
        case 0x4E where variant == .japanese2:
            guard left > 2 else {
                error()
                return left
            }
            return singleShift(bytes[at + 2], state.sets.2) ? 3 : nil
        default:
            text.append(0x1B)
            state.isInForeignEscape = true
            return 1
        }
    }

    /// The character behind ESC N. False when Python's codec breaks.
    private mutating func singleShift(_ byte: UInt8, _ set: ISO2022Set) -> Bool {
        let cell: UInt32
        switch set {
        case .latin1: cell = byte < 0x80 ? UInt32(byte) + 0x80 : CharsetTable.none
        case .greek: cell = SingleByteTables.greek.cells[Int(byte ^ 0x80)]
        case .ascii: cell = byte < 0x80 ? UInt32(byte) : CharsetTable.none
        default: return false
        }
        if !append(cell: cell) { error() }
        return true
    }
}

extension ISO2022State {
    /// Acts on a whole escape sequence; false when it designates nothing.
    fileprivate mutating func designate(_ escape: Span<UInt8>, _ variant: ISO2022Variant) -> Bool {
        switch escape.count {
        case 3 where escape[1] == 0x24: return set(0x28, variant.set(escape[2], isWide: true))
        case 3 where escape[1] == 0x2E && variant != .japanese2: return false
        case 3: return set(escape[1], variant.set(escape[2], isWide: false))
        case 4 where escape[1] == 0x24 && escape[2] != 0x2E: return set(escape[2], variant.set(escape[3], isWide: true))
        case 6 where variant != .korean && escape.holds("\u{1B}$B", at: 3): return set(0x28, .jisX0208)
        default: return false
        }
    }

    private mutating func set(_ place: UInt8, _ set: ISO2022Set?) -> Bool {
        guard let set else { return false }
        switch place {
        case 0x28: sets.0 = set
        case 0x29: sets.1 = set
        case 0x2E: sets.2 = set
        default: return false
        }
        return true
    }
}

extension Span<UInt8> {
    /// The length of the escape sequence that begins at an index, at most 16; 0 for a longer one, nil for one cut off.
    fileprivate func escapeLength(_ start: Int, _ variant: ISO2022Variant) -> Int? {
        var at = 1
        while at < 16 {
            guard start + at < count else { return nil }
            if self[start + at].endsEscape { return at + 1 }
            if variant != .korean, holds("&@", at: start + at) { at += 2 }
            at += 1
        }
        return 0
    }
}

extension UInt8 {
    fileprivate var endsEscape: Bool { 0x40...0x5A ~= self }
}

extension SingleByteTables {
    fileprivate static let greek = CharsetTable(tables[names.firstIndex(of: "iso8859_7") ?? 0], count: 256)
}
