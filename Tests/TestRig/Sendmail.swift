import Foundation
import Glibc

/// A private Sendmail that passes all mail on to a sink of ours.
package final class Sendmail: MailServer {
    package let port: Int
    package let milterSocket: String
    package let folder: PrivateDirectory
    private let sink: MailSink
    private let daemon: ChildProcess

    /// - Parameters:
    ///   - milter: a socket in the server's folder, or a port.
    ///   - equates: what follows `S=...` in INPUT_MAIL_FILTER.
    ///   - lines: more lines for the .mc file.
    package init(
        milter: MilterAddress = .unix,
        equates: String = "F=T, T=C:10s;S:30s;R:60s;E:2m",
        lines: [String] = []
    ) throws {
        let folder = try PrivateDirectory()
        let sink = try MailSink()
        let socket = folder.path("milter/milter.sock")
        let address =
            switch milter {
            case .unix: "local:\(socket)"
            case .inet(let port): "inet:\(port)@127.0.0.1"
            }
        try FileManager.default.createDirectory(
            atPath: folder.path("milter"),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        self.folder = folder
        self.sink = sink
        milterSocket = socket
        (port, daemon) = try onFreePort { port in
            let arguments = [folder.path, "\(port)", "\(sink.port)", "S=\(address), \(equates)"] + lines
            let daemon = try ChildProcess(
                Programs.script("private-sendmail"),
                arguments,
                environment: Programs.environment,
                output: folder.path("output")
            )
            try daemon.waitUntilReady(log: folder.path("log")) {
                !folder.read("sendmail.pid").isEmpty
            }
            return (port, daemon)
        }
    }

    package func delivered() throws -> [Letter] { sink.received }

    /// Queue files whose names begin with `hf`: held messages.
    package func quarantined() throws -> Int { folder.names(in: "queue").filter { $0.hasPrefix("hf") }.count }

    package func stop() {
        daemon.stop()
        folder.remove()
    }
}
