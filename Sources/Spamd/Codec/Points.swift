/// A number of points exactly as it stands on the wire, such as `7.4`, `-41.2` or `15`.
///
/// Floating point would round; whoever adds or compares scores reads ``text``, which is always a plain decimal number:
/// an optional minus, digits, and perhaps a point and more digits; 64 characters at most.
/// `nan`, `inf`, `5,0`, `1e5` and the like are not points, and an answer that holds them is malformed.
public struct Points: Hashable, Sendable, CustomStringConvertible {
    /// The digits as they were sent.
    public let text: String

    /// The nearest floating-point number, for showing.
    public var value: Double { Double(text) ?? 0 }

    /// Nil unless the text is a plain decimal number.
    public init?(_ text: String) { self.init(Array(text.utf8)[...]) }

    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count <= 64 else { return nil }
        let digits = bytes.first == 0x2d ? bytes.dropFirst() : bytes
        let whole = digits.prefix(while: \.isDigit)
        let rest = digits[whole.endIndex...]
        guard !whole.isEmpty,
            rest.isEmpty || rest.first == 0x2e && rest.count > 1 && rest.dropFirst().allSatisfy(\.isDigit)
        else { return nil }
        text = String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { text }
}

/// What spamd says of a message: the value of the `Spam` header.
///
/// The word is the verdict, not the comparison of the two numbers: they are rounded, and where a ham score would round to
/// the threshold spamd prints the threshold less 0.1 (Mail::SpamAssassin::Util, get_tag_value_for_score).
public struct Verdict: Hashable, Sendable, CustomStringConvertible {
    /// Whether spamd takes the message for spam.
    public let isSpam: Bool
    /// The points of the message.
    public let score: Points
    /// The points from which a message is spam.
    public let threshold: Points

    public init(isSpam: Bool, score: Points, threshold: Points) {
        self.isSpam = isSpam
        self.score = score
        self.threshold = threshold
    }

    /// Reads `WORD ; SCORE / THRESHOLD`.
    ///
    /// QUIRK: the word is True or False, and Yes or No in answers to REPORT_IFSPAM (spamd.raw, check). All four are taken
    /// in any case, blanks anywhere; any other word is refused rather than read as "not spam".
    public init?(_ value: String) {
        let text = Array(value.utf8)[...]
        guard let semicolon = text.firstIndex(of: 0x3b), let slash = text[semicolon...].firstIndex(of: 0x2f) else {
            return nil
        }
        switch String(decoding: text[..<semicolon].trimmed, as: UTF8.self).lowercased() {
        case "true", "yes": isSpam = true
        case "false", "no": isSpam = false
        default: return nil
        }
        // A second semicolon or slash would stand in one of the numbers.
        guard let score = Points(text[(semicolon + 1)..<slash].trimmed),
            let threshold = Points(text[(slash + 1)...].trimmed)
        else { return nil }
        self.score = score
        self.threshold = threshold
    }

    /// As spamd writes it: `True ; 1000.0 / 5.0`.
    public var description: String { "\(isSpam ? "True" : "False") ; \(score) / \(threshold)" }
}
