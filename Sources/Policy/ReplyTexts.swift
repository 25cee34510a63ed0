package import Mail

/// What clients are told where the settings name no text of their own.
package struct ReplyTexts: Sendable, Equatable {
    package var reject = Self.constant("550 5.7.1 Message rejected as spam")
    package var tempfail = Self.constant("451 4.7.1 Try again later")
    /// When Tamis has too much to do, and while it drains.
    package var busy = Self.constant("451 4.3.2 Filter busy, try again later")
    package var scannerSilent = Self.constant("451 4.7.1 Spam check not available, try again later")
    /// For a header with more fields than can be handled (RFC 3463 section 3.4: message too big for system).
    package var excessiveHeader = Self.constant("552 5.3.4 Message header has too many fields")
    /// For the recipients of another group, with `mixed: split`.
    package var split = Self.constant("452 4.5.3 Please send to the other recipients separately")

    package init() {}

    /// A reply that stands in the source. A wrong one stops every test of this room.
    private static func constant(_ text: StaticString) -> Reply {
        do {
            return try Reply("\(text)")
        } catch {
            preconditionFailure("\(text): \(error)")
        }
    }
}
