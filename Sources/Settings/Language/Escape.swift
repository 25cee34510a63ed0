/// The text on one line, without what a terminal would obey, cut after so many characters.
func printable(_ text: String, limit: Int) -> String {
    let head = text.unicodeScalars.prefix(limit).map { $0.escaped }.joined()
    return text.unicodeScalars.count > limit ? head + "..." : head
}

extension Unicode.Scalar {
    /// This character for a line that people read: controls, and what a terminal would obey, as `\n` or `\u{202E}`.
    package var escaped: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case _ where isRisky: "\\u{\(String(value, radix: 16, uppercase: true))}"
        default: String(self)
        }
    }

    /// Controls, and the marks that reorder text or have no width.
    private var isRisky: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
        default: false
        }
    }
}
