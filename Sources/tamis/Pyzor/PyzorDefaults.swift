import Glibc
import NIOCore
import Pyzor
import Settings

/// What the settings file says about Pyzor, for commands that are not told on the command line.
struct PyzorDefaults {
    var servers = [PyzorServer.standard]
    var accountsFile: String?
    var timeout = TimeAmount.seconds(3)
    var rule = DigestRule.pyzor1_1

    /// Reads a settings file; the usual one only if it is there.
    static func load(_ path: String?) throws(PyzorFailure) -> PyzorDefaults {
        let usual = "/etc/tamis/tamis.yaml"
        guard path != nil || access(usual, F_OK) == 0 else { return PyzorDefaults() }
        do {
            let section = try TamisSettings.load(from: path ?? usual).settings.pyzor
            return PyzorDefaults(
                servers: section.servers,
                accountsFile: section.accountsFile,
                timeout: TimeAmount(section.timeout),
                rule: section.digest
            )
        } catch {
            throw PyzorFailure(kind: "settings", message: "\(error)", exitStatus: 78)
        }
    }
}
