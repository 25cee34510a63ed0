import Testing

@testable import Settings

/// A file's text and every line that is said about it.
struct Case: CustomTestStringConvertible, Sendable {
    let text: String
    let lines: [String]

    init(_ text: String, _ lines: String...) {
        self.text = text
        self.lines = lines
    }

    var testDescription: String { text.debugDescription }
}

/// The settings of a file that is right, without a warning.
func settings(_ text: String, _ location: Testing.SourceLocation = #_sourceLocation) throws -> TamisSettings {
    let loaded = try TamisSettings.parse(Array(text.utf8), named: "t")
    #expect(loaded.warnings == [], sourceLocation: location)
    return loaded.settings
}

/// What is wrong with a file; empty when nothing is.
func problems(_ text: String) -> [String] { problems(Array(text.utf8)) }

func problems(_ bytes: [UInt8]) -> [String] {
    do throws(SettingsError) {
        _ = try TamisSettings.parse(bytes, named: "t")
        return []
    } catch {
        return error.description.split(separator: "\n").map(String.init)
    }
}

/// The warnings of a file that is right; nil for one that is wrong.
func warnings(_ text: String) -> [String]? {
    try? TamisSettings.parse(Array(text.utf8), named: "t").warnings.map(\.description)
}
