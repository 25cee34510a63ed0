/// One header field as it arrived: order, repetition and spelling are kept by the list that holds it.
package struct HeaderField: Hashable, Sendable {
    package var name: HeaderName
    /// The bytes after the colon, a leading blank and folds (LF and a blank) included.
    package var value: Bytes

    package init(name: HeaderName, value: Bytes) {
        self.name = name
        self.value = value
    }

    /// The value as `Name: value` would give it: without leading blanks.
    package var trimmedValue: ArraySlice<UInt8> { value.drop { $0.isBlank } }
}

/// The header fields of a message in the order in which they came, up to a limit.
///
/// Past `Limits` a field's value is dropped and its name is kept: such a message is judged by the fields before the limit
/// and is marked as truncated, but a forged field behind the limit can still be counted and removed. The names are
/// bounded too: a header with still more fields is excessive, and nothing of the rest is kept.
package struct HeaderList: Sendable, Equatable {
    /// How much of a header is kept whole.
    package struct Limits: Sendable, Hashable {
        /// Names and values together, in bytes.
        package var bytes: Int
        package var fields: Int
        /// How many names behind that limit are kept; a header with more is `isExcessive`.
        package var names: Int

        package init(bytes: Int = 1 << 20, fields: Int = 10_000, names: Int = 10_000) {
            self.bytes = bytes
            self.fields = fields
            self.names = names
        }
    }

    package private(set) var fields: [HeaderField] = []
    /// The names behind the limit, in order.
    package private(set) var namesPastLimit: [HeaderName] = []
    /// What the message's header takes on the wire, in bytes, the dropped values included (name, colon, value, CRLF;
    /// a fold's LF counts as CRLF).
    package private(set) var wireSize = 0
    private var keptBytes = 0
    private let limits: Limits

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// A list of given fields, with the standard limits.
    package init(_ fields: [HeaderField]) {
        self.init()
        for field in fields { append(field) }
    }

    /// Whether there were more fields than even names are kept of: no mail has so many, and the message is refused.
    package private(set) var isExcessive = false

    /// Whether a field came after the limit.
    package var isTruncated: Bool { !namesPastLimit.isEmpty }

    /// About how many bytes of memory the list holds, with what the allocator adds to each field.
    package var memorySize: Int { keptBytes + fields.count * 128 + namesPastLimit.count * 64 }

    package mutating func append(_ field: HeaderField) {
        let size = field.name.bytes.count + field.value.count
        wireSize += size + 3 + field.value.count { $0 == 0x0A }
        if namesPastLimit.isEmpty, fields.count < limits.fields, keptBytes + size <= limits.bytes {
            fields.append(field)
            keptBytes += size
        } else if namesPastLimit.count < limits.names, field.name.bytes.count <= 1_000 {
            namesPastLimit.append(field.name)
            keptBytes += field.name.bytes.count
        } else {
            isExcessive = true
        }
    }

    /// The first field of that name.
    package subscript(name name: HeaderName) -> HeaderField? { fields.first { $0.name == name } }

    package func contains(_ name: HeaderName) -> Bool { fields.contains { $0.name == name } }

    /// The fields whose names `isMeant` picks, each with its 1-based position among the fields of its name, as the
    /// milter protocol counts them (smfi_chgheader); those past the limit too.
    package func occurrences(where isMeant: (HeaderName) -> Bool) -> [(name: HeaderName, index: Int)] {
        var seen: [HeaderName: Int] = [:]
        var found: [(name: HeaderName, index: Int)] = []
        for name in fields.lazy.map(\.name) where isMeant(name) { note(name) }
        for name in namesPastLimit where isMeant(name) { note(name) }
        return found

        func note(_ name: HeaderName) {
            seen[name, default: 0] += 1
            found.append((name, seen[name, default: 0]))
        }
    }
}
