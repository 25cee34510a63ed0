import Foundation
import TestRig

/// The names that a program for Linux gives to, or wants from, the libraries that it is run with (ELF-64, section `.dynsym`).
struct ImportedSymbols {
    let names: Set<String>

    init(of path: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        func number<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) throws -> Int {
            guard offset >= 0, offset + MemoryLayout<Number>.size <= bytes.count else {
                throw RigError("\(path) is no ELF program")
            }
            return Int(bytes[offset..<(offset + MemoryLayout<Number>.size)].reversed().reduce(0) { $0 << 8 | Int($1) })
        }
        // The header names the table of sections; 11 is the type of the dynamic symbols, linked to their strings (elf(5)).
        let table = try number(UInt64.self, at: 0x28)
        let count = try number(UInt16.self, at: 0x3c)
        var strings = 0..<0
        for section in (0..<count).map({ table + $0 * 64 }) where try number(UInt32.self, at: section + 4) == 11 {
            let linked = table + (try number(UInt32.self, at: section + 0x28)) * 64
            let start = try number(UInt64.self, at: linked + 0x18)
            strings = start..<(start + (try number(UInt64.self, at: linked + 0x20)))
        }
        guard !strings.isEmpty, strings.upperBound <= bytes.count else {
            throw RigError("\(path) has no dynamic symbols")
        }
        names = Set(bytes[strings].split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
    }
}
