import NIOCore
package import Policy
package import Pyzor
package import Spamd

extension TamisSettings {
    /// What the policy is configured with. `version` and `hostName` are what X-Spam-Checker-Version says.
    package func policy(version: String, hostName: String) -> PolicyConfiguration {
        var policy = PolicyConfiguration(version: version, hostName: hostName)
        policy.mode = mode
        policy.score = score
        policy.actions = actions
        policy.exempt = exempt
        policy.recipients = recipients
        policy.mixed = mixed
        policy.headers = headers
        policy.unscanned = unscanned
        policy.spamdUser = SpamdUserRules(single: spamd.user, several: spamd.userForSeveral)
        return policy
    }
}

extension SpamdSection {
    /// What the spamd client is configured with. The user is named per message, by the policy.
    package func configuration(observer: SpamdObserver? = nil) -> SpamdClient.Configuration {
        SpamdClient.Configuration(
            servers: servers,
            timeout: TimeAmount(timeout),
            connectTimeout: TimeAmount(connectTimeout),
            maxConcurrent: maxConcurrent,
            compress: compress,
            tls: tls,
            observer: observer
        )
    }
}

extension PyzorSection {
    /// What the Pyzor client is configured with. `accounts` are those of `accountsFile`, which is for the caller to read.
    package func configuration(accounts: [PyzorServer: PyzorAccount] = [:]) -> PyzorClient.Configuration {
        PyzorClient.Configuration(
            servers: servers,
            accounts: accounts,
            timeout: TimeAmount(timeout),
            cache: CheckCache.Policy(
                entries: cache.entries,
                found: TimeAmount(cache.found),
                notFound: TimeAmount(cache.notFound)
            )
        )
    }
}
