import Testing

/// A column of the table: who speaks milter with Tamis.
enum Column: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case postfix = "Postfix"
    case sendmail = "Sendmail"
    /// A stand-in of ours, which performs the edits as the protocol's documents say.
    case peer = "scripted peer"

    var testDescription: String { rawValue }
}

/// How a mail server is set up; each server is started once for each of these that a promise asks for.
enum Wiring: String, CaseIterable, Sendable {
    /// Tamis alone.
    case alone
    /// smtpd and cleanup in a chroot, local mail filtered too, an access map that prepends, checks of milters' headers.
    case debian
    /// A milter before Tamis and one behind it.
    case neighbours
}
