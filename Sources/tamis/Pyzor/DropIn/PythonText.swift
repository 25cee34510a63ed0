import Glibc

/// Values as Python prints them, which is how pyzor shows answers and dates.
enum PythonText {
    /// A string in quotes: single ones, unless it holds a single and no double quote; what cannot be printed escaped.
    static func quoted(_ text: String) -> String {
        let quote: Unicode.Scalar =
            text.unicodeScalars.contains("'") && !text.unicodeScalars.contains("\"") ? "\"" : "'"
        var result = String(quote)
        for scalar in text.unicodeScalars { result += escaped(scalar, quote) }
        return result + String(quote)
    }

    /// Bytes in quotes, as `b'...'`.
    static func quoted(_ bytes: [UInt8]) -> String {
        let text = bytes.map { Unicode.Scalar($0) }
        let quote: Unicode.Scalar = text.contains("'") && !text.contains("\"") ? "\"" : "'"
        return "b" + String(quote)
            + text.map { $0.isASCII ? escaped($0, quote) : "\\x" + hexadecimal($0.value, width: 2) }.joined()
            + String(quote)
    }

    /// A date as `Sat Nov 21 02:01:16 2026` in the local zone; -1 is never.
    static func date(_ seconds: Int64) -> String {
        guard seconds != -1 else { return "Never" }
        var time = time_t(seconds)
        var parts = tm()
        guard localtime_r(&time, &parts) != nil else { return String(seconds) }
        return format(&parts, "%a %b %e %H:%M:%S %Y")
    }

    /// A time of the log, `2026-11-21 02:01:17,963`, in the local zone.
    static func logTime(_ now: timespec) -> String {
        var time = now.tv_sec
        var parts = tm()
        localtime_r(&time, &parts)
        let thousandths = String(now.tv_nsec / 1_000_000)
        let padding = String(repeating: "0", count: 3 - thousandths.count)
        return format(&parts, "%Y-%m-%d %H:%M:%S") + "," + padding + thousandths
    }

    private static func format(_ parts: inout tm, _ pattern: String) -> String {
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = buffer.withUnsafeMutableBytes { raw in
            raw.withMemoryRebound(to: CChar.self) { strftime($0.baseAddress, $0.count, pattern, &parts) }
        }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    private static func escaped(_ scalar: Unicode.Scalar, _ quote: Unicode.Scalar) -> String {
        switch scalar {
        case quote, "\\": return "\\" + String(scalar)
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case _ where isPrintable(scalar): return String(scalar)
        case _ where scalar.value < 0x100: return "\\x" + hexadecimal(scalar.value, width: 2)
        case _ where scalar.value < 0x10000: return "\\u" + hexadecimal(scalar.value, width: 4)
        default: return "\\U" + hexadecimal(scalar.value, width: 8)
        }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == " " { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }

    private static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
