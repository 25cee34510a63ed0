import Mail

/// What is written before the subject of spam: `[SPAM]`. Empty means that subjects are left alone.
package struct SubjectTag: Sendable, Hashable, CustomStringConvertible {
    /// Without blanks at the ends; one blank parts it from the subject.
    package let description: String

    package static let none = SubjectTag(checked: "")
    package static let maximumLength = 100

    /// Throws for more than 100 characters and for anything but visible ASCII and blanks.
    package init(_ text: some StringProtocol) throws(PolicyError) {
        guard text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy(\.isPrintableASCII) else {
            throw .subjectTag(String(text))
        }
        self.init(checked: String(decoding: Bytes(text.utf8)[...].trimmingBlanks, as: UTF8.self))
    }

    private init(checked text: String) {
        description = text
    }

    package var isEmpty: Bool { description.isEmpty }

    /// The edit that marks a message whose first Subject is this; nil when there is nothing to do.
    ///
    /// The received bytes stay as they are behind the tag, encoded words and folds too. A subject that begins with the tag
    /// already is left alone, and so is one whose bytes were not kept (past the header limit). A missing one is added.
    func edit(of subject: MessageFacts.Subject) -> Modification? {
        guard !isEmpty else { return nil }
        switch subject {
        case .unknown: return nil
        case .missing: return .addHeader(name: "Subject", value: HeaderValue(description))
        case .present(let received):
            let text = received.drop { $0.isBlank || $0 == 0x0A || $0 == 0x0D }
            if text.starts(with: description.utf8) { return nil }
            let value = HeaderValue(prefix: HeaderValue("\(description) "), received: text)
            return .changeHeader(name: "Subject", index: 1, value: value)
        }
    }
}
