import Testing

/// A column of the table: who speaks milter with Tamis.
enum Column: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case postfix = "Postfix"
    case sendmail = "Sendmail"
    /// A stand-in of ours, which performs the edits as the protocol's documents say.
    case peer = "scripted peer"

    var testDescription: String { rawValue }
}
