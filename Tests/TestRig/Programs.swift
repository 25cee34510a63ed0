import Foundation
import Glibc

/// Where the rig finds what it runs.
package enum Programs {
    /// The package's own folder.
    static let root: String = (0..<3).reduce(#filePath) { path, _ in (path as NSString).deletingLastPathComponent }

    /// A script of ours that runs a server in the foreground.
    static func script(_ name: String) -> String { "\(root)/scripts/\(name)" }

    /// The unpacked mail servers.
    static let mailServers = (ProcessInfo.processInfo.environment["TAMIS_MTA"] ?? "/var/cache/tamis/mta") + "/root"

    /// An executable of this package: it lies beside the test program.
    package static func built(_ name: String) -> String {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return (own as NSString).deletingLastPathComponent + "/\(name)"
    }

    /// Postfix and Sendmail are unpacked, and we may run them: they begin as root.
    package static let canRunMailServers = getuid() == 0 && access("\(mailServers)/usr/sbin/postdrop", X_OK) == 0

    package static let canRunSpamd = access("/usr/sbin/spamd", X_OK) == 0
    package static let canRunPyzord = access("/usr/bin/pyzord", X_OK) == 0

    static let environment: [String: String] = {
        let tree = ProcessInfo.processInfo.environment["TAMIS_MTA"]
        return tree.map { ["TAMIS_MTA": $0] } ?? [:]
    }()
}
