import Mail
import NIOCore
import Spamd

/// What spamd's answer to HEADERS says of a message: the X-Spam-* fields that SpamAssassin wrote.
///
/// The answer is the message's header as SpamAssassin would deliver it (or that of the mail that it wraps spam into), so all other
/// fields are a stranger's. The copy that spamd got held no X-Spam-* field, so these are SpamAssassin's own. Which rules hit stands in
/// X-Spam-Status behind `tests=`; where `remove_header` took that away, in X-Spam-Report; else they are not known.
///
/// How forgiving it is: lines end in LF or CRLF, a bare CR ends none; what is no field is passed over with its continuations; it
/// ends at the first empty line.
struct SpamdHeaders: Sendable, Equatable {
    /// In the order of the answer, folds (LF and a blank) included.
    let fields: [Mail.HeaderField]

    /// More fields than these, and what goes beyond so many bytes of values, are left out.
    static let maximumFields = 200
    static let maximumBytes = 64 << 10

    init(_ answer: ByteBuffer) {
        var fields: [Mail.HeaderField] = []
        var size = 0
        var isField = false
        for line in answer.readableBytesView.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let text = line.last == 0x0D ? line.dropLast() : line
            guard let first = text.first else { break }
            if first.isBlank {
                guard isField else { continue }
                size += text.count + 1
                if size <= Self.maximumBytes { fields[fields.count - 1].value += [0x0A] + text }
            } else {
                isField = false
                guard let colon = text.firstIndex(of: 0x3A),
                    text.startsIgnoringASCIICase(with: Self.prefix), fields.count < Self.maximumFields
                else { continue }
                let value = Bytes(text[(colon + 1)...])
                size += value.count
                guard size <= Self.maximumBytes else { continue }
                fields.append(Mail.HeaderField(name: HeaderName(received: text[..<colon]), value: value))
                isField = true
            }
        }
        self.fields = fields
    }

    /// The names of the rules that hit; empty when no field tells them.
    var symbols: [String] {
        if let tests = self["X-Spam-Status"].flatMap(Self.tests) { return tests }
        return report.map { Report($0).rules.map(\.name) } ?? []
    }

    /// X-Spam-Report, as SpamAssassin writes it with `report_safe 0` or `add_header all Report _REPORT_`.
    var report: String? {
        self["X-Spam-Report"].map { value in
            let lines = value.split(separator: 0x0A).map { String(decoding: $0.drop(while: \.isBlank), as: UTF8.self) }
            return lines.filter { !$0.isEmpty }.joined(separator: "\n")
        }
    }

    private subscript(name: HeaderName) -> Bytes? { fields.first { $0.name == name }?.value }

    /// The names behind `tests=`; nil without that word. SpamAssassin folds behind commas.
    private static func tests(in status: Bytes) -> [String]? {
        let words = status.split { $0.isBlank || $0 == 0x0A || $0 == 0x0D }
        guard let start = words.firstIndex(where: { $0.starts(with: "tests=".utf8) }) else { return nil }
        var list = Bytes(words[start].dropFirst(6))
        for word in words[(start + 1)...] {
            guard list.last == 0x2C else { break }
            list += word
        }
        let names = list.split(separator: 0x2C).map { String(decoding: $0, as: UTF8.self) }
        return names == ["none"] ? [] : names
    }

    private static let prefix = Bytes("X-Spam-".utf8)
}
