/// A key whose value differs between two settings: what reload tells in its log line.
package struct SettingsChange: Equatable, Sendable, CustomStringConvertible {
    /// The dotted name, `spamd.timeout`.
    package let key: String
    /// Both values as they stand in a file; empty for none.
    package let old: String
    package let new: String
    /// Whether the running daemon keeps the old value until it is started anew.
    package let needsRestart: Bool

    package var description: String { "\(key): \(old.isEmpty ? "none" : old) -> \(new.isEmpty ? "none" : new)" }
}

extension TamisSettings {
    /// The keys whose values differ, in the order of the settings file; empty for equal settings.
    package func changes(to new: TamisSettings) -> [SettingsChange] {
        Self.schema.changes(from: self, to: new, under: "")
    }
}
