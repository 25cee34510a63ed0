import Mail

/// A pattern for a whole mail address: `*` stands for any number of characters, `?` for one. ASCII case does not count.
package struct AddressGlob: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    package let pattern: String

    package var description: String { pattern }

    /// Nil for an empty text, blanks, angle brackets, and anything but visible ASCII.
    package init?(_ text: String) {
        let isClean = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3C && $0 != 0x3E }
        guard isClean, (1...320).contains(text.utf8.count) else { return nil }
        pattern = text
    }

    /// Whether the whole address fits. Takes a time that grows with the product of both lengths at most.
    package func matches(_ address: some Collection<UInt8>) -> Bool {
        let pattern = Bytes(self.pattern.utf8).asciiLowercased
        let text = address.asciiLowercased
        var (p, t) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == 0x2A {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == 0x3F || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                p = last.pattern + 1
                t = last.text + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == 0x2A }
    }

    /// Whether there is no address that does not fit.
    var matchesEverything: Bool { pattern.utf8.allSatisfy { $0 == 0x2A } }

    package static func == (left: AddressGlob, right: AddressGlob) -> Bool {
        left.pattern.utf8.elementsEqual(right.pattern.utf8) || left.pattern.lowercased() == right.pattern.lowercased()
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(pattern.lowercased()) }
}

extension Form where Value == AddressGlob {
    static var addressGlob: Form {
        .scalar(
            expected: "an address or pattern such as \"*@example.org\"",
            parse: { text throws(Refusal) in
                guard let glob = AddressGlob(text) else {
                    let isBracketed = text.contains("<") || text.contains(">")
                    throw .unlike(hint: isBracketed ? "leave out < and >" : nil)
                }
                return glob
            },
            write: { yamlScalar($0.pattern) }
        )
    }
}
