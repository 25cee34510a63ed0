/// The name of one of the MTA's macros, as smfi_getsymval takes it: a letter, or several characters in braces.
///
/// What MTAs offer at which stage: Postfix MILTER_README, "Macros that Postfix sends"; Sendmail's `Milter.macros` options.
package struct Macro: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// `i`, `{client_addr}`.
    package let name: String

    /// One visible ASCII character, or a braced name of at most 60 visible ASCII characters; nil for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard Self.isLetter(bytes) || Self.isBraced(bytes) else { return nil }
        name = text
    }

    /// A name that stands in the source. A wrong literal names a macro that no MTA has.
    package init(stringLiteral text: String) {
        self = Macro(text) ?? Macro(unchecked: "{}")
    }

    package var description: String { name }

    private init(unchecked name: String) { self.name = name }

    private static func isLetter(_ bytes: [UInt8]) -> Bool { bytes.count == 1 && isWordByte(bytes[0]) }

    private static func isBraced(_ bytes: [UInt8]) -> Bool {
        (3...62).contains(bytes.count) && bytes.first == 0x7B && bytes.last == 0x7D
            && bytes.dropFirst().dropLast().allSatisfy(isWordByte)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F && byte != 0x7B && byte != 0x7D }
}
