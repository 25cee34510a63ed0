/// What a server answered.
///
/// A reply is read as pyzor reads it (`client.py`, `message.py`): names in any case, CRLF or LF, the first of repeated
/// lines, numbers with blanks and a sign. What pyzor dies of is a ``ReplyFault`` here.
public struct PyzorReply: Hashable, Sendable {
    /// 200, or why not: 400, 401, 403, 500, 501, 505.
    public let code: Int

    /// The server's words for the code.
    public let diagnosis: String

    /// The number of the question that this answers.
    public let thread: Int

    /// How often the digest was reported; nil when the operation does not tell.
    public let count: Int64?

    /// How often the digest was whitelisted; nil when the operation does not tell.
    public let whitelistCount: Int64?

    /// When the digest was first and last reported and whitelisted; nil unless `info` was asked.
    public let dates: Dates?

    /// Every line of the reply, also those that have no name here.
    public let fields: WireFields

    /// The dates of a digest in seconds since 1970; 0 (or -1, from other servers) stands for never.
    public struct Dates: Hashable, Sendable {
        public let entered: Int64
        public let updated: Int64
        public let whitelistEntered: Int64
        public let whitelistUpdated: Int64
    }

    /// Whether the server did what it was asked.
    public var isOK: Bool { code == 200 }

    /// Reads a reply to `operation`.
    ///
    /// - Throws: the fault: Code, Diag, PV or Thread missing, a number that is none (or outside 0 to 65535 for
    ///   Thread, outside 64 bits for a count), or a 200 without the counts that the operation asks for.
    public init(_ fields: WireFields, to operation: PyzorRequest.Operation) throws(ReplyFault) {
        for name in ["Code", "Diag", "PV", "Thread"] where fields[name] == nil {
            throw .missing(name)
        }
        self.fields = fields
        self.diagnosis = fields["Diag"] ?? ""
        self.code = try Self.number("Code", fields).flatMap { Int(exactly: $0) } ?? 0
        self.thread = try Self.thread(of: fields)
        let isExpected = operation.answersCounts && code == 200
        self.count = try Self.number("Count", fields, isExpected: isExpected)
        self.whitelistCount = try Self.number("WL-Count", fields, isExpected: isExpected)
        self.dates = try Self.dates(fields)
    }

    /// The Thread of a packet, which says whom the rest of it concerns.
    static func thread(of fields: WireFields) throws(ReplyFault) -> Int {
        guard let text = fields["Thread"] else { throw .missing("Thread") }
        guard let number = PythonNumber.read(text), (0...65_535).contains(number) else {
            throw .notANumber("Thread", text)
        }
        return Int(number)
    }

    /// The first fault of a packet that has no readable Thread.
    static func fault(of fields: WireFields) -> ReplyFault {
        do {
            _ = try PyzorReply(fields, to: .ping)
            return .missing("Thread")
        } catch {
            return error
        }
    }

    private static func number(
        _ name: String,
        _ fields: WireFields,
        isExpected: Bool = false
    ) throws(ReplyFault)
        -> Int64?
    {
        guard let text = fields[name] else {
            if isExpected { throw .missing(name) }
            return nil
        }
        guard let number = PythonNumber.read(text) else { throw .notANumber(name, text) }
        return number
    }

    private static func dates(_ fields: WireFields) throws(ReplyFault) -> Dates? {
        guard let entered = try number("Entered", fields), let updated = try number("Updated", fields),
            let whitelistEntered = try number("WL-Entered", fields),
            let whitelistUpdated = try number("WL-Updated", fields)
        else { return nil }
        return Dates(
            entered: entered,
            updated: updated,
            whitelistEntered: whitelistEntered,
            whitelistUpdated: whitelistUpdated
        )
    }
}

extension PyzorReply: CustomStringConvertible {
    public var description: String {
        let counts = count.map { " count=\($0)" } ?? ""
        let whitelistCounts = whitelistCount.map { " wl-count=\($0)" } ?? ""
        return "\(code) \(diagnosis)\(counts)\(whitelistCounts)"
    }
}

/// Decimal numbers as Python's `int()` reads them, which is how pyzor reads the numbers of a reply.
package enum PythonNumber {
    /// The number, nil when it is none or outside 64 bits. Blanks around it, a sign, and single underscores between
    /// digits are allowed.
    package static func read(_ text: String) -> Int64? {
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]
        var digits = Array(text.utf8)[...]
        digits = digits.drop(while: blanks.contains)
        while let last = digits.last, blanks.contains(last) { digits.removeLast() }
        guard digits.count <= 100 else { return nil }
        let sign = digits.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits.removeFirst() }
        let groups = digits.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        let isNumber = groups.allSatisfy { group in
            !group.isEmpty && group.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        guard isNumber else { return nil }
        let plain = String(decoding: groups.joined(), as: UTF8.self)
        return Int64(sign == UInt8(ascii: "-") ? "-" + plain : plain)
    }
}
