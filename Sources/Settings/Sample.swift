extension TamisSettings {
    /// The sample file: every key with its default and its help. Reading it gives `TamisSettings()`.
    ///
    /// A line that begins with `#` and no blank is an example that can be taken as it stands by removing the `#`.
    package static let sample: String = {
        let opening = [
            "# Settings of Tamis. Every key is shown with its default, so an empty file means the same as this one.",
            "# Text behind \"# \" explains; a \"#\" without a blank stands before an example of another value.",
            "# Check a change with: tamisd check-config",
        ]
        var lines = opening
        for line in schema.sample(of: TamisSettings()) {
            let startsKey = !line.hasPrefix(" ") && (line.hasPrefix("# ") || !line.hasPrefix("#"))
            let followsHelp = lines.last?.hasPrefix("# ") == true && lines.count > opening.count
            if startsKey, !followsHelp { lines.append("") }
            lines.append(line)
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// Every key in the order of the file, for a manual.
    package static let keys: [KeyDescription] = schema.describe(TamisSettings(), under: "")

    /// The dotted names of all keys.
    static let keyNames = keys.map(\.name)
}
