import Foundation
import Glibc
import TestRig
import Testing

extension Faults {
    /// What an admin or the host does under us: the socket deleted, the log's reader gone.
    @Suite struct HostFaultTests {
        @Test func `the socket is deleted under us`() async throws {
            let expected = "two rounds without WATCHDOG=1; after the manager's restart all is delivered"
            try await FaultRow.run(expecting: expected) { row in
                let server = try postfix.get()
                let spamd = try ScriptedSpamd { _ in .calledHam }
                defer { spamd.stop() }
                let settings = DaemonSettings(server, spamd: [spamd.address]).text
                var tamisd = try Tamisd(settings: settings)
                defer { tamisd.stop() }
                let load = Load(Load.Plan(messages: 60, tries: 400), through: server)
                async let whole: Void = load.run()
                try waitUntil("mail was under way") { load.answered >= 10 }
                #expect(unlink(server.milterSocket) == 0)
                try tamisd.logLine(having: "missing=", "socket")
                // Two rounds of a third of the manager's two seconds withhold the message; the next one would come by then.
                try Pause.milliseconds(1_500)
                let fed = watchdogs(tamisd)
                try Pause.milliseconds(2_500)
                #expect(watchdogs(tamisd) == fed)
                // systemd ends it when WatchdogSec is over. (By SIGABRT: a debug build then writes a backtrace for minutes.)
                tamisd.signal(SIGKILL)
                try tamisd.waitForExit()
                tamisd.stop()
                tamisd = try Tamisd(settings: settings)
                try await whole
                let tally = try load.tally()
                row.count(tally)
                #expect(tally.delivered == 60 && tally.unscanned == 0)
                row.note("told, WATCHDOG=1 withheld, \(tally.deferrals) answers 4xx until the restart")
            }
        }

        private func watchdogs(_ tamisd: Tamisd) -> Int { tamisd.notices.count { $0 == "WATCHDOG=1" } }

        @Test func `the log's reader has gone`() async throws {
            try await logTo(closed: true, "mail flows, the daemon lives")
        }

        @Test func `the log's pipe is full`() async throws {
            try await logTo(closed: false, "lines are dropped, mail flows, nobody waits")
        }

        /// Sends 400 messages while the log goes to a pipe that nobody reads.
        private func logTo(closed: Bool, _ expected: String) async throws {
            try await FaultRow.run(expecting: expected) { row in
                let folder = try PrivateDirectory()
                defer { folder.remove() }
                #expect(mkfifo(folder.path("log"), 0o600) == 0)
                // Both ends, so that the daemon's opening the pipe does not wait for a reader.
                let reader = open(folder.path("log"), O_RDWR | O_NONBLOCK | O_CLOEXEC)
                #expect(reader >= 0)
                var start = Tamisd.Start()
                start.logPipe = folder.path("log")
                let server = try postfix.get()
                let spamd = try ScriptedSpamd { _ in .calledHam }
                defer { spamd.stop() }
                let tamisd = try Tamisd(settings: DaemonSettings(server, spamd: [spamd.address]).text, start)
                defer { tamisd.stop() }
                if closed { close(reader) }
                let tally = try await Load(Load.Plan(messages: 400, clients: 6), through: server).runAndCount()
                row.count(tally)
                #expect(tally.delivered == 400 && tally.deferrals == 0 && tally.unscanned == 0)
                #expect(tamisd.isRunning)
                if !closed {
                    // The pipe holds 64 KiB; 400 lines are more.
                    var waiting: Int32 = 0
                    #expect(ioctl(reader, UInt(FIONREAD), &waiting) == 0 && waiting > 60_000)
                    row.note("\(waiting) bytes in the pipe")
                    close(reader)
                }
                tamisd.signal(SIGTERM)
                #expect(try tamisd.waitForExit() == .status(0))
            }
        }
    }
}
