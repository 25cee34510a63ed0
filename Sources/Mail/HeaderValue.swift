/// The value of a header field that we write: it cannot hold CR, LF, NUL or another control, save for our own folds.
///
/// Whatever a scanner, a client or a macro said, no further header and no body can be smuggled in by it. The text is kept
/// unfolded; `folded(after:)` gives what goes to the MTA.
package struct HeaderValue: Hashable, Sendable {
    /// The value without folds.
    private let bytes: Bytes
    /// The fold points that arrived with a received value stay as they are.
    private let isReceived: Bool

    /// The longest line that a fold leaves where a blank or comma allows it (RFC 5322 section 2.1.1), without its end.
    package static let preferredLineLength = 78
    /// The longest line in any case (RFC 5322 section 2.1.1); a longer word is cut.
    package static let maximumLineLength = 998
    /// More than this is cut off: Postfix' header_size_limit is 102400 for the whole field.
    package static let maximumLength = 65_000

    /// The text with every control and every byte outside ASCII replaced by `?`; a tab and a line end become a blank.
    package init(_ text: some StringProtocol) {
        self.init(bytes: Bytes(text.utf8))
    }

    /// As `init(_:)`, from bytes of unknown origin.
    package init(bytes: some Sequence<UInt8>) {
        var kept = Bytes(bytes.prefix(Self.maximumLength))
        for index in kept.indices where !kept[index].isPrintableASCII {
            switch kept[index] {
            case 0x09, 0x0A, 0x0D: kept[index] = 0x20
            default: kept[index] = 0x3F
            }
        }
        self.bytes = kept
        isReceived = false
    }

    /// `prefix` before the bytes of a received value: its 8-bit characters and its own folds stay as they came.
    ///
    /// A line end that is not a fold, NUL and other controls become blanks, since a new field could begin there.
    package init(prefix: HeaderValue, received: some Collection<UInt8>) {
        var value = prefix.bytes
        let bytes = Bytes(received.prefix(Self.maximumLength))
        for (index, byte) in bytes.enumerated() {
            let startsFold = byte == 0x0A && index + 1 < bytes.count && bytes[index + 1].isBlank
            let precedesFold = byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if startsFold || byte >= 0x20 && byte != 0x7F || byte == 0x09 {
                value.append(byte)
            } else if !precedesFold {
                value.append(0x20)
            }
        }
        self.bytes = value
        isReceived = true
    }

    /// The value as it is handed to the MTA, without a leading blank, folded with LF TAB.
    ///
    /// Folds stand at blanks (which they replace) and after commas, so that no line is longer than 78 where that is
    /// possible and none is longer than 998 in any case. `name` is the field's, since the first line begins with it.
    package func folded(after name: HeaderName) -> Bytes {
        isReceived ? bytes : Self.fold(bytes, firstColumn: name.bytes.count + 2)
    }

    private static func fold(_ text: Bytes, firstColumn: Int) -> Bytes {
        var result = Bytes()
        result.reserveCapacity(text.count + text.count / 32)
        var column = firstColumn
        var rest = text[...].trimmingBlanks
        while let word = nextWord(&rest) {
            let visible = word.last == 0x20 ? word.count - 1 : word.count
            // Blanks past the preferred length would make a line of blanks alone, which ends the header for some readers.
            if visible == 0, column >= preferredLineLength { continue }
            if !result.isEmpty, visible > 0, column + visible > preferredLineLength {
                while result.last == 0x20 { result.removeLast() }
                result += [0x0A, 0x09]
                column = 1
            }
            column = append(word, to: &result, column: column)
        }
        return result
    }

    /// The bytes up to and with the next blank or comma.
    private static func nextWord(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex { $0 == 0x20 || $0 == 0x2C }.map { $0 + 1 } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    private static func append(_ word: ArraySlice<UInt8>, to result: inout Bytes, column: Int) -> Int {
        if column + word.count <= maximumLineLength {
            result += word
            return column + word.count
        }
        var column = column
        for byte in word {
            if column >= maximumLineLength {
                result += [0x0A, 0x09]
                column = 1
            }
            result.append(byte)
            column += 1
        }
        return column
    }
}

extension ArraySlice where Element == UInt8 {
    /// The bytes without blanks at both ends.
    package var trimmingBlanks: ArraySlice<UInt8> {
        var slice = drop { $0.isBlank }
        while slice.last?.isBlank == true { slice.removeLast() }
        return slice
    }
}

extension HeaderValue: CustomStringConvertible, ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self.init(text) }

    /// The unfolded value, for people.
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
