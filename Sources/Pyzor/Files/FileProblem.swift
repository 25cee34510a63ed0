/// A line of a file that could not be used and was left out; the rest of the file counts.
public struct FileProblem: Hashable, Sendable, CustomStringConvertible {
    /// The file as it was named.
    public let path: String
    /// Counted from 1.
    public let line: Int
    public let reason: String

    public var description: String { "\(path):\(line): \(reason)" }
}

/// What a file says, and which lines of it were left out.
public struct FileContents<Value: Sendable & Hashable>: Hashable, Sendable {
    public let value: Value
    public let problems: [FileProblem]

    public init(_ value: Value, problems: [FileProblem] = []) {
        self.value = value
        self.problems = problems
    }
}

/// Text files in pieces: what all of pyzor's files have in common.
package enum TextLines {
    /// The lines of a text with their numbers from 1, without line ends.
    package static func numbered(_ text: String) -> [(number: Int, text: Substring)] {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        return zip(1..., lines).map { ($0, $1) }
    }

    /// Without blanks at both ends.
    package static func trimmed(_ text: some StringProtocol) -> String {
        var rest = Substring(text)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
