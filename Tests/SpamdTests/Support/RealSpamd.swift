import Foundation
import TestRig
import Testing

@testable import Spamd

/// A spamd of SpamAssassin's, started for a suite in a folder of its own and stopped after it.
///
/// It listens on free ports of loopback and on a unix socket, does local tests only, and allows TELL. It ends with the test
/// process, however that ends.
struct RealSpamd: Sendable {
    let tcp: SpamdServer
    let unix: SpamdServer
    let tls: SpamdServer
    let certificates: Certificates

    static let isInstalled = Command.path("spamd") != nil && Certificates.isPossible

    /// The one of the suite that is running.
    @TaskLocal static var current: RealSpamd?

    struct NotStarted: Error {
        let log: String
    }

    /// Starts one, hands it to the body, and stops it.
    static func with(clientCertificates: Bool, _ body: (RealSpamd) async throws -> Void) async throws {
        guard let certificates = Certificates.shared else { throw NotStarted(log: "no certificates") }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tamis-\(UUID().uuidString.prefix(8))"
        ).path
        try prepare(folder)
        let process = try ChildProcess(
            Command.path("spamd") ?? "spamd",
            arguments(in: folder, certificates, clientCertificates),
            output: folder + "/log"
        )
        defer {
            process.stop()
            try? FileManager.default.removeItem(atPath: folder)
        }
        try await body(ready(in: folder, certificates))
    }

    private static func prepare(_ folder: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: folder + "/bayes", withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: "/etc/spamassassin") where name.hasSuffix(".pre") {
            try files.copyItem(atPath: "/etc/spamassassin/\(name)", toPath: "\(folder)/\(name)")
        }
        let settings = "bayes_path \(folder)/bayes/db\nbayes_auto_learn 0\nreport_safe 0\n"
        try settings.write(toFile: folder + "/local.cf", atomically: true, encoding: .utf8)
        if getuid() == 0 { try Command.run("chown", ["-R", "nobody", folder]) }
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    }

    private static func arguments(in folder: String, _ certificates: Certificates, _ verify: Bool) -> [String] {
        var arguments = ["-L", "-x", "-m", "3", "--min-children=3", "--allow-tell"]
        arguments += ["--siteconfigpath=\(folder)", "--listen", "127.0.0.1:0", "--listen", "ssl:127.0.0.1:0"]
        arguments += ["--listen", "\(folder)/spamd.sock", "--socketmode=0666", "-s", "stderr", "-r", "\(folder)/pid"]
        arguments += ["--server-cert", certificates.server, "--server-key", certificates.serverKey]
        if verify { arguments += ["--ssl-verify", "--ssl-ca-file", certificates.authority] }
        if getuid() == 0 { arguments += ["-u", "nobody"] }
        return arguments
    }

    /// Waits until it says that its children are there, and finds its ports.
    private static func ready(in folder: String, _ certificates: Certificates) async throws -> RealSpamd {
        let log = { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }
        do {
            try await eventually("spamd") { log().contains("child states: I") }
            let pid = try String(contentsOfFile: folder + "/pid", encoding: .utf8).filter(\.isNumber)
            // The system's table is not read at one moment, so a row may be missing while others come and go.
            var ports: [Int] = []
            try await eventually("ports of spamd") {
                ports = (try? listeningPorts(ofProcess: pid)) ?? []
                return ports.count == 2
            }
            return try RealSpamd(
                tcp: .tcp(host: "127.0.0.1", port: ports[0]),
                unix: .unix(path: folder + "/spamd.sock"),
                tls: .tls(host: "127.0.0.1", port: ports[1]),
                certificates: certificates
            )
        } catch is WaitedTooLong {
            throw NotStarted(log: log())
        }
    }

    /// Files of /proc come a page a read and have no size, which Foundation takes for their end.
    private static func wholeOfProcFile(_ path: String) -> String {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var (bytes, page) = ([UInt8](), [UInt8](repeating: 0, count: 4_096))
        while case let count = read(file, &page, page.count), count > 0 { bytes += page.prefix(count) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The TCP ports that the process listens on, in the order in which it opened them.
    private static func listeningPorts(ofProcess pid: String) throws -> [Int] {
        let table = wholeOfProcFile("/proc/net/tcp").split(separator: "\n").dropFirst()
        let rows = table.map { $0.split(separator: " ") }.filter { $0.count > 9 && $0[3] == "0A" }
        let ports = Dictionary(
            rows.map { (String($0[9]), Int($0[1].split(separator: ":")[1], radix: 16) ?? 0) },
            uniquingKeysWith: { first, _ in first }
        )
        let folder = "/proc/\(pid)/fd"
        let open = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap(Int.init).sorted()
        return open.compactMap { number in
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(number)"),
                target.hasPrefix("socket:[")
            else { return nil }
            return ports[String(target.dropFirst(8).dropLast())]
        }
    }
}

/// Runs a suite with a real spamd as ``RealSpamd/current``.
struct WithRealSpamd: SuiteTrait, TestScoping {
    var clientCertificates = false

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing body: @Sendable () async throws -> Void
    ) async throws {
        try await RealSpamd.with(clientCertificates: clientCertificates) { spamd in
            try await RealSpamd.$current.withValue(spamd) { try await body() }
        }
    }
}
