/// The charsets in which a character is one byte or two (in the EUC ones, three behind 0x8F), by Python's names.
enum DoubleByteSet: String, CaseIterable, Sendable {
    case gbk
    case gb2312
    case big5
    case cp950
    case big5hkscs
    case eucKR = "euc_kr"
    case cp949
    case johab
    case shiftJIS = "shift_jis"
    case cp932
    case shiftJIS2004 = "shift_jis_2004"
    case shiftJISX0213 = "shift_jisx0213"
    case eucJP = "euc_jp"
    case eucJIS2004 = "euc_jis_2004"
    case eucJISX0213 = "euc_jisx0213"

    var tables: DoubleByteTables {
        switch self {
        case .gbk: .gbk
        case .gb2312: .gb2312
        case .big5: .big5
        case .cp950: .cp950
        case .big5hkscs: .big5hkscs
        case .eucKR: .eucKR
        case .cp949: .cp949
        case .johab: .johab
        case .shiftJIS: .shiftJIS
        case .cp932: .cp932
        case .shiftJIS2004: .shiftJIS2004
        case .shiftJISX0213: .shiftJISX0213
        case .eucJP: .eucJP
        case .eucJIS2004: .eucJIS2004
        case .eucJISX0213: .eucJISX0213
        }
    }
}

/// The tables of such a charset. Each is unpacked when it is first used, and then stays.
struct DoubleByteTables: Sendable {
    /// 256 cells; a byte that is no character here begins a pair.
    let singles: CharsetTable
    /// The pairs that begin with 0x80 to 0xFF, 256 cells for each first byte.
    let pairs: CharsetTable
    /// What stands behind 0x8F, 128 cells for each first byte.
    let triples: CharsetTable?

    static let gb18030 = DoubleByteTables(ChineseTables.gb18030)
    static let gbk = DoubleByteTables(ChineseTables.gbk, base: gb18030)
    static let gb2312 = DoubleByteTables(ChineseTables.gb2312, base: gbk)
    static let big5 = DoubleByteTables(ChineseTables.big5)
    static let cp950 = DoubleByteTables(ChineseTables.cp950, base: big5)
    static let big5hkscs = DoubleByteTables(ChineseTables.big5hkscs, base: big5)
    static let cp949 = DoubleByteTables(KoreanTables.cp949)
    static let eucKR = DoubleByteTables(KoreanTables.eucKR, base: cp949)
    static let johab = DoubleByteTables(KoreanTables.johab)
    static let shiftJIS = DoubleByteTables(JapaneseTables.shiftJIS, singles: JapaneseTables.shiftJISSingle)
    static let cp932 = DoubleByteTables(JapaneseTables.cp932, singles: JapaneseTables.cp932Single, base: shiftJIS)
    static let shiftJIS2004 = DoubleByteTables(
        JapaneseTables.shiftJIS2004,
        singles: JapaneseTables.shiftJIS2004Single,
        base: shiftJIS
    )
    static let shiftJISX0213 = DoubleByteTables(JapaneseTables.shiftJISX0213, singles: "=40", base: shiftJIS2004)
    static let eucJIS2004 = DoubleByteTables(JapaneseTables.eucJIS2004, triples: JapaneseTables.eucJIS2004Triple)
    static let eucJISX0213 = DoubleByteTables(
        JapaneseTables.eucJISX0213,
        triples: JapaneseTables.eucJISX0213Triple,
        base: eucJIS2004
    )
    static let eucJP = DoubleByteTables(JapaneseTables.eucJP, triples: JapaneseTables.eucJPTriple, base: eucJIS2004)

    private static let ascii: StaticString = "~00020"

    private init(
        _ pairs: StaticString,
        singles: StaticString = ascii,
        triples: StaticString? = nil,
        base: DoubleByteTables? = nil
    ) {
        self.singles = CharsetTable(singles, count: 256, base: base?.singles)
        self.pairs = CharsetTable(pairs, count: 0x8000, base: base?.pairs)
        self.triples = triples.map { CharsetTable($0, count: 0x4000, base: base?.triples) }
    }
}

extension DecodedText {
    /// What is no character is an error of one byte; what is cut off at the end is one error.
    mutating func doubleByte(_ bytes: Span<UInt8>, _ set: DoubleByteSet) {
        let tables = set.tables
        let (singles, pairs) = (tables.singles.cells, tables.pairs.cells)
        var at = 0
        while at < bytes.count {
            let first = bytes[at]
            if append(cell: singles[Int(first)]) {
                at += 1
                continue
            }
            guard at + 1 < bytes.count else { return error() }
            if first == 0x8F, let triples = tables.triples {
                guard at + 2 < bytes.count else { return error() }
                at += triple(triples, bytes[at + 1], bytes[at + 2])
                continue
            }
            if set == .eucKR, first == 0xA4, bytes[at + 1] == 0xD4 {
                guard at + 7 < bytes.count else { return error() }
                at += composed(bytes, at)
                continue
            }
            let cell = first < 0x80 ? CharsetTable.none : pairs[Int(first & 0x7F) << 8 | Int(bytes[at + 1])]
            if append(cell: cell) {
                at += 2
            } else {
                error()
                at += cell == CharsetTable.wideNone ? 2 : 1
            }
        }
    }

    /// The character behind 0x8F; returns how many bytes are done with.
    private mutating func triple(_ triples: CharsetTable, _ second: UInt8, _ third: UInt8) -> Int {
        guard second >= 0x80, third >= 0x80,
            append(cell: triples.cells[Int(second & 0x7F) << 7 | Int(third & 0x7F)])
        else {
            error()
            return 1
        }
        return 3
    }

    /// A Hangul syllable spelled out in eight bytes (KS X 1001 annex 3): a filler, and three letters, the last of which
    /// may be a filler too. Returns how many bytes are done with.
    private mutating func composed(_ bytes: Span<UInt8>, _ at: Int) -> Int {
        let initials: [UInt8] = [
            0xA1, 0xA2, 0xA4, 0xA7, 0xA8, 0xA9, 0xB1, 0xB2, 0xB3, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xBB, 0xBC, 0xBD,
            0xBE,
        ]
        let finals: [UInt8] = [
            0xD4, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 0xB0, 0xB1, 0xB2,
            0xB4,
            0xB5, 0xB6, 0xB7, 0xB8, 0xBA, 0xBB, 0xBC, 0xBD, 0xBE,
        ]
        guard bytes[at + 2] == 0xA4, bytes[at + 4] == 0xA4, bytes[at + 6] == 0xA4,
            let initial = initials.firstIndex(of: bytes[at + 3]), 0xBF...0xD3 ~= bytes[at + 5],
            let final = finals.firstIndex(of: bytes[at + 7])
        else {
            error()
            return 1
        }
        let vowel = Int(bytes[at + 5] - 0xBF)
        text.append(codePoint: UInt32(0xAC00 + (initial * 21 + vowel) * 28 + final))
        return 8
    }
}
