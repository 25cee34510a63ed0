extension Promise {
    /// The table, in the order in which it is printed.
    static let all: [Promise] =
        actions + mixed + headers + takeOver + users + subjects + forged + replies + sessions + wirings
        + protocolCorners + miltertest
        + exemptions
        + unscanned + bytes

    /// The rows of a column, those with one server and with the same settings together.
    static func rows(_ column: Column) -> [Promise] {
        let rows = all.filter { $0.absent[column] == nil }
        let wirings = Wiring.allCases
        var rules: [String] = []
        for row in rows where !rules.contains(row.rules.name) { rules.append(row.rules.name) }
        return wirings.flatMap { wiring in
            rules.flatMap { name in rows.filter { $0.wiring == wiring && $0.rules.name == name } }
        }
    }
}
