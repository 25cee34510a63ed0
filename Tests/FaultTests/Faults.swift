import Foundation
import TestRig
import Testing

/// The fault matrix: what can go wrong around the daemon, done to it on purpose while mail goes through a real Postfix.
///
/// Each test is a row: it says what is expected, what was seen, and counts the messages (`FaultRow`). `make faults` runs
/// all rows and prints them as a table; `make test` runs those that take a moment and leaves out the heavy ones.
///
/// One row at a time: they share a Postfix, and measure how long a message waits.
@Suite(
    .serialized,
    .ownThread,
    .notesIssues,
    .enabled(if: Programs.canRunMailServers, "private mail servers need root and scripts/install-packages")
)
enum Faults {}

extension Faults {
    /// Whether the whole matrix is asked for.
    static let isWhole = ProcessInfo.processInfo.environment["TAMIS_FAULTS"] != nil

    /// The one Postfix of all rows: default_action=tempfail, as the documentation tells the admin to have it.
    static let postfix = Result { try Postfix() }
}

extension Trait where Self == ConditionTrait {
    /// A row that takes too long for `make test`.
    static var heavy: ConditionTrait { .enabled(if: Faults.isWhole, "a heavy row: make faults runs it") }
}
