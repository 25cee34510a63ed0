/// The names of Unicode characters that are a single word, for `\N{...}` in `unicode_escape`. Longer names are not kept.
struct CharacterNames: Sendable {
    static let all = CharacterNames()

    private let points: [String: UInt32]

    private init() {
        points = Self.table.withUTF8Buffer { text in
            var points: [String: UInt32] = [:]
            for entry in text.split(separator: 0x20) {
                let name = entry.prefix { $0 != 0x3A }
                let code = entry[(name.endIndex + 1)...].reduce(0) { $0 << 4 | UInt32($1.hexValue ?? 0) }
                points[String(decoding: name, as: UTF8.self)] = code
            }
            return points
        }
    }

    /// The character of a name in any case, nil when there is none.
    func character(_ name: [UInt8]) -> UInt32? {
        points[String(decoding: name, as: UTF8.self).uppercased()]
    }
}
