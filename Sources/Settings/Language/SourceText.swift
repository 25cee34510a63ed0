import Mail

/// The bytes of a settings file, known to be text that every editor shows alike.
///
/// A byte order mark of UTF-8 is skipped; lines end with LF or CR LF. Refused with the exact place: bytes that are no
/// UTF-8, NUL and other controls, a CR alone, and the line ends that only YAML 1.1 knows (U+0085, U+2028, U+2029), since
/// a value or a line number would silently differ from what is seen. Tabs pass here; YAML refuses them as indentation.
struct SourceText: Sendable {
    /// The text without a byte order mark.
    let bytes: [UInt8]
    /// Where each line begins in `bytes`.
    private let lineStarts: [Int]

    /// More than this is no settings file.
    static let maximumSize = 1 << 20

    init(_ file: [UInt8]) throws(SyntaxProblem) {
        guard file.count <= Self.maximumSize else {
            throw SyntaxProblem(nil, "the file has more than \(Self.maximumSize) bytes (1 MiB)")
        }
        if file.starts(with: [0xFF, 0xFE]) || file.starts(with: [0xFE, 0xFF]) {
            throw SyntaxProblem(Place(line: 1, column: 1), "the file is UTF-16; save it as UTF-8")
        }
        bytes = file.starts(with: [0xEF, 0xBB, 0xBF]) ? [UInt8](file[3...]) : file
        lineStarts = try Self.check(bytes)
    }

    /// What stands in the line at and behind a place, at most 200 bytes of it; empty behind the end of the text.
    func rest(at place: Place) -> Substring {
        guard let start = offset(of: place) else { return "" }
        let limit = min(start + 200, bytes.count)
        var end = bytes[start..<limit].firstIndex(of: 0x0A) ?? limit
        if end > start, end < bytes.count, bytes[end] == 0x0A, bytes[end - 1] == 0x0D { end -= 1 }
        while end > start, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)[...]
    }

    /// Whether anything but blanks stands before a place in its line.
    func hasText(before place: Place) -> Bool { !indented(before: place).isEmpty }

    /// What stands before a place in its line, without the indentation.
    func indented(before place: Place) -> String {
        guard let end = offset(of: place) else { return "" }
        let line = bytes[lineStarts[place.line - 1]..<end].drop { $0 == 0x20 || $0 == 0x09 }
        return String(decoding: line, as: UTF8.self)
    }

    /// The last line above a place that holds more than blanks and a comment, with its number; nil if there is none.
    func line(above place: Place) -> (number: Int, text: Substring)? {
        for number in stride(from: min(place.line, lineStarts.count) - 1, to: 0, by: -1) {
            let text = rest(at: Place(line: number, column: 1)).drop { $0 == " " }
            if let first = text.first, first != "#" { return (number, text) }
        }
        return nil
    }

    /// Where the character at a place begins in `bytes`; the line's end for a column behind it, nil behind the last line.
    private func offset(of place: Place) -> Int? {
        guard lineStarts.indices.contains(place.line - 1) else { return nil }
        var index = lineStarts[place.line - 1]
        var column = 1
        while column < place.column, index < bytes.count, bytes[index] != 0x0A {
            index += 1
            while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
            column += 1
        }
        return index
    }

    private static func check(_ bytes: [UInt8]) throws(SyntaxProblem) -> [Int] {
        var starts = [0]
        var line = 1
        var column = 1
        var index = 0
        while index < bytes.count {
            let place = Place(line: line, column: column)
            guard let length = lengthOfCharacter(at: index, in: bytes) else {
                throw SyntaxProblem(place, "byte 0x\(hex(bytes[index])) is not UTF-8; save the file as UTF-8")
            }
            if let complaint = complaint(about: bytes[index..<(index + length)], before: bytes[(index + length)...]) {
                throw SyntaxProblem(place, complaint)
            }
            index += length
            column += 1
            if bytes[index - 1] == 0x0A {
                starts.append(index)
                line += 1
                column = 1
            }
        }
        return starts
    }

    /// The number of bytes of the well-formed UTF-8 character at `index` (Unicode 15 table 3-7), nil if there is none.
    private static func lengthOfCharacter(at index: Int, in bytes: [UInt8]) -> Int? {
        let first = bytes[index]
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch first {
            case 0x00...0x7F: (1, 0x80...0xBF)
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0x80...0xBF)
            }
        guard length > 0, index + length <= bytes.count else { return nil }
        guard length == 1 || second.contains(bytes[index + 1]) else { return nil }
        guard length < 3 || bytes[(index + 2)..<(index + length)].allSatisfy({ $0 & 0xC0 == 0x80 }) else { return nil }
        return length
    }

    private static func complaint(about character: ArraySlice<UInt8>, before rest: ArraySlice<UInt8>) -> String? {
        guard let first = character.first, !first.isPrintableASCII else { return nil }
        switch (first, Array(character.dropFirst())) {
        case (0x00, _): return "a NUL byte; this is no text file"
        case (0x0D, _): return rest.first == 0x0A ? nil : "a carriage return without a line feed"
        case (0x09, _), (0x0A, _): return nil
        case (0x00..<0x20, _), (0x7F, _): return "control character 0x\(hex(first))"
        case (0xC2, [0x85]): return "the line end U+0085; end lines with LF"
        case (0xC2, let tail) where tail[0] < 0xA0: return "control character U+00\(hex(tail[0]))"
        case (0xE2, [0x80, 0xA8]): return "the line end U+2028; end lines with LF"
        case (0xE2, [0x80, 0xA9]): return "the line end U+2029; end lines with LF"
        case (0xEF, [0xBB, 0xBF]): return "a byte order mark (U+FEFF) that is not at the start of the file"
        case (0xEF, [0xBF, 0xBE]), (0xEF, [0xBF, 0xBF]): return "U+FFFE or U+FFFF, which are no characters"
        default: return nil
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
