/// Turns text into the lines that a digest is made of: takes out of every line what senders change from copy to copy,
/// and keeps the lines that still have eight characters or more.
///
/// Taken out, in this order: words of ten characters or more, words with an `@` in them, `name:rest`, all blanks.
/// Characters are code points. After: pyzor 1.0.0 and 1.1.2, `DataDigester.normalize` and `should_handle_line`.
/// Text comes in stretches; a word never reaches from one stretch into the next, a line may.
struct LineNormaliser {
    static let longWord = 10
    static let shortestLine = 8

    /// Whether NULs vanish before anything else is done (``DigestRule/pyzor1_1``).
    private let dropsNul: Bool
    /// The bytes of all kept lines, one behind the other, of the unfinished one, and room for more.
    private var storage: [UInt8] = []
    private var kept = KeptLines()

    init(rule: DigestRule) {
        dropsNul = rule == .pyzor1_1
    }

    /// How many lines were kept.
    var count: Int { kept.ends.count }

    /// The bytes of a kept line.
    func line(_ number: Int) -> ArraySlice<UInt8> {
        storage[(number == 0 ? 0 : Int(kept.ends[number - 1]))..<Int(kept.ends[number])]
    }

    /// Makes room for so many bytes of text to come.
    mutating func reserve(_ bytes: Int) {
        storage.reserveCapacity(kept.used + bytes)
    }

    mutating func append(_ text: Span<UInt8>) {
        Self.append(text, dropsNul: dropsNul, to: &storage, &kept)
    }

    /// Both are handed over apart, since a span over the one forbids all access to what holds it.
    private static func append(
        _ text: Span<UInt8>,
        dropsNul: Bool,
        to storage: inout [UInt8],
        _ kept: inout KeptLines
    ) {
        // No text grows here, so that this is room enough for all of it.
        let missing = kept.used + text.count - storage.count
        if missing > 0 { storage.append(contentsOf: repeatElement(0, count: missing)) }
        var output = storage.mutableSpan
        var at = 0
        while at < text.count {
            switch Blank(text, at: at) {
            case .space(let length): at += length
            case .lineEnd(let length):
                kept.endLine()
                at += length
            case .none:
                at = kept.takeWord(of: text, from: at, dropsNul: dropsNul, into: &output)
            }
        }
    }

    /// Ends the line under way, as the end of a part does.
    mutating func endLine() {
        kept.endLine()
    }
}

/// Where the kept lines end, and how far the one under way has come. The bytes stand elsewhere.
private struct KeptLines {
    private(set) var ends: [UInt32] = []
    private(set) var used = 0
    private var characters = 0

    mutating func endLine() {
        if characters >= LineNormaliser.shortestLine {
            ends.append(UInt32(truncatingIfNeeded: used))
        } else {
            used = ends.last.map(Int.init) ?? 0
        }
        characters = 0
    }

    /// Reads a word and keeps what is to be kept of it; the index behind it.
    ///
    /// Its bytes are written while they are counted: nearly all words are kept as they stand, and of the others the next
    /// word is written over.
    mutating func takeWord(
        of text: Span<UInt8>,
        from start: Int,
        dropsNul: Bool,
        into output: inout MutableSpan<UInt8>
    ) -> Int {
        var length = 0
        while text.count - start - length >= 8, output.count - used - length >= 8 {
            let eight = text.bytes.unsafeLoadUnaligned(fromByteOffset: start + length, as: UInt64.self)
            var bytes = output.mutableBytes
            bytes.storeBytes(of: eight, toByteOffset: used + length, as: UInt64.self)
            let plain = Self.plainBytes(of: UInt64(littleEndian: eight))
            length += plain
            guard plain < 8 else { continue }
            let next = text[start + length]
            guard next == 0x20 || next == 0x0A else { break }
            if length < LineNormaliser.longWord { keep(length, length) }
            return start + length
        }
        return takeWord(of: text, from: start, plain: length, dropsNul: dropsNul, into: &output)
    }

    private mutating func keep(_ characters: Int, _ bytes: Int) {
        self.characters += characters
        used += bytes
    }

    /// The same byte by byte, for a word whose first bytes are known to be plain, and are written.
    private mutating func takeWord(
        of text: Span<UInt8>,
        from start: Int,
        plain: Int,
        dropsNul: Bool,
        into output: inout MutableSpan<UInt8>
    ) -> Int {
        var at = start + plain
        var end = used + plain
        var length = plain
        var hasNul = false
        /// Whether there is an `@`, a colon or a NUL to look at more closely.
        var hasSign = false
        while at < text.count {
            let byte = text[at]
            if byte > 0x20 {
                if byte < 0x80 {
                    length &+= 1
                    if byte == 0x3A || byte == 0x40 { hasSign = true }
                } else if byte >= 0xC0 {
                    if text.blank(at: at) > 0 { break }
                    length &+= 1
                }
            } else if byte == 0, dropsNul {
                hasNul = true
                hasSign = true
            } else if case .none = Blank(ascii: byte) {
                length &+= 1
            } else {
                break
            }
            output[end] = byte
            end &+= 1
            at &+= 1
        }
        guard length < LineNormaliser.longWord else { return at }
        if hasSign {
            keepPart(of: text, start..<at, hasNul: hasNul, in: &output)
        } else {
            keep(length, end - used)
        }
        return at
    }

    /// How many of eight bytes, from the lowest on, stand before the first one that is more than a letter of a word: a blank, a
    /// control character, an `@`, a colon, or part of a character beyond ASCII.
    ///
    /// All eight at once: a byte less than n borrows from its highest bit when n is taken away, and the lowest one that does is true
    /// to the byte, since none below it borrowed.
    private static func plainBytes(of eight: UInt64) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let colons = eight ^ (ones &* 0x3A)
        let ats = eight ^ (ones &* 0x40)
        let blanks = (eight &- ones &* 0x21) & ~eight
        let signs = ((colons &- ones) & ~colons) | ((ats &- ones) & ~ats)
        return ((eight | blanks | signs) & (ones &* 0x80)).trailingZeroBitCount / 8
    }

    /// Keeps what is to be kept of a word of at most nine characters with a sign in it.
    private mutating func keepPart(
        of text: Span<UInt8>,
        _ word: Range<Int>,
        hasNul: Bool,
        in output: inout MutableSpan<UInt8>
    ) {
        if hasNul {
            let bytes = word.compactMap { text[$0] == 0 ? nil : text[$0] }
            copy(bytes.span, 0..<bytes.span.endOfKept(0..<bytes.count), to: &output)
        } else {
            copy(text, word.lowerBound..<text.endOfKept(word), to: &output)
        }
    }

    private mutating func copy(_ text: Span<UInt8>, _ range: Range<Int>, to output: inout MutableSpan<UInt8>) {
        for at in range {
            if text[at] & 0xC0 != 0x80 { characters += 1 }
            output[used] = text[at]
            used += 1
        }
    }
}

extension Span<UInt8> {
    /// The index up to which a short word is kept: its start when there is an `@` inside, else the start of the letters
    /// before the first colon that has something behind it.
    fileprivate func endOfKept(_ word: Range<Int>) -> Int {
        var colon: Int?
        for at in word where at + 1 < word.upperBound {
            if self[at] == 0x40, at > word.lowerBound { return word.lowerBound }
            if self[at] == 0x3A, colon == nil, letter(endingAt: at, in: word) > 0 { colon = at }
        }
        guard var end = colon else { return word.upperBound }
        while true {
            let length = letter(endingAt: end, in: word)
            if length == 0 { return end }
            end -= length
        }
    }

    /// The length in bytes of the letter that ends before an index: a to z of any case, and the four others that
    /// Python's `[a-z]` meets when case does not matter (U+0130, U+0131, U+017F, U+212A). 0 when there is none.
    fileprivate func letter(endingAt end: Int, in word: Range<Int>) -> Int {
        guard end > word.lowerBound else { return 0 }
        let last = self[end - 1]
        if last < 0x80 { return last.isLetter ? 1 : 0 }
        guard end - 2 >= word.lowerBound else { return 0 }
        let before = self[end - 2]
        if before == 0xC4 { return last == 0xB0 || last == 0xB1 ? 2 : 0 }
        if before == 0xC5 { return last == 0xBF ? 2 : 0 }
        guard end - 3 >= word.lowerBound else { return 0 }
        return last == 0xAA && before == 0x84 && self[end - 3] == 0xE2 ? 3 : 0
    }
}
