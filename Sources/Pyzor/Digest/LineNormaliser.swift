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
    /// All kept lines, one behind the other, the unfinished one, and room for more.
    private var storage: [UInt8] = []
    private var used = 0
    /// Where each kept line ends in `storage`.
    private var ends: [UInt32] = []
    private var lineCharacters = 0

    init(rule: DigestRule) {
        dropsNul = rule == .pyzor1_1
    }

    /// How many lines were kept.
    var count: Int { ends.count }

    /// The bytes of a kept line.
    func line(_ number: Int) -> ArraySlice<UInt8> {
        storage[(number == 0 ? 0 : Int(ends[number - 1]))..<Int(ends[number])]
    }

    /// Makes room for so many bytes of text to come.
    mutating func reserve(_ bytes: Int) {
        storage.reserveCapacity(used + bytes)
    }

    mutating func append(_ text: Span<UInt8>) {
        // No text grows here, so that this is room enough for all of it.
        let missing = used + text.count - storage.count
        if missing > 0 { storage.append(contentsOf: repeatElement(0, count: missing)) }
        var at = 0
        while at < text.count {
            switch Blank(text, at: at) {
            case .space(let length): at += length
            case .lineEnd(let length):
                endLine()
                at += length
            case .none:
                let word = Word(text, from: at, dropsNul: dropsNul)
                if word.characters < Self.longWord { keep(word, of: text, from: at) }
                at = word.end
            }
        }
    }

    /// Ends the line under way, as the end of a part does.
    mutating func endLine() {
        if lineCharacters >= Self.shortestLine {
            ends.append(UInt32(truncatingIfNeeded: used))
        } else {
            used = ends.last.map(Int.init) ?? 0
        }
        lineCharacters = 0
    }

    /// Keeps what is to be kept of a word of at most nine characters.
    private mutating func keep(_ word: Word, of text: Span<UInt8>, from start: Int) {
        if word.hasSign {
            if word.hasNul {
                let bytes = (start..<word.end).compactMap { text[$0] == 0 ? nil : text[$0] }
                copy(bytes.span, 0..<bytes.span.endOfKept(0..<bytes.count))
            } else {
                copy(text, start..<text.endOfKept(start..<word.end))
            }
        } else {
            lineCharacters += word.characters
            let offset = used - start
            used += word.end - start
            var output = storage.mutableSpan
            for at in start..<word.end { output[at + offset] = text[at] }
        }
    }

    private mutating func copy(_ text: Span<UInt8>, _ range: Range<Int>) {
        for at in range {
            if text[at] & 0xC0 != 0x80 { lineCharacters += 1 }
            storage[used] = text[at]
            used += 1
        }
    }
}

/// A stretch of text without blanks.
private struct Word {
    /// The index behind it.
    let end: Int
    /// How many characters it has, NULs left out if they are dropped.
    private(set) var characters = 0
    private(set) var hasNul = false
    /// Whether there is an `@`, a colon or a NUL to look at more closely.
    private(set) var hasSign = false

    init(_ text: Span<UInt8>, from start: Int, dropsNul: Bool) {
        var at = start
        while at < text.count {
            let byte = text[at]
            if byte > 0x20 {
                if byte < 0x80 {
                    characters += 1
                    if byte == 0x3A || byte == 0x40 { hasSign = true }
                } else if byte >= 0xC0 {
                    if text.blank(at: at) > 0 { break }
                    characters += 1
                }
            } else if byte == 0, dropsNul {
                hasNul = true
                hasSign = true
            } else if case .none = Blank(ascii: byte) {
                characters += 1
            } else {
                break
            }
            at += 1
        }
        end = at
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
