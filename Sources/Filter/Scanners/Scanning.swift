package import NIOCore
package import Policy

/// One way to ask a scanner about a message. A conformer is a scanner's file in this folder.
///
/// `scan` never throws and never outlives its deadline: a scanner that cannot answer is `silent` with a reason, and one that was not
/// asked is `skipped`. Cancelling the Task ends the question at once.
package protocol Scanning<Answer>: Sendable {
    associatedtype Answer: Sendable & Equatable

    func scan(_ question: ScanQuestion, deadline: NIODeadline) async -> ScannerReport<Answer>
}

/// What scanners are asked about: the copy of a message, and for whom.
package struct ScanQuestion: Sendable {
    package let copy: ScanCopy
    /// Whose settings spamd shall use; nil for nobody's.
    package let user: String?

    package init(copy: ScanCopy, user: String?) {
        self.copy = copy
        self.user = user
    }
}

/// Runs `ask` and notes how long it took.
func timed<Answer>(_ ask: () async -> ScannerReport<Answer>) async -> ScannerReport<Answer> {
    let start = NIODeadline.now()
    var report = await ask()
    report.milliseconds = start.millisecondsUntilNow
    return report
}
