import Policy

@testable import Settings

extension FuzzTarget {
    /// A settings file: settings that can be printed and read again, or lines that say what is wrong and where.
    static let settings = FuzzTarget(name: "settings") { bytes in
        do throws(SettingsError) {
            let loaded = try TamisSettings.parse(bytes, named: "fuzz.yaml")
            for warning in loaded.warnings { checkLine(warning.description) }
            _ = TamisSettings().changes(to: loaded.settings)
            demand(loaded.settings.changes(to: loaded.settings).isEmpty, "settings do not differ from themselves")
            checkRoundTrip(loaded.settings)
        } catch {
            checkProblems(error, in: bytes)
        }
    }
}

private func checkProblems(_ error: SettingsError, in bytes: [UInt8]) {
    demand((1...SettingsError.maximumProblems).contains(error.problems.count), "there is a reason")
    let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 2
    for problem in error.problems {
        checkLine(problem.description)
        if let place = problem.place {
            demand(place.line >= 1 && place.line <= lines && place.column >= 1, "its place is in the file: \(problem)")
        }
    }
}

private func checkLine(_ text: String) {
    demand(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "a problem is one line: \(text)")
    demand(text.utf8.count <= 8_000, "a problem is told shortly: \(text.utf8.count) bytes")
}

private func checkRoundTrip(_ settings: TamisSettings) {
    // A template prints as it was written, which is not kept.
    guard settings.headers.extra.isEmpty else { return }
    let text = TamisSettings.schema.sample(of: settings).joined(separator: "\n")
    do throws(SettingsError) {
        let again = try TamisSettings.parse(Array(text.utf8), named: "printed.yaml")
        demand(again.settings == settings, "printed settings mean the same:\n\(text)")
    } catch {
        broken("printed settings are read again: \(error)\n\(text)")
    }
}
