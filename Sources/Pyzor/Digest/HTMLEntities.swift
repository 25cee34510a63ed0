/// The named character references of HTML 5, as a tree of their letters.
struct HTMLEntities: Sendable {
    static let all = HTMLEntities()

    private struct Node {
        let letter: UInt8
        var firstChild: UInt16 = 0
        var sibling: UInt16 = 0
        /// Index of what a name that ends here stands for, 0 for nothing.
        var value: UInt16 = 0
    }

    private var nodes: [Node] = [Node(letter: 0)]
    /// Replacement texts; the first stands for "none".
    private var values: [[UInt8]] = [[]]

    private init() {
        Self.names.withUTF8Buffer { text in
            for entry in text.split(separator: 0x20) {
                let name = entry.prefix { $0 != 0x3A && $0 != 0x3D }
                let needsSemicolon = entry[name.endIndex] == 0x3A
                var value: [UInt8] = []
                for code in entry[(name.endIndex + 1)...].split(separator: 0x2B) {
                    value.append(codePoint: code.reduce(0) { $0 << 4 | UInt32($1.hexValue ?? 0) })
                }
                values.append(value)
                let index = UInt16(values.count - 1)
                let end = insert(name)
                if !needsSemicolon { nodes[end].value = index }
                nodes[child(of: end, 0x3B)].value = index
            }
        }
    }

    private mutating func insert(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        var at = 0
        for letter in name { at = child(of: at, letter) }
        return at
    }

    /// The child of a node for a letter, made if need be. Names come sorted, so the newest child is in front.
    private mutating func child(of parent: Int, _ letter: UInt8) -> Int {
        var at = Int(nodes[parent].firstChild)
        while at != 0 {
            if nodes[at].letter == letter { return at }
            at = Int(nodes[at].sibling)
        }
        nodes.append(Node(letter: letter, sibling: nodes[parent].firstChild))
        nodes[parent].firstChild = UInt16(nodes.count - 1)
        return nodes.count - 1
    }

    /// The longest name that stands at an index (behind the `&`): what it stands for, and the index behind it.
    func longest(_ text: Span<UInt8>, at start: Int, before end: Int) -> (text: [UInt8], end: Int)? {
        var node = 0
        var at = start
        var found: (value: UInt16, end: Int)?
        while at < end {
            let letter = text[at]
            var child = Int(nodes[node].firstChild)
            while child != 0, nodes[child].letter != letter { child = Int(nodes[child].sibling) }
            guard child != 0 else { break }
            node = child
            at += 1
            if nodes[node].value != 0 { found = (nodes[node].value, at) }
        }
        return found.map { (values[Int($0.value)], $0.end) }
    }
}

/// Text of HTML with its character references resolved, as Python's `html.unescape` does it.
struct HTMLReferences {
    private let entities = HTMLEntities.all
    /// Python converts no longer decimal number than this.
    static let mostDigits = 4300

    /// Appends a range of a text to another, references resolved.
    func resolve(_ text: Span<UInt8>, _ range: Range<Int>, into output: inout [UInt8]) throws(DigestError) {
        var at = range.lowerBound
        var copied = at
        while at < range.upperBound {
            guard text[at] == 0x26 else {
                at += 1
                continue
            }
            output.append(text, copied..<at)
            copied = at
            at += 1
            if at < range.upperBound, text[at] == 0x23 {
                if let end = try number(text, from: at + 1, before: range.upperBound, into: &output) {
                    copied = end
                    at = end
                }
            } else if let match = entities.longest(text, at: at, before: range.upperBound) {
                output.append(contentsOf: match.text)
                copied = match.end
                at = match.end
            }
        }
        output.append(text, copied..<range.upperBound)
    }

    /// Reads a number behind `&#`. Returns the index behind the reference, nil when there is no number.
    private func number(
        _ text: Span<UInt8>,
        from start: Int,
        before end: Int,
        into output: inout [UInt8]
    ) throws(DigestError) -> Int? {
        let isHex = start < end && text[start] | 0x20 == 0x78
        var at = isHex ? start + 1 : start
        let first = at
        var value: UInt32 = 0
        while at < end, let digit = text[at].hexValue, isHex || digit < 10, isHex || text[at].isDigit {
            value = min(value * (isHex ? 16 : 10) + UInt32(digit), 0x11_0000)
            at += 1
        }
        guard at > first else { return nil }
        guard isHex || at - first <= Self.mostDigits else { throw .longCharacterReference }
        if let point = Self.character(value) { output.append(codePoint: point) }
        return at < end && text[at] == 0x3B ? at + 1 : at
    }

    /// The character of a number: windows-1252 for 0x80 to 0x9F, U+FFFD for what is no character, nil for the controls
    /// and non-characters that vanish.
    static func character(_ number: UInt32) -> UInt32? {
        switch number {
        case 0, 0xD800...0xDFFF, 0x11_0000...: 0xFFFD
        case 0x80...0x9F: windows1252[Int(number - 0x80)]
        case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: nil
        case _ where number & 0xFFFE == 0xFFFE: nil
        default: number
        }
    }

    private static let windows1252: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153,
        0x9D,
        0x017E, 0x0178,
    ]
}
