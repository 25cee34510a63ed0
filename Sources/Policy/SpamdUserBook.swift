package import Mail

/// A table of addresses with the user that each stands for: many rows, found at once.
///
/// As Postfix looks up its `virtual` tables (virtual(5)): the whole address, the address without its extension (`+...`), then
/// `@domain`; ASCII case aside. The order of the rows says nothing.
package struct SpamdUserBook: Sendable, Hashable {
    private var rows: [Bytes: SpamdUser?] = [:]

    package init() {}

    package var count: Int { rows.count }
    package var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; false when one of that address is there already.
    ///
    /// - Parameters:
    ///   - address: `user@domain` or `@domain`, without angle brackets.
    ///   - user: nil: nobody is named for these.
    package mutating func add(_ address: some Collection<UInt8>, _ user: SpamdUser?) -> Bool {
        let key = address.asciiLowercased
        guard rows.index(forKey: key) == nil else { return false }
        rows[key] = .some(user)
        return true
    }

    /// Who stands for an address: nil when no row has it, `.some(nil)` when its row names nobody.
    package func user(for address: Bytes) -> SpamdUser?? {
        guard !rows.isEmpty, address.count <= Glob.maximumAddressLength else { return nil }
        let key = address.asciiLowercased
        if let user = rows[key] { return user }
        guard let at = key.lastIndex(of: 0x40) else { return nil }
        if let plus = key[..<at].firstIndex(of: 0x2B), plus > key.startIndex,
            let user = rows[Bytes(key[..<plus] + key[at...])]
        {
            return user
        }
        return rows[Bytes(key[at...])]
    }
}
