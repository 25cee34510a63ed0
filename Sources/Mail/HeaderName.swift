/// The name of a header field. Compares without regard to ASCII case and keeps its spelling.
///
/// A name that we write is made by `init(_:)` and holds only what RFC 5322 section 3.6.8 allows (`ftext`). A name that
/// arrived is made by `init(received:)` and may hold any byte but NUL: an MTA passes on what a stranger sent.
package struct HeaderName: Sendable {
    package let bytes: Bytes

    /// A name for a field that we write: 1 to 76 visible ASCII characters without a colon; nil for anything else.
    package init?(_ text: String) {
        let bytes = Bytes(text.utf8)
        guard (1...76).contains(bytes.count), bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }) else {
            return nil
        }
        self.bytes = bytes
    }

    /// A name as it arrived. It is cut at the first NUL, since libmilter's strings end there.
    package init(received bytes: Bytes) {
        self.bytes = bytes.firstIndex(of: 0).map { Bytes(bytes[..<$0]) } ?? bytes
    }

    /// The same, from bytes that are held in another way.
    package init(received bytes: some Sequence<UInt8>) {
        self.init(received: Bytes(bytes))
    }
}

extension HeaderName: Hashable {
    package static func == (left: HeaderName, right: HeaderName) -> Bool {
        left.bytes.equalsIgnoringASCIICase(right.bytes)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in bytes { hasher.combine(byte.asciiLowercased) }
    }
}

extension HeaderName: ExpressibleByStringLiteral, CustomStringConvertible {
    /// A name that stands in the source. A wrong literal is cut down to its lawful characters.
    package init(stringLiteral text: StaticString) {
        bytes = text.withUTF8Buffer { $0.filter { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A } }
    }

    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// Which header names are meant: one name, or all that begin alike (`X-Spam-*`).
package struct HeaderNamePattern: Hashable, Sendable, CustomStringConvertible {
    private let stem: HeaderName
    private let isPrefix: Bool

    /// Reads `X-Spam-Flag` or `X-Spam-*`. The star may stand only at the end, after at least one character.
    package init?(_ text: String) {
        isPrefix = text.hasSuffix("*")
        guard let stem = HeaderName(isPrefix ? String(text.dropLast()) : text), !stem.bytes.contains(0x2A) else {
            return nil
        }
        self.stem = stem
    }

    /// Whether `name` is meant, ASCII case aside.
    package func matches(_ name: HeaderName) -> Bool {
        isPrefix ? name.bytes.startsIgnoringASCIICase(with: stem.bytes) : name == stem
    }

    /// Whether every name that `other` means is meant here too.
    package func covers(_ other: HeaderNamePattern) -> Bool { matches(other.stem) && (isPrefix || !other.isPrefix) }

    package var description: String { isPrefix ? "\(stem)*" : stem.description }
}
