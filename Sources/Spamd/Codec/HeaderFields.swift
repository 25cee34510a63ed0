/// One line of a protocol header: a name and a value.
///
/// The value is bytes, because spamd takes user names in any encoding; ``value`` shows it as text.
public struct HeaderField: Hashable, Sendable, CustomStringConvertible {
    /// The name as it is spelled. spamd compares names with care for case: `Content-length`, not `Content-Length`.
    public let name: String
    /// The value's bytes, without blanks around them.
    public let bytes: [UInt8]

    /// The value as text; bytes that are no UTF-8 show as U+FFFD.
    public var value: String { String(decoding: bytes, as: UTF8.self) }

    /// A field that can be sent.
    ///
    /// - Throws: ``SpamdError`` with `.invalidRequest` if the name is empty or holds anything but visible ASCII without a
    ///   colon, or the value holds a control character (spamd answers 76 to those, and CR LF would forge a second field).
    public init(name: String, value: String) throws(SpamdError) {
        try self.init(name: name, bytes: Array(value.utf8))
    }

    /// A field that can be sent, its value in any encoding. Throws as ``init(name:value:)`` does.
    public init(name: String, bytes: [UInt8]) throws(SpamdError) {
        guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != 0x3a }) else {
            throw .invalidRequest("header name '\(printable(name))' is not visible ASCII without a colon")
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw .invalidRequest("the value of header \(name) holds a control character")
        }
        self.init(name: name, read: bytes[...])
    }

    /// A field as it was read, or one whose parts are known to be lawful. Blanks around the value are dropped.
    init(name: String, read bytes: ArraySlice<UInt8>) {
        self.name = name
        self.bytes = Array(bytes.trimmed)
    }

    init(_ name: String, _ value: String) {
        self.init(name: name, read: Array(value.utf8)[...])
    }

    public var description: String { "\(name): \(printable(value))" }
}

/// The header of a request or an answer: fields in order, with repetitions and in their own spelling.
///
/// Fields are found without regard to case. Setting one keeps its place.
public struct HeaderFields: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    private var fields: [HeaderField] = []

    public init() {}

    public init(arrayLiteral elements: HeaderField...) { fields = elements }

    public init(_ elements: some Sequence<HeaderField>) { fields = Array(elements) }

    /// The value of the first field of this name.
    public subscript(name: String) -> String? { first(name)?.value }

    /// The first field of this name.
    public func first(_ name: String) -> HeaderField? { fields.first { $0.name.isSameName(as: name) } }

    /// All fields of this name, in order.
    public func all(_ name: String) -> [HeaderField] { fields.filter { $0.name.isSameName(as: name) } }

    /// Appends the field, whether or not one of its name is there.
    public mutating func append(_ field: HeaderField) { fields.append(field) }

    /// Puts the field in the place of the first of its name and drops further ones; appends it if there is none.
    public mutating func set(_ field: HeaderField) {
        guard let place = fields.firstIndex(where: { $0.name.isSameName(as: field.name) }) else {
            return fields.append(field)
        }
        fields[place] = field
        var index = fields.count - 1
        while index > place {
            if fields[index].name.isSameName(as: field.name) { fields.remove(at: index) }
            index -= 1
        }
    }

    /// Drops all fields of this name.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public mutating func remove(_ name: String) -> Int {
        let before = fields.count
        fields.removeAll { $0.name.isSameName(as: name) }
        return before - fields.count
    }

    public var description: String { fields.map(\.description).joined(separator: "\n") }
}

extension HeaderFields: RandomAccessCollection {
    public var startIndex: Int { fields.startIndex }
    public var endIndex: Int { fields.endIndex }
    public subscript(position: Int) -> HeaderField { fields[position] }
}

extension String {
    /// The same letters, upper or lower.
    func isSameName(as other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowered == $1.lowered }
    }
}

extension UInt8 {
    var lowered: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var isDigit: Bool { (0x30...0x39).contains(self) }
}

extension ArraySlice<UInt8> {
    /// Without blanks, CR and LF at both ends.
    var trimmed: ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte.isBlank || byte == 0x0d || byte == 0x0a }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return []
        }
        return self[first...last]
    }
}

/// Text from outside, fit for a terminal and a log: controls and what is no text shown as `?`, 200 characters at most.
func printable(_ text: String) -> String {
    var shown = ""
    for (count, character) in text.unicodeScalars.enumerated() {
        if count == 200 { return shown + "..." }
        shown.unicodeScalars.append(character.isPrintable ? character : "?")
    }
    return shown
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
