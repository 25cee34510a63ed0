import Foundation
import Glibc

/// Where the rig finds what it runs.
package enum Programs {
    /// The package's own folder.
    static let root: String = (0..<3).reduce(#filePath) { path, _ in (path as NSString).deletingLastPathComponent }

    /// A script of ours.
    package static func script(_ name: String) -> String { "\(root)/scripts/\(name)" }

    /// The unpacked mail servers.
    static let mailServers = (ProcessInfo.processInfo.environment["TAMIS_MTA"] ?? "/var/cache/tamis/mta") + "/root"

    /// The folder of this package's executables: the test program lies in it. TAMIS_BUILD names another, for instance
    /// that of a release build.
    package static let buildFolder: String = {
        if let other = ProcessInfo.processInfo.environment["TAMIS_BUILD"] { return other }
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return ((own ?? CommandLine.arguments[0]) as NSString).deletingLastPathComponent
    }()

    /// Whether this process, and so what it starts of this package, was built with a sanitizer: then memory says nothing, for what
    /// was freed is kept for a while, and the programs hold symbols that are not ours.
    package static let isSanitized = ["__asan_init", "__tsan_init"].contains { (name: String) in dlsym(nil, name) != nil
    }

    /// An executable of this package.
    package static func built(_ name: String) -> String { "\(buildFolder)/\(name)" }

    /// Where a program of this machine lies; nil when it is not installed.
    package static func inPath(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs an executable of this package to its end: what it printed, on both outputs, and how it ended.
    package static func run(
        _ name: String,
        _ arguments: [String]
    ) throws -> (output: String, exit: ChildProcess.Exit) {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let process = try ChildProcess(built(name), arguments, output: folder.path("output"))
        defer { process.stop() }
        let exit = try process.wait()
        return (process.output, exit)
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
