import Foundation
import TestRig
import Testing

/// Every promise of the manual, put to the test on real Postfix, on real Sendmail and on a played mail server.
///
/// A promise is a row of `Promise.all`. The columns run side by side, the rows of a column one after another: they share mail
/// servers and, as far as their settings are the same, one Tamis. Each row that ends in a delivery is compared with what the same
/// server makes of the same message without Tamis: nothing but our edits may differ, no byte of the body and no field.
@Suite(
    .ownThread,
    .enabled(if: Programs.canRunMailServers, "private mail servers need root and scripts/install-packages")
)
struct ConformanceTests {
    @Suite(.serialized) struct OnPostfix {
        @Test(arguments: Promise.rows(.postfix))
        func `Postfix sees this promise kept`(_ promise: Promise) { tried(promise, .postfix) }
    }

    @Suite(.serialized) struct OnSendmail {
        @Test(arguments: Promise.rows(.sendmail))
        func `Sendmail sees this promise kept`(_ promise: Promise) { tried(promise, .sendmail) }
    }

    @Suite(.serialized) struct OnScriptedPeer {
        @Test(arguments: Promise.rows(.peer))
        func `a scripted peer sees this promise kept`(_ promise: Promise) { tried(promise, .peer) }
    }
}

private func tried(_ promise: Promise, _ column: Column) {
    let complaints = Theatre.all[column]?.complaints(about: promise) ?? ["no such column"]
    Report.note(promise, column, isKept: complaints.isEmpty)
    for complaint in complaints { Issue.record("\(complaint)") }
}
