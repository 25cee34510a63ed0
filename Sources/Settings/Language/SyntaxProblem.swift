/// Something that is wrong with the file as YAML or as text, before any key has been looked at.
struct SyntaxProblem: Error, Equatable, Sendable {
    /// Nil when it concerns the file as a whole.
    let place: Place?
    let text: String

    init(_ place: Place?, _ text: String) {
        self.place = place
        self.text = text
    }
}
