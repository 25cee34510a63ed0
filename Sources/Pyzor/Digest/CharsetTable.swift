/// A table of characters by code, unpacked from the text that scripts/make-charset-tables.py writes.
struct CharsetTable: Sendable {
    /// What stands for a code that is no character.
    static let none: UInt32 = .max
    /// Set in a cell that holds two characters, the first in the upper half.
    static let pair: UInt32 = 0x8000_0000

    /// What stands for a code that is no character, and of which the decoder skips both bytes.
    static let wideNone: UInt32 = .max - 1

    private(set) var cells: [UInt32] = []

    /// Unpacks a table into so many cells; what is missing at the end is no character.
    init(_ packed: StaticString, count: Int, base: CharsetTable? = nil) {
        cells.reserveCapacity(count)
        packed.withUTF8Buffer { text in
            var at = 0
            func number(_ digits: Int) -> UInt32 {
                var value: UInt32 = 0
                for offset in 0..<digits { value = value << 6 | Self.digit(text[at + offset]) }
                at += digits
                return value
            }
            while at < text.count {
                switch text[at] {
                case 0x7E:
                    at += 1
                    let first = number(3)
                    let length = number(2)
                    cells.append(contentsOf: first..<(first + length))
                case 0x21:
                    at += 1
                    cells.append(contentsOf: repeatElement(Self.none, count: Int(number(2))))
                case 0x3D:
                    at += 1
                    let length = Int(number(2))
                    if let base { cells.append(contentsOf: base.cells[cells.count..<(cells.count + length)]) }
                case 0x23:
                    at += 1
                    cells.append(Self.wideNone)
                case 0x5E:
                    at += 1
                    let first = number(3)
                    cells.append(Self.pair | first << 16 | number(3))
                default: cells.append(number(3))
                }
            }
        }
        cells.append(contentsOf: repeatElement(Self.none, count: max(0, count - cells.count)))
    }

    private static func digit(_ byte: UInt8) -> UInt32 {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x5A: UInt32(byte - 0x41 + 10)
        case 0x61...0x7A: UInt32(byte - 0x61 + 36)
        case 0x2B: 62
        default: 63
        }
    }
}

extension SingleByteTables {
    /// All tables, unpacked at first use.
    static let unpacked: [CharsetTable] = tables.map { CharsetTable($0, count: 256) }
}

extension DecodedText {
    /// Appends the character or the two of a cell; an error for a cell that holds none. Returns whether there was one.
    @discardableResult
    mutating func append(cell: UInt32) -> Bool {
        if cell < CharsetTable.pair {
            text.append(codePoint: cell)
        } else if cell >= CharsetTable.wideNone {
            return false
        } else {
            text.append(codePoint: cell >> 16 & 0x7FFF)
            text.append(codePoint: cell & 0xFFFF)
        }
        return true
    }

    mutating func singleByte(_ bytes: Span<UInt8>, _ table: CharsetTable) {
        let cells = table.cells
        for at in 0..<bytes.count {
            let cell = cells[Int(bytes[at])]
            if !append(cell: cell) { error() }
        }
    }
}
