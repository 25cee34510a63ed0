@testable import Pyzor

extension FuzzTarget {
    /// The digest of any bytes: MIME, charsets, HTML.
    static let digest = FuzzTarget(name: "digest") { bytes in
        var choices = Choices(bytes)
        let rule: DigestRule = choices.flag() ? .pyzor1_1 : .pyzor1_0
        checkDigest(of: Array(choices.rest), rule)
    }

    /// The text of an HTML part, alone and as a message.
    static let html = FuzzTarget(name: "html") { bytes in
        var choices = Choices(bytes)
        let charset = ["utf-8", "iso-8859-1", "us-ascii", "utf-16"][choices.number(below: 4)]
        let html = Array(choices.rest)
        var size = 0
        try? HTMLText.pieces(of: html.span) { piece in
            demand(piece.count > 0, "no piece is empty")
            size += piece.count
        }
        // A reference such as `&fjlig;` gives no more bytes than it takes, and U+FFFD for a bad number three.
        demand(size <= 3 * html.count, "text is not longer than its HTML: \(size) of \(html.count)")
        let header = Array("Content-Type: text/html; charset=\(charset)\r\n\r\n".utf8)
        checkDigest(of: header + html, .pyzor1_1)
    }
}

private func checkDigest(of message: [UInt8], _ rule: DigestRule) {
    // A quarter of what the daemon allows, so that the limits are met.
    let limits = DigestLimits(depth: 50, parts: 200, bytes: 1 << 20)
    let lines: DigestLines
    do {
        lines = try MessageDigest.lines(of: message, rule: rule, limits: limits)
    } catch {
        demand(!error.description.isEmpty && error.description.utf8.count <= 1_000, "a refusal says why")
        return
    }
    let digest = try? MessageDigest(of: message, rule: rule, limits: limits)
    let same = message.withUnsafeBytes { try? MessageDigest(of: $0, rule: rule, limits: limits) }
    demand(digest != nil && digest == same, "one message, one digest")
    demand(lines.hashed.count <= 6 && lines.hashed.allSatisfy(lines.kept.contains), "at most six lines are hashed")
    demand((digest == .empty) == lines.hashed.allSatisfy(\.isEmpty), "no line, the digest of nothing")
    checkLength(of: message, rule, limits)
    for line in lines.kept {
        demand(!line.utf8.contains { $0 == 0x0A || $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }, "and no blanks")
    }
}

/// A kept line has eight characters. Those that are no characters (lone surrogates) count, and are not shown.
private func checkLength(of message: [UInt8], _ rule: DigestRule, _ limits: DigestLimits) {
    guard let source = try? DigestSource(message.span, rule: rule, limits: limits) else { return }
    for line in 0..<source.lines.count {
        let bytes = source.lines.line(line)
        demand(bytes.count { $0 & 0xC0 != 0x80 } >= 8, "a kept line has eight characters: \(bytes)")
    }
}
