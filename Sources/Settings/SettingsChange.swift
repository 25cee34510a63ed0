/// A key whose value differs between two settings: what reload tells in its log line.
package struct SettingsChange: Equatable, Sendable, CustomStringConvertible {
    /// The dotted name, `spamd.timeout`.
    package let key: String
    /// Both values as they stand in a file; empty for none.
    package let old: String
    package let new: String
    /// Whether the running daemon keeps the old value until it is started anew.
    package let needsRestart: Bool

    /// A key that names a file in which something has changed, though the key has not.
    package static func contents(of key: String) -> SettingsChange {
        SettingsChange(key: key, old: "", new: "", needsRestart: false)
    }

    /// `spamd.timeout: 40s -> 30s`; long values are cut.
    package var description: String {
        let texts = [old, new].map { $0.isEmpty ? "none" : printable($0, limit: 200) }
        return "\(key): \(texts[0]) -> \(texts[1])"
    }
}

extension TamisSettings {
    /// The keys whose values differ, in the order of the settings file; empty for equal settings.
    package func changes(to new: TamisSettings) -> [SettingsChange] {
        Self.schema.changes(from: self, to: new, under: "")
    }
}
