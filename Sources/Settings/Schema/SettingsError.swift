/// One thing that an admin should mend, or at least know of: where, which key, and what was expected.
package struct SettingsProblem: Equatable, Sendable, CustomStringConvertible {
    /// The file as it was named by whoever asked for it.
    package let file: String
    /// Nil when it concerns the file as a whole.
    package let place: Place?
    /// The dotted name of the key, `spamd.timeout`; nil when it concerns none.
    package let key: String?
    package let text: String

    /// `file:line:col: spamd.timeout: expected a duration such as 40s, found "forty"`: one line, without controls.
    package var description: String {
        let position = place.map { ":\($0)" } ?? ""
        let subject = key.map { printable($0, limit: 120) + ": " } ?? ""
        return "\(printable(file, limit: 4096))\(position): \(subject)\(printable(text, limit: 1000))"
    }
}

/// Why no settings could be made of a file: everything that is wrong with it, in the order of the file.
package struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// At least one, at most `maximumProblems`.
    package let problems: [SettingsProblem]
    /// Whether there was more than is told.
    package let hasMore: Bool

    /// More than these help nobody.
    package static let maximumProblems = 100

    /// Sorts by place; what concerns the whole file comes first.
    init(_ problems: [SettingsProblem], hasMore: Bool = false) {
        self.problems = Array(SettingsProblem.sorted(problems).prefix(Self.maximumProblems))
        self.hasMore = hasMore || problems.count > Self.maximumProblems
    }

    /// What is wrong with several files, one after another.
    init(joining errors: [SettingsError]) {
        let all = errors.flatMap(\.problems)
        problems = Array(all.prefix(Self.maximumProblems))
        hasMore = all.count > Self.maximumProblems || errors.contains { $0.hasMore }
    }

    /// One line for each problem, without a line end behind the last.
    package var description: String {
        let lines = problems.map(\.description)
        return (hasMore ? lines + ["and more"] : lines).joined(separator: "\n")
    }
}

extension SettingsProblem {
    static func sorted(_ problems: [SettingsProblem]) -> [SettingsProblem] {
        let start = Place(line: 0, column: 0)
        return problems.enumerated().sorted { left, right in
            (left.element.place ?? start, left.offset) < (right.element.place ?? start, right.offset)
        }.map(\.element)
    }
}
