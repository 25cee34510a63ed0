import TestRig

extension Letter {
    /// A message whose body has about so many bytes, in lines.
    static func ham(_ identifier: String, bytes: Int) -> Letter {
        var letter = Letter.ham(identifier)
        letter.body = filler(bytes)
        return letter
    }

    /// So many bytes or a few more, in lines.
    static func filler(_ count: Int) -> [UInt8] {
        var text = Array("a line of a message that is as long as it has to be\r\n".utf8)
        // Doubled, since a debug build takes seconds to join as many lines.
        while text.count < count { text += text }
        let end = text[..<min(count, text.count)].lastIndex(of: 10) ?? 0
        return Array(text[...end])
    }
}
