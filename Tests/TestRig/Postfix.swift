import Foundation
import Glibc
import Synchronization

/// A private Postfix. Mail for anybody at test.local is delivered, other mail is thrown away.
package final class Postfix: MailServer {
    package struct Options: Sendable {
        package var milter: MilterAddress = .unix
        /// What Postfix does when the milter is away or breaks off.
        package var defaultAction = "tempfail"
        /// smtpd and cleanup run inside the queue folder, as Debian has it; the milter's socket lies there too.
        package var isChrooted = false
        /// Local mail (`sendLocally`) passes the milter too.
        package var filtersLocalMail = false
        /// Sockets of milters that come before ours, and behind it.
        package var milterBefore: String?
        package var milterBehind: String?
        /// There is a second port, whose mail passes no milter.
        package var hasBarePort = false
        /// More lines for main.cf.
        package var lines: [String] = []

        package init() {}
    }

    package let port: Int
    package let barePort: Int?
    package let milterSocket: String
    package let folder: PrivateDirectory
    private let master: ChildProcess
    private let mailbox = Mutex<[String: Delivery]>([:])

    package init(_ options: Options = Options()) throws {
        let folder = try PrivateDirectory()
        let socket = folder.path(options.isChrooted ? "queue/tamis/milter.sock" : "milter/milter.sock")
        self.folder = folder
        milterSocket = socket
        (port, barePort, master) = try onFreePort { port in
            let barePort = options.hasBarePort ? try Ports.unusedTCP() : nil
            let bare = barePort.map { ["bare=\($0)"] } ?? []
            let lines = Postfix.lines(for: options, socket: socket) + bare
            let master = try ChildProcess(
                Programs.script("private-postfix"),
                [folder.path, "\(port)"] + lines,
                environment: Programs.environment,
                output: folder.path("output")
            )
            try master.waitUntilReady(log: folder.path("log")) {
                folder.read("log").contains("daemon started")
            }
            return (port, barePort, master)
        }
        try Postfix.makeSocketFolder(for: socket)
    }

    /// Whoever runs the filter can make the socket, and Postfix (here: the user daemon) can get at it.
    private static func makeSocketFolder(for socket: String) throws {
        let parent = (socket as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        guard chmod(parent, 0o755) == 0 else { throw RigError.system("chmod \(parent)") }
    }

    private static func lines(for options: Options, socket: String) -> [String] {
        let address =
            switch options.milter {
            case .inet(let port): "inet:127.0.0.1:\(port)"
            case .unix: options.isChrooted ? "unix:tamis/milter.sock" : "unix:\(socket)"
            }
        let milter = "{ \(address), default_action=\(options.defaultAction), content_timeout=120s }"
        func other(_ socket: String) -> String { "{ unix:\(socket), default_action=\(options.defaultAction) }" }
        let milters = [options.milterBefore.map(other), milter, options.milterBehind.map(other)]
        var lines = ["smtpd_milters = \(milters.compactMap(\.self).joined(separator: ", "))"] + options.lines
        if options.filtersLocalMail { lines.append("non_smtpd_milters = \(milter)") }
        if options.isChrooted { lines.append("chroot=y") }
        return lines
    }

    /// Hands a message to Postfix's own `sendmail` command.
    package func sendLocally(_ letter: Letter, from sender: String, to recipient: String) throws {
        let message = folder.path("local.\(UUID().uuidString)")
        let text = letter.bytes.filter { $0 != 13 }
        try Data(text).write(to: URL(fileURLWithPath: message))
        let command = try ChildProcess(
            "/bin/sh",
            [
                "-c", #"exec "$1" -i -C "$2" -f "$3" "$4" <"$5""#, "sh", "\(Programs.mailServers)/usr/sbin/sendmail",
                folder.path("etc"), sender, recipient, message,
            ],
            environment: ["LD_LIBRARY_PATH": try libraries()],
            output: folder.path("output")
        )
        guard try command.wait() == .status(0) else { throw RigError("sendmail: \(command.output)") }
    }

    private func libraries() throws -> String {
        let line = folder.read("etc/main.cf").split(separator: "\n").first { $0.contains("LD_LIBRARY_PATH=") }
        guard let line, let mark = line.firstRange(of: "LD_LIBRARY_PATH=") else { return "" }
        return String(line[mark.upperBound...])
    }

    /// Postfix's log so far.
    package var log: String { folder.read("log") }

    package func delivered() throws -> [Letter] { try delivered(except: []) }

    /// What has been delivered but for these files of `mail/inbox/new`.
    package func delivered(except old: Set<String>) throws -> [Letter] {
        try folder.names(in: "mail/inbox/new").filter { !old.contains($0) }.map {
            Letter(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: folder.path("mail/inbox/new/\($0)")))))
        }
    }

    package func deliveries() throws -> [Delivery] {
        let names = folder.names(in: "mail/inbox/new")
        return try mailbox.withLock { known in
            for name in names where known[name] == nil {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("mail/inbox/new/\(name)")))
                known[name] = Delivery(mailbox: Array(bytes))
            }
            return Array(known.values)
        }
    }

    /// Messages in the hold queue.
    package func quarantined() throws -> Int { folder.names(in: "queue/hold").count }

    package func holds(_ text: String) throws -> Bool {
        folder.names(in: "queue/hold").contains { folder.read("queue/hold/\($0)").contains(text) }
    }

    package func stop() {
        master.stop()
        folder.remove()
    }
}
