package import Policy

/// All settings of the filter: one immutable value, made from one YAML file.
///
/// An empty file means `TamisSettings()`: every default stands in the struct of its section (that of the policy's sections in
/// the room Policy) and nowhere else. Each section declares its keys once (`schema`), and from that come reading, `sample`,
/// `keys` and `changes(to:)`. What the rooms are configured with is made of them by
/// `filterConfiguration(hostName:version:)`.
///
/// `TamisSettings.load(from:)` reads a file; `parse(_:named:)` does the same with bytes. Either gives settings that are
/// right in themselves (ranges, syntax, keys that need or exclude each other), with warnings, or a `SettingsError` that
/// lists everything that is wrong, each with file, line and column. Nothing outside the file is looked at: whether a socket's
/// folder exists or a server answers is for others to find out.
package struct TamisSettings: Equatable, Sendable {
    package var mode = PolicyConfiguration.Mode.enforce
    package var milter = MilterSection()
    package var spamd = SpamdSection()
    package var pyzor = PyzorSection()
    package var limits = LimitsSection()
    package var score = ScoreRules()
    /// What happens to spam; the highest step that is reached counts, alone.
    package var actions = [Step.tagAtRequired]
    package var exempt = ExemptRules()
    package var recipients: [RecipientRow] = []
    package var mixed = PolicyConfiguration.Mixed.mostLenient
    package var headers = HeaderRules()
    package var unscanned = UnscannedRules()
    /// The settings file of a second policy that is judged beside this one; nil for none.
    package var shadow: String?
    package var log = LogSection()

    package init() {}
}

/// Settings that were read, and what their writer should perhaps look at again.
package struct LoadedSettings: Equatable, Sendable {
    package let settings: TamisSettings
    /// In the order of the file.
    package let warnings: [SettingsProblem]
}

extension TamisSettings {
    /// Settings from the bytes of a file; `file` is only what errors call it.
    package static func parse(_ bytes: [UInt8], named file: String) throws(SettingsError) -> LoadedSettings {
        let source: SourceText
        do {
            source = try SourceText(bytes)
        } catch {
            throw SettingsError([SettingsProblem(file: file, place: error.place, key: nil, text: error.text)])
        }
        let tree = NodeBuilder.read(source)
        var reading = Reading(source)
        let settings = tree.root.map { read($0, &reading) } ?? TamisSettings()
        let syntax = tree.problems.map { SettingsProblem(file: file, place: $0.place, key: nil, text: $0.text) }
        let problems = syntax + reading.problems.map { $0.problem(in: file) }
        guard problems.isEmpty else { throw SettingsError(problems, hasMore: tree.hasMore || reading.hasMore) }
        let warnings = SettingsProblem.sorted(reading.warnings.map { $0.problem(in: file) })
        return LoadedSettings(settings: settings, warnings: warnings)
    }

    private static func read(_ root: Node, _ reading: inout Reading) -> TamisSettings {
        var settings = TamisSettings()
        switch root.content {
        case .mapping: _ = schema.read(root, into: &settings, under: "", &reading)
        case _ where root.isEmpty: break
        default: reading.refuse(root, "", expected: "keys such as \"mode: enforce\"")
        }
        return settings
    }
}

extension Reading.Notice {
    fileprivate func problem(in file: String) -> SettingsProblem {
        SettingsProblem(file: file, place: place, key: key.isEmpty ? nil : key, text: text)
    }
}
