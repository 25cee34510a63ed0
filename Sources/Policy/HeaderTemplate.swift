package import Mail

/// The text of an extra header, with variables: `{score} of {required} ({pyzor-count} reports)`.
///
/// `{{` and `}}` stand for the braces themselves. Only the variables listed here exist, so that no template can give away
/// what the admin did not mean to show. A variable without a value gives `-`.
package struct HeaderTemplate: Sendable, Hashable {
    /// What a template may speak of.
    package enum Variable: String, Sendable, Hashable, CaseIterable {
        /// spam, ham or unscanned.
        case verdict
        /// As shown, one decimal.
        case score
        case required
        /// One star per whole point, 50 at most.
        case level
        /// The rules that hit, with commas; `none`.
        case tests
        case spamdScore = "spamd-score"
        case pyzorCount = "pyzor-count"
        case pyzorWhitelist = "pyzor-wl"
        case pyzorPoints = "pyzor-points"
        case digest
        /// `pyzor:disabled`.
        case skipped
        /// `spamd:refused`.
        case unscanned
        case queueID = "queue-id"
        case host
        case version

        static var allNames: String { allCases.map { "{\($0.rawValue)}" }.joined(separator: " ") }
    }

    private enum Part: Sendable, Hashable {
        case text(String)
        case variable(Variable)
    }

    private let parts: [Part]

    package static let maximumLength = 900

    package init(_ template: String) throws(PolicyError) {
        guard template.utf8.count <= Self.maximumLength else { throw .templateLength(template.utf8.count) }
        guard template.utf8.allSatisfy(\.isPrintableASCII) else { throw .templateCharacters }
        guard template.utf8.contains(where: { $0 != 0x20 }) else { throw .templateBlank }
        var parts: [Part] = []
        var text = ""
        var rest = template[...]
        while let character = rest.popFirst() {
            if character == rest.first, character == "{" || character == "}" {
                text.append(rest.removeFirst())
            } else if character == "{" {
                parts += [.text(text), .variable(try Self.variable(&rest))]
                text = ""
            } else if character == "}" {
                throw .templateBrace(String(character))
            } else {
                text.append(character)
            }
        }
        self.parts = (parts + [.text(text)]).filter { $0 != .text("") }
    }

    /// The text with each variable's value in its place.
    func text(_ value: (Variable) -> String?) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .variable(let variable): value(variable) ?? "-"
            }
        }.joined()
    }

    private static func variable(_ rest: inout Substring) throws(PolicyError) -> Variable {
        guard let end = rest.firstIndex(of: "}") else { throw .templateBrace("{\(rest)") }
        let name = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        guard let variable = Variable(rawValue: name) else { throw .templateVariable(name) }
        return variable
    }
}

/// A header field of the admin's own.
package struct ExtraHeader: Sendable, Hashable {
    package let name: HeaderName
    package let template: HeaderTemplate

    /// Throws for a name that no field can have, and for one that has its own setting or carries the message itself.
    package init(name: String, template: HeaderTemplate) throws(PolicyError) {
        guard let field = HeaderName(name) else { throw .headerName(name) }
        guard !Self.reserved.contains(field), !OwnHeader.names.contains(field) else { throw .ownHeader(name) }
        self.name = field
        self.template = template
    }

    /// Fields that the message stands on (RFC 5322 section 3.6, RFC 2045): a second one would break it.
    private static let reserved: Set<HeaderName> = [
        "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject", "Message-ID", "In-Reply-To", "References",
        "Received", "Return-Path", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
    ]
}
