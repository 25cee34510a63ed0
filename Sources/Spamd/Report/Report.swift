/// SpamAssassin's report, and the rules in it as values.
///
/// Reads both shapes: the body of an answer to REPORT, where a row of dashes stands above
/// `points name description`, and the value of an X-Spam-Report header, where each rule begins with `*`.
///
/// How forgiving it is: the text around the table and its heading may be in any language; names may be wider than their column; points may be
/// `1.3`, `-0.0`, `1000` or `0.001`; descriptions go on in lines that begin with blanks. What is no table gives no rules, and ``text`` always holds
/// it all.
///
/// Source: Mail::SpamAssassin::PerMsgStatus, _handle_hit (the shapes of both tables).
public struct Report: Hashable, Sendable {
    /// One rule that matched.
    public struct Rule: Hashable, Sendable, CustomStringConvertible {
        /// What it counts, as printed: rounded to one decimal, or whole from 100 on.
        public let points: Points
        /// Its name, such as `GTUBE`.
        public let name: String
        /// What it is about, on one line; empty if the rule is not described.
        public fileprivate(set) var description: String

        public init(points: Points, name: String, description: String) {
            self.points = points
            self.name = name
            self.description = description
        }
    }

    /// The report as it came.
    public let text: String
    /// The rules in the report's order.
    public let rules: [Rule]

    public init(_ text: String) {
        self.text = text
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
            Array($0.utf8)[...]
        }
        let starred = lines.compactMap(\.afterStar)
        rules =
            starred.contains { Rule(row: $0) != nil } ? Self.rules(in: starred) : Self.rules(in: Self.table(of: lines))
    }

    /// The lines from below the dashes to the next empty line.
    private static func table(of lines: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>] {
        guard let dashes = lines.firstIndex(where: \.isRuler) else { return [] }
        return Array(lines[(dashes + 1)...].prefix { !$0.trimmed.isEmpty })
    }

    private static func rules(in lines: [ArraySlice<UInt8>]) -> [Rule] {
        var rules: [Rule] = []
        for line in lines {
            if let rule = Rule(row: line) {
                rules.append(rule)
            } else if !rules.isEmpty {
                rules[rules.count - 1].goOn(with: line.trimmed)
            }
        }
        return rules
    }
}

extension Report.Rule {
    /// `points name description`; nil if the line goes on with what stood above it.
    ///
    /// Points are printed four characters wide, so a number behind more blanks than that belongs to a description.
    fileprivate init?(row line: ArraySlice<UInt8>) {
        guard line.prefix(while: \.isBlank).count < 4 else { return nil }
        let words = line.trimmed.split(maxSplits: 2, whereSeparator: \.isBlank)
        guard words.count >= 2, let points = Points(words[0]), words[1].allSatisfy(\.isRuleName) else { return nil }
        let description = words.count == 3 ? String(decoding: words[2].trimmed, as: UTF8.self) : ""
        self.init(points: points, name: String(decoding: words[1], as: UTF8.self), description: description)
    }

    /// In place, so that a description of many lines is not copied for each.
    fileprivate mutating func goOn(with more: ArraySlice<UInt8>) {
        if !description.isEmpty, !more.isEmpty { description += " " }
        description += String(decoding: more, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// `---- ------ -----`: two or more runs of dashes and nothing else.
    fileprivate var isRuler: Bool {
        let words = trimmed.split(whereSeparator: \.isBlank)
        return words.count >= 2 && words.allSatisfy { $0.count >= 3 && $0.allSatisfy { $0 == 0x2d } }
    }

    /// What stands behind the `*` and one blank of a line of X-Spam-Report.
    fileprivate var afterStar: ArraySlice<UInt8>? {
        let line = trimmed
        guard line.first == 0x2a else { return nil }
        let rest = line.dropFirst()
        return rest.first?.isBlank == true ? rest.dropFirst() : rest
    }
}

extension UInt8 {
    fileprivate var isRuleName: Bool { (0x61...0x7a).contains(lowered) || isDigit || self == 0x5f || self == 0x2d }
}
