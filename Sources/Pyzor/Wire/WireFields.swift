/// The text of a Pyzor packet as a value: names and values in the order of the wire.
///
/// A packet is a header block in the style of RFC 5322: `Name: value` lines and one empty line, no body (pyzor's
/// `message.py`). Order and repetition matter, since signatures are made over the text.
public struct WireFields: Hashable, Sendable {
    /// One line of a packet.
    public struct Field: Hashable, Sendable {
        /// As written; compared without regard to case.
        public var name: String
        /// Without the blanks that follow the colon; trailing blanks are kept.
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// All lines, in order.
    public private(set) var fields: [Field] = []

    public init() {}

    /// The lines given, in this order.
    public init(_ fields: [Field]) {
        self.fields = fields
    }

    /// Adds a line at the end.
    public mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name, value))
    }

    /// The value of the first line of that name, in any case; nil when there is none.
    public subscript(name: String) -> String? {
        fields.first { Self.isSame($0.name, name) }?.value
    }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count
            && zip(one.utf8, other.utf8).allSatisfy { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

// MARK: - To the wire

extension WireFields {
    /// The lines with LF between them and none at the end: what a signature is made over.
    var text: String {
        fields.map { "\($0.name): \(EncodedWord.encoded($0.value))" }.joined(separator: "\n")
    }

    /// The bytes of the packet: the text, its last line's end, and the empty line.
    public var packet: [UInt8] {
        Array((text + "\n\n").utf8)
    }

    /// The reason why these lines cannot be sent, nil when they can: a name that is not one or a value with a line
    /// end in it, which would smuggle in lines of its own.
    var flaw: String? {
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isNameByte) else {
                return "\"\(field.name)\" is no field name"
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                return "the value of \(field.name) holds a control character"
            }
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: ":")
    }
}

// MARK: - From the wire

extension WireFields {
    /// Reads a packet as Python's email package does, which is what pyzor reads replies with.
    ///
    /// Never fails: lines end with LF, CRLF or CR; a line that is no header line ends the block, and so does an empty
    /// one; a line that begins with a blank continues the value before it; bytes that are not UTF-8 become U+FFFD.
    public init(parsing packet: some Sequence<UInt8>) {
        var line: [UInt8] = []
        var afterReturn = false
        for byte in packet {
            if afterReturn && byte == 0x0a {
                afterReturn = false
                continue
            }
            afterReturn = byte == 0x0d
            guard byte == 0x0a || byte == 0x0d else {
                line.append(byte)
                continue
            }
            guard take(line: line) else { return }
            line.removeAll(keepingCapacity: true)
        }
        _ = take(line: line)
    }

    /// Adds a line that was read; false when the block ends with it.
    private mutating func take(line: [UInt8]) -> Bool {
        guard let first = line.first else { return false }
        if first == 0x20 || first == 0x09 {
            if !fields.isEmpty {
                fields[fields.count - 1].value += "\n" + String(decoding: line, as: UTF8.self)
            }
            return true
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line[..<colon].allSatisfy(Self.isNameByte) else {
            return false
        }
        let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        fields.append(Field(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
        return true
    }
}
