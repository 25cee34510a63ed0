import Foundation
import Glibc

/// A private Sendmail that passes all mail on to a sink of ours.
package final class Sendmail: MailServer {
    package let port: Int
    package let barePort: Int?
    package let milterSocket: String
    package let folder: PrivateDirectory
    private let sink: MailSink
    private let daemon: ChildProcess

    /// - Parameters:
    ///   - milter: a socket in the server's folder, or a port.
    ///   - equates: what follows `S=...` in INPUT_MAIL_FILTER.
    ///   - lines: more lines for the .mc file.
    ///   - hasBarePort: there is a second port, whose mail passes no milter.
    package init(
        milter: MilterAddress = .unix,
        equates: String = "F=T, T=C:10s;S:30s;R:60s;E:2m",
        lines: [String] = [],
        hasBarePort: Bool = false
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
        (port, barePort, daemon) = try onFreePort { port in
            let barePort = hasBarePort ? try Ports.unusedTCP() : nil
            let bare = barePort.map {
                ["DAEMON_OPTIONS(`Name=Bare, Port=\($0), Addr=127.0.0.1, InputMailFilters=')dnl"]
            }
            let filter = ["S=\(address), \(equates)"]
            let arguments = [folder.path, "\(port)", "\(sink.port)"] + filter + lines + (bare ?? [])
            let daemon = try ChildProcess(
                Programs.script("private-sendmail"),
                arguments,
                environment: Programs.environment,
                output: folder.path("output")
            )
            try daemon.waitUntilReady(log: folder.path("log")) {
                // The pid may stand there before it listens.
                try !folder.read("sendmail.pid").isEmpty
                    && ([port] + (barePort.map { [$0] } ?? [])).allSatisfy(Ports.isListened)
            }
            return (port, barePort, daemon)
        }
    }

    package func delivered() throws -> [Letter] { sink.received.map(\.letter) }

    package func deliveries() throws -> [Delivery] { sink.received }

    /// Queue files whose names begin with `hf`: held messages.
    package func quarantined() throws -> Int { folder.names(in: "queue").filter { $0.hasPrefix("hf") }.count }

    package func holds(_ text: String) throws -> Bool {
        folder.names(in: "queue").contains { $0.hasPrefix("hf") && folder.read("queue/\($0)").contains(text) }
    }

    package func stop() {
        daemon.stop()
        folder.remove()
    }
}
