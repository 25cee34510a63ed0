import Foundation
import TestRig

/// Certificates made for one test run, by openssl, in a folder of their own.
///
/// An authority, a server's certificate for `localhost` and 127.0.0.1, a client's with a plain and an encrypted key, and a second
/// authority that signed nothing.
struct Certificates: Sendable {
    let folder: String

    static let password = "open sesame"
    static let isPossible = Command.path("openssl") != nil

    /// Made at the first use.
    static let shared: Certificates? = try? Certificates()

    var authority: String { folder + "/ca.pem" }
    var otherAuthority: String { folder + "/other.pem" }
    var server: String { folder + "/server.pem" }
    var serverKey: String { folder + "/server.key" }
    var client: String { folder + "/client.pem" }
    var clientKey: String { folder + "/client.key" }
    var encryptedKey: String { folder + "/client-encrypted.key" }
    var passwordFile: String { folder + "/password" }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tamis-tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try authority(named: "ca")
        try authority(named: "other")
        try certificate("server", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        try certificate("client", "extendedKeyUsage=clientAuth")
        try openssl("pkcs8", "-topk8", "-in", clientKey, "-out", encryptedKey, "-passout", "pass:\(Self.password)")
        try "\(Self.password)\n".write(toFile: passwordFile, atomically: true, encoding: .utf8)
    }

    private static let keyOptions = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    private func authority(named name: String) throws {
        let files = ["-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem"]
        try openssl(["req", "-x509", "-days", "2", "-subj", "/CN=Test \(name)"] + Self.keyOptions + files)
    }

    private func certificate(_ name: String, _ extensions: String) throws {
        let path = "\(folder)/\(name)"
        try extensions.write(toFile: "\(path).ext", atomically: true, encoding: .utf8)
        let request = ["req", "-subj", "/CN=\(name)", "-keyout", "\(path).key", "-out", "\(path).csr"]
        try openssl(request + Self.keyOptions)
        try openssl(
            ["x509", "-req", "-in", "\(path).csr", "-CA", authority, "-CAkey", "\(folder)/ca.key", "-CAcreateserial"]
                + ["-days", "2", "-extfile", "\(path).ext", "-out", "\(path).pem"]
        )
    }

    private func openssl(_ arguments: String...) throws { try openssl(arguments) }

    private func openssl(_ arguments: [String]) throws { try Command.run("openssl", arguments) }
}

/// Programs that tests start.
enum Command {
    /// Where the program is; nil if it is not installed.
    static func path(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (folders + ["/usr/sbin", "/sbin"]).map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    struct Failed: Error {
        let command: String
        let exit: ChildProcess.Exit
    }

    /// Runs it to its end. (Foundation's Process would wait for every other child that was started meanwhile, too: they
    /// inherit the socket by which it hears of the end.)
    static func run(_ name: String, _ arguments: [String]) throws {
        let exit = try ChildProcess(path(name) ?? name, arguments, output: "/dev/null").wait()
        guard exit == .status(0) else {
            throw Failed(command: ([name] + arguments).joined(separator: " "), exit: exit)
        }
    }
}
