import Mail

extension Form where Value == Reply {
    /// What the client is told: `"550 5.7.1 Message rejected as spam"`, or a list of lines with the codes in the first.
    static var reply: Form {
        let expected = "a reply such as \"550 5.7.1 Message rejected as spam\""
        return Form(
            expected: expected,
            read: { node, key, reading in
                guard let text = text(of: node, key, expected, &reading) else { return nil }
                do throws(ReplySyntaxError) {
                    return try Reply(text)
                } catch {
                    reading.refuse(node.place, key, error.description)
                    return nil
                }
            },
            write: { reply in
                let first = "\(reply.code) \(reply.enhancedCode) \(reply.lines[0])"
                let lines = [first] + reply.lines.dropFirst()
                return lines.count == 1 ? yamlScalar(first) : "[\(lines.map(yamlScalar).joined(separator: ", "))]"
            }
        )
    }

    /// The lines joined by LF; a line end within one is refused, so that only the list makes lines.
    private static func text(of node: Node, _ key: String, _ expected: String, _ reading: inout Reading) -> String? {
        let nodes = if case .sequence(let nodes) = node.content, !nodes.isEmpty { nodes } else { [node] }
        var lines: [String] = []
        for line in nodes {
            guard case .scalar(let text, _) = line.content, !text.isEmpty else {
                reading.refuse(line, key, expected: expected)
                return nil
            }
            guard !text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
                reading.refuse(line.place, key, "a line end within a reply; give several lines as a list")
                return nil
            }
            reading.warnOfComment(behind: line, key)
            lines.append(text)
        }
        return lines.joined(separator: "\n")
    }
}

extension Form where Value == Network {
    static var network: Form {
        .scalar(
            expected: "a network such as 192.0.2.0/24 or \"2001:db8::/32\", or an address",
            parse: { text throws(Refusal) in
                if let network = Network(text), !text.lowercased().hasPrefix("ipv6:") { return network }
                throw .unlike(
                    hint: lowestAddress(of: text).map { "bits behind the prefix are set; did you mean \($0)?" }
                )
            },
            write: { yamlScalar($0.description) }
        )
    }

    /// `10.0.0.0/8` for `10.1.2.3/8`.
    private static func lowestAddress(of text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]), let length = wholeNumber(parts[1]) else {
            return nil
        }
        let bytes = address.bytes.enumerated().map { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return byte & UInt8(truncatingIfNeeded: 0xFF00 >> kept)
        }
        guard length <= address.bytes.count * 8, let lowest = IPAddress(bytes: bytes) else { return nil }
        return "\(lowest)/\(length)"
    }
}

extension Form where Value == HeaderName {
    /// A header field that we may add: none that others rely on, and none that we write anyway.
    static var ownHeaderName: Form {
        .scalar(
            expected: "the name of a header field such as X-Filtered-By",
            parse: { text throws(Refusal) in
                guard let name = HeaderName(text) else {
                    throw .unlike(hint: text.hasSuffix(":") ? "leave out the colon" : nil)
                }
                if isProtected(name) { throw .wrong("\(name) belongs to the message or the MTA and cannot be added") }
                if verdictHeaders.contains(name) { throw .wrong("\(name) is written by a key of its own") }
                return name
            },
            write: { yamlScalar($0.description) }
        )
    }
}

extension Form where Value == HeaderNamePattern {
    /// Header fields that are removed: none that a message needs.
    static var removableHeaders: Form {
        .scalar(
            expected: "the name of a header field, with * at its end for all that begin so, such as \"X-Spam-*\"",
            parse: { text throws(Refusal) in
                guard let pattern = HeaderNamePattern(text) else {
                    throw .unlike(hint: text == "*" ? "a name must stand before the *" : nil)
                }
                if let name = protectedHeaders.first(where: pattern.matches) {
                    throw .wrong("this would remove \(name), which belongs to the message or the MTA")
                }
                return pattern
            },
            write: { yamlScalar($0.description) }
        )
    }
}

extension Form where Value == HeaderNamePattern {
    /// Header fields of SpamAssassin's own: all begin with X-Spam- (Mail::SpamAssassin::Conf, add_header), and none is one of ours.
    static var takenOverHeaders: Form {
        .scalar(
            expected: "the name of a header field such as X-Spam-Relay-Country, or \"X-Spam-*\"",
            parse: { text throws(Refusal) in
                guard let pattern = HeaderNamePattern(text) else {
                    throw .unlike(hint: text.hasSuffix(":") ? "leave out the colon" : nil)
                }
                guard pattern.description.utf8.startsIgnoringASCIICase(with: "X-Spam-".utf8) else {
                    throw .unlike(hint: "SpamAssassin's own fields begin with X-Spam-")
                }
                if let name = HeaderName(text).flatMap({ verdictHeaders.firstIndex(of: $0) }).map({ verdictHeaders[$0] }
                ) {
                    throw .wrong("\(name) is written by a key of its own and never taken over")
                }
                return pattern
            },
            write: { yamlScalar($0.description) }
        )
    }
}

/// What the filter writes by keys of `headers`.
let verdictHeaders: [HeaderName] = [
    "X-Spam-Flag", "X-Spam-Score", "X-Spam-Level", "X-Spam-Status", "X-Spam-Report", "X-Spam-Checker-Version",
]

/// Trace, identity and structure (RFC 5322 section 3.6, RFC 2045, RFC 6376, RFC 8601, RFC 8617): never added or removed here.
let protectedHeaders: [HeaderName] = [
    "Received", "Return-Path", "Delivered-To", "X-Original-To", "Date", "From", "Sender", "Reply-To", "To", "Cc", "Bcc",
    "Message-ID", "In-Reply-To", "References", "Subject", "Comments", "Keywords", "Resent-Date", "Resent-From",
    "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Bcc", "Resent-Message-ID", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Content-Description", "DKIM-Signature",
    "Authentication-Results", "Received-SPF", "ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results",
    "List-Id",
    "Auto-Submitted", "Precedence",
]

private func isProtected(_ name: HeaderName) -> Bool {
    let families = ["Resent-", "Content-", "ARC-", "List-"].map { Bytes($0.utf8) }
    return protectedHeaders.contains(name) || families.contains { name.bytes.startsIgnoringASCIICase(with: $0) }
}
