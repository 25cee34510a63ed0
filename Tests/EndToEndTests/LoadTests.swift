import Glibc
import Synchronization
import TestRig
import Testing

extension EndToEnd {
    /// Things that end while mail is under way.
    @Suite struct LoadTests {
        @Test(.enabled(if: Programs.canRunSpamd, "spamd is not installed"), arguments: Server.allCases)
        func `no message is lost when spamd dies, and all without it say so`(_ server: Server) async throws {
            let server = try server.get()
            let spamd = try RealSpamd()
            defer { spamd.stop() }
            try await withTamisd(DaemonSettings(server, spamd: [spamd.address])) { tamisd in
                let before = try await send(40, as: "before", through: server) { sent in
                    if sent == 20 { spamd.kill() }
                }
                #expect(Set(try before.map { try isScanned($0, server) }).isSubset(of: [true, false]))
                let without = try await send(10, as: "without", through: server) { _ in }
                for name in without {
                    #expect(try !isScanned(name, server))
                    #expect(try tamisd.logLine(name).facts["unscanned"]?.hasPrefix("spamd:") == true)
                }

                let again = try RealSpamd(port: spamd.port)
                defer { again.stop() }
                try waitUntil("mail was scanned again") {
                    let name = fresh("again")
                    #expect(try SMTPClient.deliver(.ham(name), port: server.port).code == 250)
                    return try isScanned(name, server)
                }
                for name in try await send(10, as: "after", through: server, { _ in }) {
                    #expect(try isScanned(name, server))
                }
            }
        }

        @Test(arguments: Server.allCases)
        func `twenty messages in flight are all answered before the daemon ends`(_ server: Server) async throws {
            let server = try server.get()
            let gate = Gate()
            let spamd = try ScriptedSpamd { _ in
                try gate.pass()
                return .calledHam
            }
            defer { spamd.stop() }
            let tamisd = try Tamisd(settings: DaemonSettings(server, spamd: [spamd.address]).text)
            defer { tamisd.stop() }

            async let names = send(20, as: "draining", through: server, at: 20) { _ in }
            try waitUntil("all were being scanned") { spamd.questions.count == 20 }
            tamisd.signal(SIGTERM)
            try waitUntil("it said that it was stopping") { tamisd.notices.contains("STOPPING=1") }
            let late = try SMTPClient.deliver(.ham(fresh("late")), port: server.port)
            #expect(late == SMTPReply(code: 451, lines: ["4.3.2 Filter busy, try again later"]))
            #expect(tamisd.isRunning)

            gate.open()
            for name in try await names { #expect(try isScanned(name, server)) }
            #expect(try tamisd.waitForExit() == .status(0))
            #expect(access(server.milterSocket, F_OK) == -1)
        }

        /// Sends `count` messages, several at a time; all must be accepted.
        ///
        /// - Parameter progress: called with the number of messages that have been accepted so far.
        private func send(
            _ count: Int,
            as name: String,
            through server: any MailServer,
            at once: Int = 4,
            _ progress: @escaping @Sendable (Int) -> Void
        ) async throws -> [String] {
            let accepted = Counter()
            let port = server.port
            let names = (0..<count).map { fresh("\(name)\($0)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for share in 0..<once {
                    let own = names.indices.filter { $0 % once == share }.map { names[$0] }
                    group.addTask {
                        for name in own {
                            let reply = try SMTPClient.deliver(.ham(name), port: port)
                            #expect(reply.code == 250, "\(reply)")
                            progress(accepted.next())
                        }
                    }
                }
                try await group.waitForAll()
            }
            return names
        }

        /// Whether a delivered message bears a score; if not, it must say why.
        private func isScanned(_ name: String, _ server: any MailServer) throws -> Bool {
            let status = try #require(try server.delivered(name).value("X-Spam-Status"))
            let isScanned = status.contains("score=")
            #expect(isScanned != status.contains("unscanned=spamd:"))
            return isScanned
        }
    }
}

private final class Counter: Sendable {
    private let number = Mutex(0)

    /// One more than the last time; 1 at first.
    func next() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}
