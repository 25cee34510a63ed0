// What of an entity is digested: the text of its parts. After pyzor 1.0.0, `DataDigester.digest_payloads`, and Python's
// `Message.get_payload`, `get_boundary` and `get_content_charset`.

extension Entity {
    /// The boundary of a multipart, nil when it has none.
    func boundary(_ message: Span<UInt8>) throws(DigestError) -> [UInt8]? {
        guard let contentType else { return nil }
        var text: [UInt8]
        switch try HeaderParameters(HeaderText(header: message, contentType), named: "boundary").value {
        case nil: return nil
        case .plain(let value): text = value[...].unquoted
        case .extended(let charset, let value): text = try Self.collapsed(charset ?? Array("us-ascii".utf8), value)
        }
        let stripped = text.span.stripped(0..<text.count)
        text.removeSubrange((stripped.isEmpty ? 0 : stripped.upperBound)...)
        // Lines hold 8-bit bytes as the surrogates U+DC80 to U+DCFF. What no line can hold becomes a line end.
        return text[...].codePoints.map { 0xDC80...0xDCFF ~= $0 ? UInt8($0 & 0xFF) : $0 < 0x80 ? UInt8($0) : 0x0A }
    }

    private static func collapsed(_ charset: [UInt8], _ value: [UInt8]) throws(DigestError) -> [UInt8] {
        guard !charset.contains(0) else { throw .nulInCharset }
        guard let codec = CharsetName.lookUp(charset) else { return value[...].unquoted }
        do {
            return try codec.decode(value[...].rawUnicodeEscaped.span, .replace)
        } catch {
            throw DigestError(error, charset)
        }
    }

    /// Hands the text of this entity to the lines of the digest.
    func addText(_ message: Span<UInt8>, rule: DigestRule, to lines: inout LineNormaliser) throws(DigestError) {
        guard !isContainer else { return }
        let body = body ?? 0..<0
        if let pushedBack {
            var joined: [UInt8] = []
            joined.append(message, pushedBack)
            joined.append(message, body)
            try addText(message, joined.span, rule, &lines)
        } else {
            try addText(message, message.extracting(body), rule, &lines)
        }
        lines.endLine()
    }

    private func addText(
        _ message: Span<UInt8>,
        _ body: Span<UInt8>,
        _ rule: DigestRule,
        _ lines: inout LineNormaliser
    ) throws(DigestError) {
        guard type.isText else { return try addRaw(message, body, &lines) }
        let encoding = TransferDecoding(transferEncoding.map { HeaderText(header: message, $0) } ?? [])
        let charset = try charset(message, rule)
        guard let decoded = encoding.decode(body) else {
            if charset.leavesAlone(body) { return try addCharacters(body, &lines) }
            if type == .text, charset.canBeCutAtBlanks { return try addPieces(body, charset, &lines) }
            let text = try Self.text(body, charset)
            return try addCharacters(text.span, &lines)
        }
        // What came out of the transfer encoding is gone before the lines are made of the text.
        let text = charset.leavesAlone(decoded.span) ? decoded : try Self.text(consume decoded, charset)
        try addCharacters(text.span, &lines)
    }

    /// Decodes and adds text a piece at a time, so that it never is in memory as a whole.
    private func addPieces(_ bytes: Span<UInt8>, _ charset: Charset, _ lines: inout LineNormaliser) throws(DigestError)
    {
        lines.reserve(charset.room(for: bytes))
        var start = 0
        while start < bytes.count {
            var end = min(start + 0x10000, bytes.count)
            while end < bytes.count, bytes[end] != 0x20, bytes[end] != 0x0A { end += 1 }
            let text = try Self.text(bytes.extracting(start..<end), charset)
            lines.append(text.span)
            start = end
        }
    }

    private static func text(_ bytes: consuming [UInt8], _ charset: Charset) throws(DigestError) -> [UInt8] {
        try text(bytes.span, charset)
    }

    /// Decoded text; where a charset refuses to decode at all, what is ASCII of it.
    private static func text(_ bytes: Span<UInt8>, _ charset: Charset) throws(DigestError) -> [UInt8] {
        do {
            return try charset.decode(bytes, .ignore)
        } catch {
            if error != .invalid { throw DigestError(error, []) }
            var ascii = DecodedText(onError: .ignore, reserving: bytes.count)
            ascii.ascii(bytes)
            return ascii.text
        }
    }

    private func addCharacters(_ text: Span<UInt8>, _ lines: inout LineNormaliser) throws(DigestError) {
        if type == .html {
            lines.reserve(text.count)
            try HTMLText.pieces(of: text) { lines.append($0) }
        } else {
            lines.append(text)
        }
    }

    /// A part that is no text is taken as it stands, not even its transfer encoding is undone.
    private func addRaw(_ message: Span<UInt8>, _ body: Span<UInt8>, _ lines: inout LineNormaliser) throws(DigestError)
    {
        if Charset.ascii.leavesAlone(body) { return lines.append(body) }
        var name = Array("ascii".utf8)
        if let contentType {
            switch try HeaderParameters(HeaderText(header: message, contentType), named: "charset").value {
            case nil: break
            case .plain(let value): name = value
            case .extended: throw .extendedCharset
            }
        }
        guard !name.contains(0) else { throw .nulInCharset }
        do {
            let text = try (CharsetName.lookUp(name) ?? .ascii).decode(body, .replace)
            lines.append(text.span)
        } catch {
            throw DigestError(error, name)
        }
    }

    /// The charset of a text part; ASCII when there is none that counts.
    private func charset(_ message: Span<UInt8>, _ rule: DigestRule) throws(DigestError) -> Charset {
        guard let name = try charsetName(message, rule) else { return .ascii }
        return CharsetName.lookUp(name) ?? .ascii
    }

    /// The name of the charset in small letters; nil when there is none, or it is not ASCII.
    func charsetName(_ message: Span<UInt8>, _ rule: DigestRule) throws(DigestError) -> [UInt8]? {
        guard let contentType else { return nil }
        var name: [UInt8]
        switch try HeaderParameters(HeaderText(header: message, contentType), named: "charset").value {
        case nil: return nil
        case .plain(let value): name = value
        case .extended(let charset, let value): name = try Self.charsetName(charset, value)
        }
        guard name.allSatisfy({ $0 < 0x80 }) else { return nil }
        if name.contains(0) {
            guard rule == .pyzor1_1 else { throw .nulInCharset }
            name.removeAll { $0 == 0 }
        }
        return name[...].lowerASCII
    }

    /// The name of a charset that itself is encoded in a charset (RFC 2231).
    private static func charsetName(_ charset: [UInt8]?, _ value: [UInt8]) throws(DigestError) -> [UInt8] {
        let outer = charset.map { $0.isEmpty ? Array("us-ascii".utf8) : $0 } ?? Array("us-ascii".utf8)
        guard !outer.contains(0) else { throw .nulInCharset }
        guard let codec = CharsetName.lookUp(outer) else { return value }
        do {
            return try codec.decode(value[...].rawUnicodeEscaped.span, .strict)
        } catch {
            if error != .invalid { throw DigestError(error, []) }
            return value
        }
    }
}

extension DigestError {
    /// Why bytes could not be decoded by a charset where replacements were asked for.
    fileprivate init(_ failure: CharsetFailure, _ charset: [UInt8]) {
        switch failure {
        case .invalid: self = .charsetCannotReplace(String(decoding: charset.prefix(80), as: UTF8.self))
        case .unsupported(let name): self = .unsupportedCharset(name)
        case .codecBroke: self = .brokenCodec
        }
    }
}

extension Charset {
    /// Whether every byte stands for itself alone, and a blank of ASCII for a blank.
    fileprivate var canBeCutAtBlanks: Bool {
        switch self {
        case .latin1: true
        case .singleByte(let index):
            SingleByteTables.unpacked[index].cells[0x20] == 0x20 && SingleByteTables.unpacked[index].cells[0x0A] == 0x0A
        default: false
        }
    }

    /// Whether these bytes are their own text.
    func leavesAlone(_ bytes: Span<UInt8>) -> Bool {
        switch self {
        case .ascii, .latin1: bytes.isASCII
        case .utf8: bytes.isUTF8
        default: false
        }
    }
}

extension Span<UInt8> {
    fileprivate var isASCII: Bool { endOfASCII(from: 0) == count }

    fileprivate var isUTF8: Bool {
        var at = endOfASCII(from: 0)
        while at < count {
            let (length, isWhole) = utf8Sequence(at: at)
            if !isWhole { return false }
            at = endOfASCII(from: at + length)
        }
        return true
    }

    /// The index of the first byte that is not ASCII, eight bytes at a time where there are as many.
    private func endOfASCII(from start: Int) -> Int {
        var at = start
        while at + 8 <= count {
            let eight = bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
            if eight & 0x8080_8080_8080_8080 != 0 { break }
            at += 8
        }
        while at < count, self[at] < 0x80 { at += 1 }
        return at
    }
}
