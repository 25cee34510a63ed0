import Foundation
import Glibc

/// Debian's spamd on loopback: local tests only, a Bayes database of its own, no rules but those of the package.
package final class RealSpamd: Sendable {
    package let port: Int
    private let folder: PrivateDirectory
    private let daemon: ChildProcess

    /// - Parameters:
    ///   - port: that of an earlier one which comes back; a free one without.
    ///   - lines: more lines for local.cf.
    package init(port: Int? = nil, lines: [String] = []) throws {
        let folder = try PrivateDirectory()
        self.folder = folder
        (self.port, daemon) = try onFreePort { free in
            let port = port ?? free
            let daemon = try ChildProcess(
                Programs.script("private-spamd"),
                [folder.path, "127.0.0.1:\(port)"] + lines,
                output: folder.path("output")
            )
            try daemon.waitUntilReady(log: folder.path("log")) {
                folder.read("log").contains("server started")
            }
            return (port, daemon)
        }
    }

    /// `127.0.0.1:PORT`, as the settings want it.
    package var address: String { "127.0.0.1:\(port)" }

    package var log: String { folder.read("log") }

    /// Ends it; connections are refused from now on.
    package func stop() {
        daemon.stop()
        folder.remove()
    }

    /// Ends it without a chance to finish what it does.
    package func kill() {
        daemon.stop(grace: .zero)
        folder.remove()
    }
}

/// Debian's pyzord on loopback. It knows nothing until something is reported.
package final class RealPyzord: Sendable {
    package let port: Int
    private let folder: PrivateDirectory
    private let daemon: ChildProcess

    package init() throws {
        let folder = try PrivateDirectory()
        self.folder = folder
        (port, daemon) = try onFreePort { _ in
            let port = try Ports.unusedUDP()
            let daemon = try ChildProcess(
                Programs.script("private-pyzord"),
                [folder.path, "\(port)"],
                output: folder.path("output")
            )
            try daemon.waitUntilReady(log: folder.path("log")) {
                try RealPyzord.answersPing(port)
            }
            return (port, daemon)
        }
    }

    /// `127.0.0.1:PORT`, as the settings want it.
    package var address: String { "127.0.0.1:\(port)" }

    /// The folder that Debian's client takes as `--homedir` to ask this server.
    package var home: String { folder.path }

    /// Reports a message with Debian's client, so that a check finds it.
    package func report(_ letter: Letter, times: Int = 1) throws {
        try Data(letter.bytes).write(to: URL(fileURLWithPath: folder.path("letter")))
        for _ in 0..<times {
            let client = try ChildProcess(
                "/bin/sh",
                ["-c", #"exec pyzor --homedir "$1" report <"$1/letter""#, "sh", folder.path],
                output: folder.path("output")
            )
            guard try client.wait() == .status(0) else { throw RigError("pyzor report: \(client.output)") }
        }
    }

    package func stop() {
        daemon.stop()
        folder.remove()
    }

    private static func answersPing(_ port: Int) throws -> Bool {
        let socket = try Socket.datagrams()
        socket.limitReceiving(milliseconds: 200)
        socket.send(Array("Op: ping\nThread: 2000\nPV: 2.1\n\n".utf8), to: Socket.loopback(port))
        return socket.receive() != nil
    }
}
