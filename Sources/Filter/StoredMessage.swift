package import Mail

/// A message as it lies in a file: header and body, as an MTA would hand them over.
///
/// How forgiving it is: lines may end in LF or CRLF, mixed too. A "From " line at the very beginning (mbox) is skipped. The
/// header ends at the first empty line, or before the first line that is neither a field nor a continuation; such a line begins
/// the body. A continuation before the first field is skipped. In the body a bare LF becomes CRLF, as SMTP would have carried
/// it (RFC 5321 section 2.3.8); a bare CR stays.
package struct StoredMessage: Sendable, Equatable {
    package let headers: HeaderList
    package let body: Bytes

    package init(_ bytes: some Collection<UInt8>) {
        var rest = Bytes(bytes)[...]
        if rest.starts(with: Bytes("From ".utf8)) { _ = Self.nextLine(&rest) }
        headers = Self.header(&rest)
        body = Self.withCRLF(rest)
    }

    private static func header(_ rest: inout ArraySlice<UInt8>) -> HeaderList {
        var list = HeaderList()
        var field: HeaderField?
        while !rest.isEmpty {
            let before = rest
            let line = nextLine(&rest)
            if line.isEmpty { break }
            if line.first?.isBlank == true {
                field?.value += [0x0A] + line
            } else if let next = self.field(line) {
                if let field { list.append(field) }
                field = next
            } else {
                rest = before
                break
            }
        }
        if let field { list.append(field) }
        return list
    }

    /// `Name: value`; nil for a line without a colon or with a blank in the name.
    private static func field(_ line: ArraySlice<UInt8>) -> HeaderField? {
        guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
            line[..<colon].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { return nil }
        return HeaderField(name: HeaderName(received: line[..<colon]), value: Bytes(line[(colon + 1)...]))
    }

    /// The line without its end.
    private static func nextLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
        let line = rest[..<end]
        rest = end < rest.endIndex ? rest[(end + 1)...] : rest[end...]
        return line.last == 0x0D ? line.dropLast() : line
    }

    private static func withCRLF(_ bytes: ArraySlice<UInt8>) -> Bytes {
        var result = Bytes()
        result.reserveCapacity(bytes.count + bytes.count / 32)
        for byte in bytes {
            if byte == 0x0A, result.last != 0x0D { result.append(0x0D) }
            result.append(byte)
        }
        return result
    }
}

extension StoredMessage {
    /// The messages of an mbox: each begins with a line "From " at the beginning of the file or behind an empty line (RFC 4155).
    /// A file that does not begin so is one message.
    package static func split(_ bytes: Bytes) -> [Bytes] {
        let mark = Bytes("From ".utf8)
        guard bytes.starts(with: mark) else { return [bytes] }
        var messages: [Bytes] = []
        var start = 0
        var lineStart = 0
        var isAfterEmptyLine = false
        while lineStart < bytes.count {
            if lineStart > start, isAfterEmptyLine, bytes[lineStart...].starts(with: mark) {
                messages.append(Bytes(bytes[start..<lineStart]))
                start = lineStart
            }
            let end = bytes[lineStart...].firstIndex(of: 0x0A) ?? bytes.count
            let line = bytes[lineStart..<end]
            isAfterEmptyLine = line.isEmpty || line.elementsEqual([0x0D])
            lineStart = end + 1
        }
        messages.append(Bytes(bytes[start...]))
        return messages
    }
}
