/// Raw bytes as they came from the wire. Mail is bytes; text is made from them only for people to read.
package typealias Bytes = [UInt8]

// Inlinable, since every field of every message is compared: other rooms would call them unspecialised.
extension Collection where Element == UInt8 {
    /// Whether both hold the same bytes when ASCII letters are compared without case (RFC 5322 section 1.2.2).
    @inlinable package func equalsIgnoringASCIICase(_ other: some Collection<UInt8>) -> Bool {
        count == other.count && zip(self, other).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// Whether this begins with `prefix` when ASCII letters are compared without case.
    @inlinable package func startsIgnoringASCIICase(with prefix: some Collection<UInt8>) -> Bool {
        count >= prefix.count && self.prefix(prefix.count).equalsIgnoringASCIICase(prefix)
    }

    /// The bytes with ASCII letters in lower case; all others stay.
    package var asciiLowercased: Bytes { map(\.asciiLowercased) }
}

extension UInt8 {
    /// This byte, in lower case if it is an ASCII letter.
    @inlinable package var asciiLowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

    /// Whether this is a space or a horizontal tab (WSP, RFC 5234 appendix B.1).
    @inlinable package var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// Whether this is a visible ASCII character or a space.
    @inlinable package var isPrintableASCII: Bool { self >= 0x20 && self < 0x7F }
}

extension [UInt8] {
    /// Appends the text's UTF-8. A `+=` of its view would go byte by byte.
    @inlinable package mutating func append(utf8 text: String) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { append(contentsOf: $0) }
        if done == nil { append(contentsOf: text.utf8) }
    }

    /// Appends the number in decimal, with zeros before it where it has fewer digits than `width`.
    package mutating func append(decimal number: Int64, width: Int = 1) {
        if number < 0 { append(0x2D) }
        append(digitsOf: number.magnitude, atLeast: width)
    }

    private mutating func append(digitsOf number: UInt64, atLeast width: Int) {
        if number >= 10 || width > 1 { append(digitsOf: number / 10, atLeast: width - 1) }
        append(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }
}
