/// The text of an HTML part, as Python's `html.parser` finds it when it is fed the whole text and never closed.
///
/// Text comes in pieces, one for each stretch between tags, blanks at the ends removed; the contents of script and
/// style are left out. What is unfinished at the end (a tag, a comment, a script, a last word that could be a character
/// reference) takes everything from where it begins with it. None of HTML 5's repairs are made beyond that.
/// Linear in the length of the text.
struct HTMLText {
    /// Elements whose contents are not HTML.
    private enum RawElement {
        case script
        case style

        init?(_ html: Span<UInt8>, _ name: Range<Int>) {
            if name.count == 6, html.holds(anyCase: "script", at: name.lowerBound) {
                self = .script
            } else if name.count == 5, html.holds(anyCase: "style", at: name.lowerBound) {
                self = .style
            } else {
                return nil
            }
        }
    }

    private let references = HTMLReferences()
    private var isCollecting = true
    private var raw: RawElement?
    private var scratch: [UInt8] = []

    /// Hands out the pieces of the text in order. A piece never is empty and has no blanks at its ends.
    static func pieces(of html: Span<UInt8>, _ take: (Span<UInt8>) -> Void) throws(DigestError) {
        var reader = HTMLText()
        var at = 0
        while at < html.count, let next = try reader.step(html, at, take) { at = next }
    }

    /// Reads one stretch of text and the construct behind it. Nil when the rest is lost or nothing is left.
    private mutating func step(
        _ html: Span<UInt8>,
        _ start: Int,
        _ take: (Span<UInt8>) -> Void
    ) throws(DigestError) -> Int? {
        if let element = raw { return endRaw(html, element, from: start) }
        let at = html.first(0x3C, from: start) ?? html.count
        if at == html.count, html.endsInPossibleReference(from: start) { return nil }
        if at > start, isCollecting { try text(html, start..<at, take) }
        guard at + 1 < html.count else { return nil }
        switch html[at + 1] {
        case let byte where byte.isLetter: return startTag(html, at, take)
        case 0x2F: return endTag(html, at)
        case 0x3F: return html.first(0x3E, from: at + 2).map { $0 + 1 }
        case 0x21: return try declaration(html, at)
        default:
            if isCollecting { take(html.extracting(at..<(at + 1))) }
            return at + 1
        }
    }

    private mutating func text(
        _ html: Span<UInt8>,
        _ range: Range<Int>,
        _ take: (Span<UInt8>) -> Void
    ) throws(DigestError) {
        guard html.extracting(range).first(0x26, from: 0) != nil else {
            let stripped = html.stripped(range)
            if !stripped.isEmpty { take(html.extracting(stripped)) }
            return
        }
        scratch.removeAll(keepingCapacity: true)
        try references.resolve(html, range, into: &scratch)
        let stripped = scratch.span.stripped(0..<scratch.count)
        if !stripped.isEmpty { take(scratch.span.extracting(stripped)) }
    }

    // MARK: - Tags

    /// Reads the tag that begins here; nil when it has no end.
    private mutating func startTag(_ html: Span<UInt8>, _ at: Int, _ take: (Span<UInt8>) -> Void) -> Int? {
        guard let tag = HTMLTag(html, at: at) else { return nil }
        // QUIRK: a NUL behind the name ends the tag, and the tag becomes text.
        if tag.isBroken {
            if isCollecting { take(html.extracting(html.stripped(at..<tag.end))) }
            return tag.end
        }
        if let element = RawElement(html, tag.name) {
            isCollecting = tag.closesItself
            raw = tag.closesItself ? nil : element
        }
        return tag.end
    }

    /// Reads the end tag that begins here, which may be no proper one; nil when it has no `>`.
    private mutating func endTag(_ html: Span<UInt8>, _ at: Int) -> Int? {
        guard let close = html.first(0x3E, from: at + 2) else { return nil }
        if raw(ending: html, at) != nil || RawElement(html, HTMLTag.name(html, at: at + 2)) != nil {
            isCollecting = true
        }
        return close + 1
    }

    /// The element that `</ name >` ends, blanks of any kind around the name.
    private func raw(ending html: Span<UInt8>, _ at: Int) -> (element: RawElement, end: Int)? {
        let start = html.skippingBlanks(from: at + 2)
        var end = start
        while end < html.count, html[end].isLetter { end += 1 }
        guard let element = RawElement(html, start..<end) else { return nil }
        let close = html.skippingBlanks(from: end)
        guard close < html.count, html[close] == 0x3E else { return nil }
        return (element, close + 1)
    }

    /// Skips to behind the end tag of a raw element, nil when there is none.
    private mutating func endRaw(_ html: Span<UInt8>, _ element: RawElement, from start: Int) -> Int? {
        var at = start
        while let open = html.first(0x3C, from: at) {
            at = open + 1
            guard at < html.count, html[at] == 0x2F else { continue }
            if let found = raw(ending: html, open), found.element == element {
                raw = nil
                isCollecting = true
                return found.end
            }
        }
        return nil
    }

    // MARK: - Declarations

    /// Reads what begins with `<!`; nil when it has no end.
    private func declaration(_ html: Span<UInt8>, _ at: Int) throws(DigestError) -> Int? {
        if html.holds("<!--", at: at) { return html.commentEnd(from: at + 4) }
        if html.holds("<![", at: at) { return try markedSection(html, at + 3) }
        let start = html.holds(anyCase: "<!doctype", at: at) ? at + 9 : at + 2
        return html.first(0x3E, from: start).map { $0 + 1 }
    }

    /// Reads a marked section (`<![CDATA[`, `<![if`), the index being behind `<![`.
    private func markedSection(_ html: Span<UInt8>, _ start: Int) throws(DigestError) -> Int? {
        guard start < html.count else { return nil }
        guard html[start].isLetter else { throw .markedSection }
        var end = start
        while end < html.count, html[end].isLetter || html[end].isDigit || [0x2D, 0x5F, 0x2E].contains(html[end]) {
            end += 1
        }
        let name = (start..<end).map { html[$0].lowerASCII }
        end = html.skippingBlanks(from: end)
        guard end < html.count else { return nil }
        if ["temp", "cdata", "ignore", "include", "rcdata"].contains(where: { name[...].equals($0) }) {
            return html.sectionEnd(from: start, brackets: 2)
        }
        if ["if", "else", "endif"].contains(where: { name[...].equals($0) }) {
            return html.sectionEnd(from: start, brackets: 1)
        }
        throw .markedSection
    }
}

extension Span<UInt8> {
    /// Whether the text ends in an `&` among its last 34 characters with neither blank nor `;` behind it.
    fileprivate func endsInPossibleReference(from start: Int) -> Bool {
        var at = count
        for _ in 0..<34 {
            guard at > start else { return false }
            at -= 1
            while at > start, self[at] & 0xC0 == 0x80 { at -= 1 }
            if self[at] == 0x3B || blank(at: at) > 0 { return false }
            if self[at] == 0x26 { return true }
        }
        return false
    }

    /// The index behind `--`, blanks and `>`.
    fileprivate func commentEnd(from start: Int) -> Int? {
        var at = start
        while let hyphen = first(0x2D, from: at) {
            at = hyphen + 1
            guard at < count, self[at] == 0x2D else { continue }
            let close = skippingBlanks(from: at + 1)
            if close < count, self[close] == 0x3E { return close + 1 }
        }
        return nil
    }

    /// The index behind one or two `]` with blanks behind each, and `>`.
    fileprivate func sectionEnd(from start: Int, brackets: Int) -> Int? {
        var at = start
        while let bracket = first(0x5D, from: at) {
            at = bracket + 1
            var close = skippingBlanks(from: at)
            if brackets == 2 {
                guard close < count, self[close] == 0x5D else { continue }
                close = skippingBlanks(from: close + 1)
            }
            if close < count, self[close] == 0x3E { return close + 1 }
        }
        return nil
    }
}
