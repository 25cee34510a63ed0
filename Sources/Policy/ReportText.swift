import Mail

/// The value of X-Spam-Report, from the text that spamd's REPORT gave.
///
/// As SpamAssassin's own X-Spam-Report (Mail::SpamAssassin::PerMsgStatus, `_REPORT_`) it holds the rules that hit, one line each
/// behind `* `. They stand below the line of dashes in REPORT's text; a text without such a line is taken whole. The lines of
/// the report become continuation lines; none is empty, since a line of blanks alone would end the header for some readers
/// (RFC 5322 section 3.2.2).
enum ReportText {
    /// Lines beyond this many bytes in all are left out.
    static let maximumLength = 32_000
    /// The rest of a longer line is left out.
    static let maximumLineLength = 900

    /// Nil when the text holds nothing to show.
    static func value(of report: String) -> HeaderValue? {
        let lines = report.utf8.split(separator: 0x0A).map(printable).filter { !$0.isEmpty }
        let start = lines.firstIndex { $0.starts(with: "----".utf8) }.map { $0 + 1 } ?? 0
        var value = Bytes()
        for line in lines[start...] {
            let shown = (start > 0 ? Bytes("* ".utf8) : []) + line
            guard value.count + shown.count + 2 <= maximumLength else { break }
            value += (value.isEmpty ? [] : [0x0A, 0x09]) + shown
        }
        return value.isEmpty ? nil : HeaderValue(prefix: "", received: value)
    }

    /// Visible ASCII and inner blanks; all else is `?`. No blanks at the end.
    private static func printable(_ line: Substring.UTF8View) -> Bytes {
        var bytes = line.prefix(maximumLineLength).map { byte in
            byte == 0x09 || byte == 0x0D ? 0x20 : byte.isPrintableASCII ? byte : 0x3F
        }
        while bytes.last == 0x20 { bytes.removeLast() }
        return bytes
    }
}
