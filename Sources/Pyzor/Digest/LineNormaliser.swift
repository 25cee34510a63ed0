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
    /// All kept lines, one behind the other, and the unfinished one.
    private(set) var bytes: [UInt8] = []
    /// Where each kept line ends in `bytes`.
    private(set) var ends: [Int] = []
    private var lineCharacters = 0

    init(rule: DigestRule) {
        dropsNul = rule == .pyzor1_1
    }

    /// How many lines were kept.
    var count: Int { ends.count }

    /// Where a kept line stands in `bytes`.
    func range(_ line: Int) -> Range<Int> {
        (line == 0 ? 0 : ends[line - 1])..<ends[line]
    }

    mutating func append(_ text: Span<UInt8>) {
        var at = 0
        while at < text.count {
            switch Blank(text, at: at) {
            case .space(let length): at += length
            case .lineEnd(let length):
                endLine()
                at += length
            case .none: at = takeWord(text, from: at)
            }
        }
    }

    /// Ends the line under way, as the end of a part does.
    mutating func endLine() {
        let start = ends.last ?? 0
        if lineCharacters >= Self.shortestLine {
            ends.append(bytes.count)
        } else {
            bytes.removeLast(bytes.count - start)
        }
        lineCharacters = 0
    }

    /// Reads the word that begins here and returns the index behind it.
    private mutating func takeWord(_ text: Span<UInt8>, from start: Int) -> Int {
        var at = start
        var characters = 0
        var hasNul = false
        while at < text.count {
            let byte = text[at]
            if byte > 0x20 {
                if byte < 0x80 {
                    characters += 1
                } else if byte >= 0xC0 {
                    if text.blank(at: at) > 0 { break }
                    characters += 1
                }
            } else if byte == 0, dropsNul {
                hasNul = true
            } else if case .none = Blank(ascii: byte) {
                characters += 1
            } else {
                break
            }
            at += 1
        }
        if characters < Self.longWord {
            if hasNul {
                let word = (start..<at).compactMap { text[$0] == 0 ? nil : text[$0] }
                keepShort(word.span, 0..<word.count)
            } else {
                keepShort(text, start..<at)
            }
        }
        return at
    }

    /// Keeps what is to be kept of a word of at most nine characters.
    private mutating func keepShort(_ text: Span<UInt8>, _ word: Range<Int>) {
        var colon: Int?
        for at in word {
            let byte = text[at]
            if byte == 0x40, at > word.lowerBound, at + 1 < word.upperBound { return }
            if byte == 0x3A, colon == nil, at + 1 < word.upperBound, text.letter(endingAt: at, in: word) > 0 {
                colon = at
            }
        }
        var end = word.upperBound
        if var scheme = colon {
            while scheme > word.lowerBound {
                let length = text.letter(endingAt: scheme, in: word)
                if length == 0 { break }
                scheme -= length
            }
            end = scheme
        }
        for at in word.lowerBound..<end {
            let byte = text[at]
            if byte & 0xC0 != 0x80 { lineCharacters += 1 }
            bytes.append(byte)
        }
    }
}

extension Span<UInt8> {
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
