/// The names that charsets have, as Python looks them up.
///
/// What is no letter, digit or dot separates; separators in a row count as one, at the ends as none; case does not
/// matter. Then the list of aliases (where a dot may stand for `_`) and the names of the codecs decide.
struct CharsetName: Sendable {
    private static let known = CharsetName()

    private var aliases: [String: Charset] = [:]
    private var modules: [String: Charset] = [:]

    /// The charset of a name; nil for one that Python does not know, or that is no charset.
    static func lookUp(_ name: [UInt8]) -> Charset? {
        let normal = normalised(name)
        if let charset = known.aliases[normal] { return charset }
        guard normal.utf8.contains(0x2E) else { return known.modules[normal] }
        return known.aliases[String(normal.map { $0 == "." ? "_" : $0 })]
    }

    private static func normalised(_ name: [UInt8]) -> String {
        var text: [UInt8] = []
        var isSeparated = false
        for byte in name {
            if byte.isLetter || byte.isDigit || byte == 0x2E {
                if isSeparated, !text.isEmpty { text.append(0x5F) }
                isSeparated = false
                text.append(byte.lowerASCII)
            } else {
                isSeparated = true
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private init() {
        var singles: [String: Charset] = [:]
        for (index, name) in SingleByteTables.names.enumerated() { singles[name] = .singleByte(index) }
        Self.table.withUTF8Buffer { text in
            for word in text.split(separator: 0x20) {
                guard let middle = word.firstIndex(where: { $0 == 0x3D || $0 == 0x3A }) else { continue }
                let name = String(decoding: word[..<middle], as: UTF8.self)
                let codec = String(decoding: word[(middle + 1)...], as: UTF8.self)
                let charset = singles[codec] ?? Self.charset(codec)
                if word[middle] == 0x3D { aliases[name] = charset } else { modules[name] = charset }
            }
        }
    }

    private static func charset(_ codec: String) -> Charset {
        switch codec {
        case "ascii": .ascii
        case "iso8859_1", "charmap": .latin1
        case "utf_8": .utf8
        case "utf_8_sig": .utf8Signature
        case "utf_16": .utf16(nil)
        case "utf_16_le": .utf16(.little)
        case "utf_16_be": .utf16(.big)
        case "utf_32": .utf32(nil)
        case "utf_32_le": .utf32(.little)
        case "utf_32_be": .utf32(.big)
        case "utf_7": .utf7
        case "unicode_escape": .unicodeEscape
        case "raw_unicode_escape": .rawUnicodeEscape
        case "punycode": .punycode
        case "idna": .idna
        case "undefined": .undefined
        case "gb18030": .gb18030
        case "hz": .hz
        default: multiByte(codec)
        }
    }

    private static func multiByte(_ codec: String) -> Charset {
        if let set = DoubleByteSet(rawValue: codec) { return .doubleByte(set) }
        if let variant = ISO2022Variant(rawValue: codec) { return .iso2022(variant) }
        return .unsupported(codec)
    }
}
