package import Filter
import Mail
import NIOCore
import Policy
import Pyzor
import Spamd

extension TamisSettings {
    /// What a filter is made from. Addresses were checked when the file was read; what still can fail is a file that the
    /// settings name.
    ///
    /// - Parameters:
    ///   - hostName: who writes the headers.
    ///   - version: of Tamis, for X-Spam-Checker-Version.
    package func filterConfiguration(hostName: String, version: String) throws(SettingsError) -> FilterConfiguration {
        do {
            var configuration = FilterConfiguration(policy: try policyConfiguration(hostName, version))
            configuration.spamd = spamd.enabled ? try spamd.clientConfiguration() : nil
            configuration.pyzor = pyzor.enabled ? try pyzor.clientConfiguration() : nil
            configuration.digestRule = pyzor.digest == .older ? .pyzor1_0 : .pyzor1_1
            configuration.maximumScanSize = limits.maxScanSize
            return configuration
        } catch {
            throw SettingsError([SettingsProblem(file: "settings", place: nil, key: nil, text: "\(error)")])
        }
    }
}

extension SpamdSection {
    fileprivate func clientConfiguration() throws -> SpamdClient.Configuration {
        SpamdClient.Configuration(
            servers: try servers.map { try SpamdServer($0.description) },
            timeout: TimeAmount(timeout),
            connectTimeout: TimeAmount(connectTimeout),
            maxConcurrent: maxConcurrent,
            compress: compress,
            tls: TLSOptions(
                authorities: tls.caFile,
                certificate: tls.certFile,
                key: tls.keyFile,
                keyPassword: tls.keyPasswordFile.map { .file($0) },
                verification: TLSOptions.Verification(rawValue: tls.verify.rawValue) ?? .full
            )
        )
    }
}

extension PyzorSection {
    fileprivate func clientConfiguration() throws -> PyzorClient.Configuration {
        PyzorClient.Configuration(
            servers: try servers.map { try PyzorServer($0.description) },
            timeout: TimeAmount(timeout),
            cache: CheckCache.Policy(
                entries: cache.entries,
                found: TimeAmount(cache.found),
                notFound: TimeAmount(cache.notFound)
            )
        )
    }
}
