/// The milters of a sendmail.cf: its X lines (Sendmail Installation and Operations Guide, section 5.11).
struct SendmailFile: Equatable, Sendable {
    struct Milter: Equatable, Sendable {
        let name: String
        /// `local:/run/tamis/milter.sock`
        let socket: String
        /// In seconds, by letter: C, S, R, E. What is not given has Sendmail's default.
        let timeouts: [Character: Int64]
    }

    let milters: [Milter]

    /// Sendmail's own: C and E five minutes, S and R ten seconds.
    static let defaultTimeouts: [Character: Int64] = ["C": 300, "S": 10, "R": 10, "E": 300]

    init(_ text: String) {
        milters = text.split(whereSeparator: \.isNewline).filter { $0.first == "X" }.compactMap(Self.milter)
    }

    private static func milter(_ line: Substring) -> Milter? {
        let parts = line.dropFirst().split(separator: ",").map(\.trimmed)
        guard let name = parts.first else { return nil }
        let equates = parts.dropFirst().map { $0.split(separator: "=", maxSplits: 1).map(\.trimmed) }.filter {
            $0.count == 2
        }
        guard let socket = equates.first(where: { $0[0] == "S" })?[1] else { return nil }
        var timeouts = defaultTimeouts
        for part in (equates.first { $0[0] == "T" }?[1] ?? "").split(separator: ";") {
            let pair = part.split(separator: ":", maxSplits: 1).map(\.trimmed)
            guard pair.count == 2, let letter = pair[0].first, let time = MailServerTime.seconds(String(pair[1])) else {
                continue
            }
            timeouts[letter] = time
        }
        return Milter(name: String(name), socket: String(socket), timeouts: timeouts)
    }
}
