package import Policy

/// The second policy, from the file that `shadow` names: its sections score, actions, exempt, recipients, mixed, headers and unscanned
/// are used, and who spamd would be told if it names somebody. What that file leaves out is the default there too. Its mode, all that
/// asks scanners, and who spamd is told where it names nobody, are this file's.
package struct ShadowSettings: Equatable, Sendable {
    package let file: String
    package let settings: TamisSettings
    /// What its own `spamd.users-file` holds.
    package let users: SpamdUserBook
    /// Its own, and what of it does not count here.
    package let warnings: [SettingsProblem]
}

extension TamisSettings {
    /// Reads the file that `shadow` names; nil without one.
    ///
    /// - Throws: everything that is wrong with that file, and with the file of users that it names.
    package func loadShadow() throws(SettingsError) -> ShadowSettings? {
        guard let shadow else { return nil }
        let loaded = try TamisSettings.load(from: shadow, key: "shadow")
        var settings = loaded.settings
        if !settings.spamd.namesUsers { settings.spamd.takeUsers(of: spamd) }
        return ShadowSettings(
            file: shadow,
            settings: settings,
            users: try settings.spamdUsers(),
            warnings: loaded.warnings + warnings(beside: settings, in: shadow)
        )
    }

    /// Reads the files that are parts of these settings, `shadow` and `spamd.users-file`, as start and reload will.
    ///
    /// - Returns: the warnings.
    /// - Throws: everything that is wrong with them.
    package func checkParts() throws(SettingsError) -> [SettingsProblem] {
        var errors: [SettingsError] = []
        var warnings: [SettingsProblem] = []
        do throws(SettingsError) { _ = try spamdUsers() } catch { errors.append(error) }
        do throws(SettingsError) { warnings = try loadShadow()?.warnings ?? [] } catch {
            // A file of users that both use is told of once.
            if !errors.contains(error) { errors.append(error) }
        }
        if !errors.isEmpty { throw SettingsError(joining: errors) }
        return warnings
    }

    /// What the second policy is made from; the mode is this file's.
    package func policyConfiguration(
        of shadow: ShadowSettings,
        hostName: String,
        version: String
    ) -> PolicyConfiguration {
        var policy = shadow.settings.policyConfiguration(hostName: hostName, version: version, users: shadow.users)
        policy.mode = mode
        return policy
    }

    private func warnings(beside other: TamisSettings, in file: String) -> [SettingsProblem] {
        func warning(_ key: String?, _ text: String) -> SettingsProblem {
            SettingsProblem(file: file, place: nil, key: key, text: text)
        }
        var warnings: [SettingsProblem] = []
        let ignored = ignoredKeys(of: other)
        if !ignored.isEmpty {
            warnings.append(warning(nil, "does not count in a second policy: \(ignored.joined(separator: ", "))"))
        }
        let lacks = "in this second policy, and spamd is not asked for it"
        if other.headers.report != .never, headers.report == .never || !headers.takeOver.isEmpty {
            warnings.append(warning("headers.report", "is on \(lacks); other headers and actions are compared"))
        }
        if !other.headers.takeOver.isEmpty, headers.takeOver.isEmpty {
            warnings.append(warning("headers.take-over", "is set \(lacks); other headers and actions are compared"))
        }
        if !spamd.hasUsers(of: other.spamd) {
            warnings.append(
                warning("spamd.user", "differs in this second policy, and spamd is asked for the user of the first one")
            )
        }
        return warnings
    }

    /// The keys that the other file sets to something of its own and that a shadow policy does not use.
    private func ignoredKeys(of other: TamisSettings) -> [String] {
        let own = Set(changes(to: other).map(\.key))
        return TamisSettings().changes(to: other).map(\.key).filter { own.contains($0) && !Self.isOfPolicy($0) }
    }

    private static func isOfPolicy(_ key: String) -> Bool {
        let sections = ["score", "actions", "exempt", "recipients", "mixed", "headers", "unscanned"]
        return sections.contains { key == $0 || key.hasPrefix("\($0).") } || key.hasPrefix("spamd.user")
    }
}

extension SpamdSection {
    /// Whether anybody is named to spamd.
    fileprivate var namesUsers: Bool { !hasUsers(of: SpamdSection()) }

    fileprivate func hasUsers(of other: SpamdSection) -> Bool {
        user == other.user && userForSeveral == other.userForSeveral && users == other.users
            && usersFile == other.usersFile
    }

    fileprivate mutating func takeUsers(of other: SpamdSection) {
        user = other.user
        userForSeveral = other.userForSeveral
        users = other.users
        usersFile = other.usersFile
    }
}
