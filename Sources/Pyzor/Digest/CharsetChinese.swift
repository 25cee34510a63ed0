extension ChineseTables {
    /// The characters up to U+FFFF that have four bytes in GB 18030, in the order of their codes.
    static let unpackedFourBytes = CharsetTable(gb18030FourBytes, count: 50_400)
}

extension DecodedText {
    /// GB 18030. What is no character is an error of one byte; what is cut off at the end is one error.
    mutating func gb18030(_ bytes: Span<UInt8>) {
        let pairs = DoubleByteTables.gb18030.pairs.cells
        var at = 0
        while at < bytes.count {
            let first = bytes[at]
            if first < 0x80 {
                text.append(first)
                at += 1
                continue
            }
            guard at + 1 < bytes.count else { return error() }
            let second = bytes[at + 1]
            if 0x30...0x39 ~= second {
                guard at + 3 < bytes.count else { return error() }
                if append(cell: Self.fourBytes(first, second, bytes[at + 2], bytes[at + 3])) {
                    at += 4
                    continue
                }
            } else if append(cell: pairs[Int(first & 0x7F) << 8 | Int(second)]) {
                at += 2
                continue
            }
            error()
            at += 1
        }
    }

    private static func fourBytes(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) -> UInt32 {
        guard 0x81...0xFE ~= first, 0x81...0xFE ~= third, 0x30...0x39 ~= fourth else { return CharsetTable.none }
        let index =
            ((Int(first) - 0x81) * 10 + Int(second) - 0x30) * 1260 + (Int(third) - 0x81) * 10 + Int(fourth) - 0x30
        let cells = ChineseTables.unpackedFourBytes.cells
        if index < cells.count { return cells[index] }
        // U+10000 and above follow in a row from 0x90308130 on.
        let supplement = index - 189_000
        return 0...0xFFFFF ~= supplement ? UInt32(0x10000 + supplement) : CharsetTable.none
    }

    /// HZ (RFC 1843). An error is one byte, cut off at the end or not. A line end does not end a GB passage.
    mutating func hz(_ bytes: Span<UInt8>) {
        let pairs = DoubleByteTables.gb2312.pairs.cells
        var isShifted = false
        var at = 0
        while at < bytes.count {
            let first = bytes[at]
            let second = at + 1 < bytes.count ? bytes[at + 1] : nil
            switch (first, second, isShifted) {
            case (0x7E, 0x7E, false):
                text.append(0x7E)
                at += 2
            case (0x7E, 0x7B, false), (0x7E, 0x7D, true):
                isShifted.toggle()
                at += 2
            case (0x7E, 0x0A, false): at += 2
            case (0x7E, _, _), (0x80..., _, _):
                error()
                at += 1
            case (_, _, false):
                text.append(first)
                at += 1
            default:
                let isPair = second.map { $0 < 0x80 && append(cell: pairs[Int(first) << 8 | Int($0 | 0x80)]) } ?? false
                if !isPair { error() }
                at += isPair ? 2 : 1
            }
        }
    }
}
