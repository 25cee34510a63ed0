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

    /// The parameters of one name, in Python's order.
    private var list: [Value] = []

    /// Reads the parameters and keeps those of one (lower-case) name.
    ///
    /// - Throws: ``DigestError`` when Python dies of any parameter, whatever its name.
    init(_ text: HeaderText, named wanted: StaticString) throws(DigestError) {
        var continued: [Continued] = []
        var indexOf: [[UInt8]: Int] = [:]
        var rest: HeaderText? = text
        var isFirst = true
        while let field = Self.nextField(&rest) {
            let (name, value) = Self.nameAndValue(field)
            if isFirst {
                if name[...].equals(anyCase: wanted) { list.append(.plain(Array(value))) }
                isFirst = false
                continue
            }
            guard let piece = Piece(name: name, text: value) else {
                if name[...].equals(anyCase: wanted) { list.append(.plain(value.unquoted[...].quoted)) }
                continue
            }
            if let index = indexOf[piece.name] {
                try continued[index].append(piece)
            } else {
                indexOf[piece.name] = continued.count
                continued.append(try Continued(piece, isWanted: piece.name[...].equals(anyCase: wanted)))
            }
        }
        for parameter in continued where parameter.isWanted { list.append(parameter.joined()) }
    }

    /// The first parameter of the name.
    var value: Value? {
        switch list.first {
        case nil: nil
        case .plain(let text): .plain(text[...].unquoted)
        case .extended(let charset, let text): .extended(charset: charset, text: text[...].unquoted)
        }
    }

    /// What stands before the next semicolon outside quotes. A quote behind a backslash does not count.
    private static func nextField(_ rest: inout HeaderText?) -> HeaderText? {
        guard let text = rest else { return nil }
        var quoted = false
        var previous: UInt8 = 0
        for at in text.indices {
            let byte = text[at]
            if byte == 0x22, previous != 0x5C { quoted.toggle() }
            if byte == 0x3B, !quoted {
                rest = text[(at + 1)...]
                return text[..<at]
            }
            previous = byte
        }
        rest = nil
        return text
    }

    private static func nameAndValue(_ field: HeaderText) -> ([UInt8], HeaderText) {
        guard let equals = field.firstIndex(of: 0x3D) else { return (Array(field.stripped), []) }
        return (field[..<equals].stripped.lowerASCII, field[(equals + 1)...].stripped)
    }
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
    init?(name full: [UInt8], text value: HeaderText) {
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
        text = value.unquoted
    }
}

/// A parameter in pieces. Of those that nobody asked for only what Python dies of is kept.
private struct Continued {
    let isWanted: Bool
    private let isNumbered: Bool
    private var pieces: [Piece] = []

    init(_ piece: Piece, isWanted: Bool) throws(DigestError) {
        self.isWanted = isWanted
        isNumbered = piece.number != nil
        try append(piece)
    }

    mutating func append(_ piece: Piece) throws(DigestError) {
        guard !piece.hasTooLongNumber else { throw .longContinuationNumber }
        guard isNumbered == (piece.number != nil) else { throw .mixedContinuations }
        if isWanted { pieces.append(piece) }
    }

    /// The pieces in the order of their numbers, then of their text, as one value.
    func joined() -> HeaderParameters.Value {
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
