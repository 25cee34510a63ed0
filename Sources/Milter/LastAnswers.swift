import CMilter

/// The answers to all that MTAs had sent at one moment, and whether they have left.
///
/// libmilter writes an answer after the session has given it. So a session that has answered its message does not mean that the
/// MTA knows; whoever leaves the process in between takes the answer along.
package struct LastAnswers: Sendable {
    private let mark = cmilter_mark_commands()

    /// Those to what was read of MTAs up to now.
    package init() {}

    /// How many are not written yet, those of callbacks that still run among them; nil when libmilter cannot be watched, and before
    /// the first MTA has come. An answer that is written may still be in the system's buffers, which outlive the process.
    package var owed: Int? {
        let count = cmilter_owed_answers(mark)
        return count < 0 ? nil : Int(count)
    }
}
