import Foundation
import Synchronization
import Testing

/// What became of the messages of a row.
struct Tally: Equatable, Sendable {
    /// Different messages that were sent, however often each was tried.
    var sent = 0
    /// Those whose last try was answered, whatever the answer: no connection was left without one.
    var answered = 0
    /// Those of which a copy lies in the mailbox, or which were held.
    var delivered = 0
    /// Those that were accepted and then lie nowhere.
    var lost = 0
    /// Those that were delivered with `unscanned=spamd:`: nobody could judge them, and they say so.
    var unscanned = 0
    /// Those that were delivered without a word from the daemon.
    var unfiltered = 0
    /// Tries that were put off, to be repeated.
    var deferrals = 0
    /// The longest wait between the end of a message and its answer.
    var longestWait = Duration.zero

    static func + (left: Tally, right: Tally) -> Tally {
        Tally(
            sent: left.sent + right.sent,
            answered: left.answered + right.answered,
            delivered: left.delivered + right.delivered,
            lost: left.lost + right.lost,
            unscanned: left.unscanned + right.unscanned,
            unfiltered: left.unfiltered + right.unfiltered,
            deferrals: left.deferrals + right.deferrals,
            longestWait: max(left.longestWait, right.longestWait)
        )
    }
}

/// A row of the fault matrix: what is expected, what was seen, and the count of messages.
final class FaultRow {
    private let title: String
    private let expected: String
    private var seen: [String] = []
    private(set) var tally: Tally?
    private let issuesBefore = IssueCount.shared.value
    private let start = ContinuousClock.now

    private init(_ title: String, _ expected: String) {
        self.title = title
        self.expected = expected
    }

    /// Runs a row, and writes it down, however it ends.
    ///
    /// - Parameter title: the test's own name without.
    static func run(
        _ title: String? = nil,
        expecting expected: String,
        _ body: (FaultRow) async throws -> Void
    ) async throws {
        let name = Test.current?.name.trimmingCharacters(in: ["`", "(", ")"])
        let row = FaultRow(title ?? name ?? "?", expected)
        do {
            try await body(row)
        } catch {
            row.note("error: \(error)")
            row.write(isFailed: true)
            throw error
        }
        row.write(isFailed: IssueCount.shared.value != row.issuesBefore)
    }

    /// Puts down what was seen.
    func note(_ text: String) { seen.append(text) }

    /// Adds messages to the row. None of them may be lost, none left without an answer, and none come through without a word.
    func count(_ tally: Tally) {
        #expect(tally.answered == tally.sent)
        #expect(tally.lost == 0)
        #expect(tally.unfiltered == 0)
        self.tally = (self.tally ?? Tally()) + tally
    }

    private func write(isFailed: Bool) {
        guard let path = ProcessInfo.processInfo.environment["TAMIS_FAULTS"], path.hasPrefix("/") else { return }
        var counts = Array(repeating: "-", count: 6)
        if let tally {
            counts = [
                tally.sent, tally.answered, tally.delivered, tally.lost, tally.unscanned, tally.deferrals,
            ].map(String.init)
            seen.append("longest wait \(tally.longestWait.rounded)")
        }
        let result = isFailed ? "FAILED" : "ok"
        let fields =
            [result, title] + counts + [(ContinuousClock.now - start).rounded, expected, seen.joined(separator: "; ")]
        let line =
            fields.map { $0.replacing("\t", with: " ").replacing("\n", with: " ") }.joined(separator: "\t") + "\n"
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        file.seekToEndOfFile()
        file.write(Data(line.utf8))
    }
}

extension Duration {
    /// Seconds with two decimals.
    var rounded: String {
        let hundredths = components.seconds * 100 + components.attoseconds / 10_000_000_000_000_000
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)s"
    }
}

/// How many expectations have failed so far: a row learns from it whether one of its own did.
final class IssueCount: Sendable {
    static let shared = IssueCount()
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}

extension Trait where Self == IssueHandlingTrait {
    /// Counts failed expectations and changes none.
    static var notesIssues: IssueHandlingTrait {
        .compactMapIssues { issue in
            IssueCount.shared.add()
            return issue
        }
    }
}
