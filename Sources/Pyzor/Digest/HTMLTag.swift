/// A start tag, as tolerantly as Python's `html.parser` finds its end.
///
/// A name, then attributes: an attribute begins behind a blank, a slash or a quote, and may begin with `=`. A value is
/// quoted, or goes up to a blank or `>`. A quote that is never closed is no quote: then the attribute has no value,
/// and what follows is read as the next attribute.
struct HTMLTag {
    let name: Range<Int>
    /// The index behind the tag.
    let end: Int
    let closesItself: Bool
    /// It ended in the middle, at a NUL.
    let isBroken: Bool

    /// Nil when the text ends before the tag does.
    init?(_ html: Span<UInt8>, at start: Int) {
        name = Self.name(html, at: start + 1)
        var at = name.upperBound
        while at < html.count {
            let length = html[at] == 0x2F ? 1 : html.blank(at: at)
            if length == 0 { break }
            at += length
        }
        let behindName = at
        while let next = Self.attribute(html, at: at) { at = next }
        at = html.skippingBlanks(from: at)
        guard at < html.count else { return nil }
        switch html[at] {
        case 0x3E:
            end = at + 1
            closesItself = at == behindName && at > name.upperBound && html[at - 1] == 0x2F
            isBroken = false
        case 0x2F:
            guard html.holds("/>", at: at) else { return nil }
            end = at + 2
            closesItself = true
            isBroken = false
        case 0x3D: return nil
        case let byte where byte.isLetter: return nil
        default:
            end = at
            closesItself = false
            isBroken = true
        }
    }

    /// The range of a name at an index, empty when no letter stands there.
    static func name(_ html: Span<UInt8>, at start: Int) -> Range<Int> {
        guard start < html.count, html[start].isLetter else { return start..<start }
        var at = start
        scan: while at < html.count {
            switch html[at] {
            case 0x09, 0x0A, 0x0C, 0x0D, 0x20, 0x2F, 0x3E, 0x00: break scan
            default: at += 1
            }
        }
        return start..<at
    }

    /// The index behind the attribute that begins at one, and behind blanks and slashes; nil when none begins there.
    private static func attribute(_ html: Span<UInt8>, at start: Int) -> Int? {
        guard start < html.count, html[start] != 0x2F, html[start] != 0x3E, html.blank(at: start) == 0,
            html.isAttributeBreak(before: start)
        else { return nil }
        var at = start + 1
        while at < html.count {
            let byte = html[at]
            if byte == 0x2F || byte == 0x3D || byte == 0x3E || html.blank(at: at) > 0 { break }
            at += 1
        }
        at = value(html, behind: at) ?? at
        while at < html.count {
            if html[at] == 0x2F {
                if html.holds("/>", at: at) { break }
                at += 1
            } else {
                let length = html.blank(at: at)
                if length == 0 { break }
                at += length
            }
        }
        return at
    }

    /// The index behind `= value` and the blanks behind it; nil when there is no value.
    private static func value(_ html: Span<UInt8>, behind name: Int) -> Int? {
        let equals = html.skippingBlanks(from: name)
        var at = equals
        while at < html.count, html[at] == 0x3D { at += 1 }
        guard at > equals else { return nil }
        let start = html.skippingBlanks(from: at)
        guard start < html.count, html[start] == 0x22 || html[start] == 0x27 else {
            return html.skippingBlanks(from: html.endOfBareValue(from: start))
        }
        if let close = html.first(html[start], from: start + 1) { return html.skippingBlanks(from: close + 1) }
        if start > at { return start }
        guard at - equals > 1 else { return nil }
        return html.skippingBlanks(from: html.endOfBareValue(from: at - 1))
    }
}

extension Span<UInt8> {
    fileprivate func endOfBareValue(from start: Int) -> Int {
        var at = start
        while at < count, self[at] != 0x3E, blank(at: at) == 0 { at += 1 }
        return at
    }

    /// Whether a quote, a slash or a blank stands before an index.
    fileprivate func isAttributeBreak(before index: Int) -> Bool {
        var first = index - 1
        let last = self[first]
        if last == 0x22 || last == 0x27 || last == 0x2F { return true }
        while first > 0, self[first] & 0xC0 == 0x80 { first -= 1 }
        return blank(at: first) == index - first
    }
}
