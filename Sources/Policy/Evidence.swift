import Mail

/// What the answers add up to, before anybody's threshold is looked at.
struct Evidence: Sendable, Equatable {
    /// Nil when nobody answered.
    let score: Points?
    /// Nil when Pyzor has not answered.
    let pyzorPoints: Points?
    /// Sorted by bytes, each once, safe to print.
    let tests: [String]
    let isWhitelisted: Bool
    let isCountedBySpamd: Bool

    /// The rule by which SpamAssassin counts Pyzor's hits itself, and under which we show ours.
    static let pyzorTest = "PYZOR_CHECK"
    /// More symbols than these are not looked at; SpamAssassin has about 1,500 rules in all.
    static let maximumTests = 2_000
    /// A longer symbol is cut.
    static let maximumTestLength = 128

    init(_ findings: Findings, rules: ScoreRules) {
        let symbols = findings.spamd.answer?.symbols.prefix(Self.maximumTests) ?? []
        let isCountedBySpamd = symbols.contains(Self.pyzorTest)
        let isWhitelisted = findings.pyzor.answer.map(rules.isWhitelisted) ?? false
        let pyzorPoints = findings.pyzor.answer.map { answer in
            isCountedBySpamd || isWhitelisted ? .zero : rules.points(for: answer.count)
        }
        var tests = Set(symbols.map(Self.safe).filter { !$0.isEmpty })
        if let pyzorPoints, pyzorPoints > .zero { tests.insert(Self.pyzorTest) }
        self.tests = tests.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.pyzorPoints = pyzorPoints
        self.isWhitelisted = isWhitelisted
        self.isCountedBySpamd = isCountedBySpamd
        let scores = [findings.spamd.answer?.score, pyzorPoints].compactMap(\.self)
        score = scores.isEmpty ? nil : scores.reduce(.zero, +)
    }

    /// The symbol with all but letters, digits, `_`, `-` and `.` made `?`: it stands in a list with commas, on one line.
    private static func safe(_ symbol: String) -> String {
        let bytes = symbol.utf8.prefix(maximumTestLength).map { byte in
            let isSafe =
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte.asciiLowercased) || byte == 0x5F
                || byte == 0x2D || byte == 0x2E
            return isSafe ? byte : 0x3F
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ScoreRules {
    /// What a count is worth: the points of the highest count that it reaches.
    func points(for count: Int64) -> Points {
        pyzorPoints.filter { $0.key <= count }.max { $0.key < $1.key }?.value ?? .zero
    }

    /// Whether so many people called the message wanted that the reports count for nothing.
    func isWhitelisted(_ answer: PyzorAnswer) -> Bool {
        guard answer.whitelistCount >= whitelistCount else { return false }
        let claimed = answer.whitelistCount.multipliedFullWidth(by: 1_000)
        let needed = answer.count.multipliedFullWidth(by: whitelistShareThousandths)
        return (claimed.high, claimed.low) >= (needed.high, needed.low)
    }
}
