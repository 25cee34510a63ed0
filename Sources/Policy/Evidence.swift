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
    /// More symbols than these are not shown; SpamAssassin has about 1,500 rules in all.
    static let maximumTests = 2_000
    /// A longer symbol is cut.
    static let maximumTestLength = 128

    init(_ findings: Findings, rules: ScoreRules) {
        let symbols = findings.spamd.answer?.symbols ?? []
        let isCountedBySpamd = symbols.contains(Self.pyzorTest)
        let isWhitelisted = findings.pyzor.answer.map(rules.isWhitelisted) ?? false
        let pyzorPoints = findings.pyzor.answer.map { answer in
            isCountedBySpamd || isWhitelisted ? .zero : rules.points(for: answer.count)
        }
        let counted = pyzorPoints.map { $0 > .zero } ?? false
        tests = Self.sorted(symbols.prefix(Self.maximumTests).map(Self.safe) + (counted ? [Self.pyzorTest] : []))
        self.pyzorPoints = pyzorPoints
        self.isWhitelisted = isWhitelisted
        self.isCountedBySpamd = isCountedBySpamd
        let scores = [findings.spamd.answer?.score, pyzorPoints].compactMap(\.self)
        score = scores.isEmpty ? nil : scores.reduce(.zero, +)
    }

    /// By bytes (which is how ASCII strings compare), each once, without empty ones.
    private static func sorted(_ tests: [String]) -> [String] {
        var result: [String] = []
        for test in tests.sorted() where test != result.last {
            if !test.isEmpty { result.append(test) }
        }
        return result
    }

    /// The symbol with all but letters, digits, `_`, `-` and `.` made `?`: it stands in a list with commas, on one line.
    private static func safe(_ symbol: String) -> String {
        let bytes = symbol.utf8
        if bytes.count <= maximumTestLength, bytes.allSatisfy(isSafe) { return symbol }
        return String(decoding: bytes.prefix(maximumTestLength).map { isSafe($0) ? $0 : 0x3F }, as: UTF8.self)
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E: true
        default: false
        }
    }
}

extension ScoreRules {
    /// What a count is worth: the points of the highest count that it reaches.
    func points(for count: Int64) -> Points {
        countReached(by: count).flatMap { pyzorPoints[$0] } ?? .zero
    }

    /// Which row of the table of points counts; nil when the count reaches none.
    func countReached(by count: Int64) -> Int64? { pyzorPoints.keys.filter { $0 <= count }.max() }

    /// Whether so many people called the message wanted that the reports count for nothing.
    func isWhitelisted(_ answer: PyzorAnswer) -> Bool {
        guard answer.whitelistCount >= whitelistCount else { return false }
        let claimed = answer.whitelistCount.multipliedFullWidth(by: 1_000)
        let needed = answer.count.multipliedFullWidth(by: whitelistShareThousandths)
        return (claimed.high, claimed.low) >= (needed.high, needed.low)
    }
}
