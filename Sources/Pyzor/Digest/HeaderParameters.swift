/// The parameters of a Content-Type, as Python's `email.message` reads them.
///
/// It is very forgiving: what stands between two `;` outside quotes is a parameter, the media type itself too; without
/// `=` its value is empty. The first of a name counts. Continued and encoded ones (RFC 2231) stand behind all others.
struct HeaderParameters {
    enum Value: Equatable {
        case plain([UInt8])
        /// In the extended form `charset'language'text`; without a charset when the quotes are missing.
        case extended(charset: [UInt8]?, text: [UInt8])
    }

    private var list: [(name: [UInt8], value: Value)] = []

    init(_ text: HeaderText) throws(DigestError) {
        var continued: [Continued] = []
        var indexOf: [[UInt8]: Int] = [:]
        for (number, field) in Self.fields(text).enumerated() {
            let (name, value) = Self.nameAndValue(field)
            if number == 0 {
                list.append((name, .plain(Array(value))))
                continue
            }
            let plain = value.unquoted
            guard let piece = Piece(name: name, text: plain) else {
                list.append((name, .plain(plain[...].quoted)))
                continue
            }
            if let index = indexOf[piece.name] {
                continued[index].pieces.append(piece)
            } else {
                indexOf[piece.name] = continued.count
                continued.append(Continued(name: piece.name, pieces: [piece]))
            }
        }
        for parameter in continued {
            list.append((parameter.name, try parameter.joined()))
        }
    }

    /// The first parameter of a (lower-case) name.
    func value(_ name: StaticString) -> Value? {
        for parameter in list where parameter.name.lowerASCII[...].equals(name) {
            switch parameter.value {
            case .plain(let text): return .plain(text[...].unquoted)
            case .extended(let charset, let text): return .extended(charset: charset, text: text[...].unquoted)
            }
        }
        return nil
    }

    /// What stands between the semicolons that are outside quotes. A quote behind a backslash does not count.
    private static func fields(_ text: HeaderText) -> [HeaderText] {
        var fields: [HeaderText] = []
        var start = text.startIndex
        var quoted = false
        var previous: UInt8 = 0
        for at in text.indices {
            let byte = text[at]
            if byte == 0x22, previous != 0x5C || at == start { quoted.toggle() }
            if byte == 0x3B, !quoted || at == start {
                fields.append(text[start..<at])
                start = at + 1
                quoted = false
            }
            previous = byte
        }
        fields.append(text[start...])
        return fields
    }

    private static func nameAndValue(_ field: HeaderText) -> ([UInt8], HeaderText) {
        guard let equals = field.firstIndex(of: 0x3D) else { return (Array(field.stripped), []) }
        return (field[..<equals].stripped.lowerASCII, field[(equals + 1)...].stripped)
    }
}

extension [UInt8] {
    fileprivate var lowerASCII: [UInt8] { self[...].lowerASCII }
}

/// One piece of a continued or encoded parameter.
private struct Piece {
    let name: [UInt8]
    /// The digits of its number, without leading zeros; nil for `name*`.
    let number: ArraySlice<UInt8>?
    let text: [UInt8]
    let isEncoded: Bool
    let hasTooLongNumber: Bool

    /// Python converts no longer number than this.
    static let longestNumber = 4300

    /// Nil for a name that is none of `name*`, `name*NUMBER`, `name*NUMBER*`.
    init?(name full: [UInt8], text: [UInt8]) {
        guard let star = full.firstIndex(of: 0x2A), star > 0,
            full[..<star].allSatisfy({ $0.isLetter || $0.isDigit || $0 == 0x5F })
        else { return nil }
        isEncoded = full.last == 0x2A
        var digits = full[(star + 1)...]
        if digits.last == 0x2A, digits.count > 1 { digits.removeLast() }
        guard digits.allSatisfy(\.isDigit) else { return nil }
        name = Array(full[..<star])
        hasTooLongNumber = digits.count > Self.longestNumber
        let isBare = digits.isEmpty
        while digits.first == 0x30, digits.count > 1 { digits.removeFirst() }
        number = isBare ? nil : digits
        self.text = text
    }
}

private struct Continued {
    let name: [UInt8]
    var pieces: [Piece]

    /// The pieces in the order of their numbers, then of their text, as one value.
    func joined() throws(DigestError) -> HeaderParameters.Value {
        guard !pieces.contains(where: \.hasTooLongNumber) else { throw .longContinuationNumber }
        let bare = pieces.count { $0.number == nil }
        guard bare == 0 || bare == pieces.count else { throw .mixedContinuations }
        let sorted = pieces.enumerated().sorted { Self.order($0.element, $1.element) ?? ($0.offset < $1.offset) }
        let isExtended = pieces.contains { $0.isEncoded }
        let text = sorted.flatMap { $0.element.isEncoded ? $0.element.text[...].percentDecoded : $0.element.text }
        let quoted = text[...].quoted
        guard isExtended else { return .plain(quoted) }
        let inside = quoted.dropFirst().dropLast()
        let parts = inside.split(separator: 0x27, maxSplits: 2, omittingEmptySubsequences: false)
        if parts.count < 3 { return .extended(charset: nil, text: [0x22] + inside + [0x22]) }
        return .extended(charset: Array(parts[0]), text: [0x22] + parts[2] + [0x22])
    }

    private static func order(_ one: Piece, _ other: Piece) -> Bool? {
        if let first = one.number, let second = other.number, first != second {
            return first.count != second.count ? first.count < second.count : first.lexicographicallyPrecedes(second)
        }
        if one.text != other.text { return one.text.lexicographicallyPrecedes(other.text) }
        return one.isEncoded == other.isEncoded ? nil : other.isEncoded
    }
}
