package import Filter
import NIOCore
package import Policy
import Pyzor
import Spamd

extension TamisSettings {
    /// What a filter is made from.
    ///
    /// - Parameters:
    ///   - hostName: who writes the headers.
    ///   - version: of Tamis, for X-Spam-Checker-Version.
    /// - Throws: when Pyzor's accounts file or the file of spamd's users cannot be read or has a line that cannot be used. Nothing
    ///   else is looked at; the files of `spamd.tls` are for the client.
    package func filterConfiguration(hostName: String, version: String) throws(SettingsError) -> FilterConfiguration {
        let policy = policyConfiguration(hostName: hostName, version: version, users: try spamdUsers())
        var configuration = FilterConfiguration(policy: policy)
        configuration.spamd = spamd.enabled ? spamd.clientConfiguration : nil
        configuration.pyzor = pyzor.enabled ? try pyzor.clientConfiguration() : nil
        configuration.digestRule = pyzor.digest
        configuration.maximumScanSize = limits.maxScanSize
        return configuration
    }

    /// What stands in the file that `spamd.users-file` names; nothing without one.
    ///
    /// - Throws: everything that is wrong with that file, each with its line.
    package func spamdUsers() throws(SettingsError) -> SpamdUserBook {
        guard let file = spamd.usersFile else { return SpamdUserBook() }
        return try SpamdUsersFile.load(file, key: "spamd.users-file")
    }

    /// What the policy is made from; `users` is what `spamdUsers()` gave.
    package func policyConfiguration(
        hostName: String,
        version: String,
        users: SpamdUserBook = SpamdUserBook()
    ) -> PolicyConfiguration {
        var policy = PolicyConfiguration(version: version, hostName: hostName)
        policy.mode = mode
        policy.score = score
        policy.actions = actions
        policy.exempt = exempt
        policy.recipients = recipients
        policy.mixed = mixed
        policy.headers = headers
        policy.unscanned = unscanned
        policy.spamdUser = SpamdUserRules(
            single: spamd.user,
            table: spamd.users,
            book: users,
            several: spamd.userForSeveral
        )
        return policy
    }
}

extension SpamdSection {
    /// The user is named per message, by the policy.
    fileprivate var clientConfiguration: SpamdClient.Configuration {
        SpamdClient.Configuration(
            servers: servers,
            timeout: TimeAmount(timeout),
            connectTimeout: TimeAmount(connectTimeout),
            hedges: hedge,
            maxConcurrent: maxConcurrent,
            compress: compress,
            tls: tls,
            limits: Limits(body: Self.largestAnswer)
        )
    }

    /// Rule names, a report or a message's header: some KiB. More is no answer to our questions (`limitExceeded`).
    private static let largestAnswer = 1 << 20
}

extension PyzorSection {
    fileprivate func clientConfiguration() throws(SettingsError) -> PyzorClient.Configuration {
        PyzorClient.Configuration(
            servers: servers,
            accounts: try accounts(),
            timeout: TimeAmount(timeout),
            cache: CheckCache.Policy(
                entries: cache.entries,
                found: TimeAmount(cache.found),
                notFound: TimeAmount(cache.notFound)
            )
        )
    }

    /// A line that pyzor would pass over is an error here: whoever wrote it believes that an account is used.
    private func accounts() throws(SettingsError) -> [PyzorServer: PyzorAccount] {
        guard let accountsFile else { return [:] }
        let key = "pyzor.accounts-file"
        let contents: FileContents<[PyzorServer: PyzorAccount]>
        do throws(PyzorError) {
            contents = try AccountsFile.load(accountsFile)
        } catch {
            throw SettingsError([SettingsProblem(file: accountsFile, place: nil, key: key, text: error.reason)])
        }
        let problems = contents.problems.map { problem in
            let place = Place(line: problem.line, column: 1)
            return SettingsProblem(file: problem.path, place: place, key: key, text: problem.reason)
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        return contents.value
    }
}

extension PyzorError {
    /// Why a file was not read, without its name.
    fileprivate var reason: String {
        if case .file(_, let reason) = self { reason } else { description }
    }
}
