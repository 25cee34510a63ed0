import Foundation
import Glibc
import TestRig
import Testing

extension EndToEnd {
    /// The daemon as a process: its start, its reload, its refusals.
    @Suite struct ProcessTests {
        @Test func `SIGHUP brings new settings and an open connection keeps the old ones`() throws {
            let server = try Server.postfix.get()
            let spamd = try ScriptedSpamd { _ in .calledSpam }
            defer { spamd.stop() }
            func settings(_ reply: String) -> DaemonSettings {
                DaemonSettings(
                    server,
                    spamd: [spamd.address],
                    "actions: [{ at: required, do: [reject], reply: \"\(reply)\" }]"
                )
            }
            try withTamisd(settings("550 5.7.1 one")) { tamisd in
                #expect(try SMTPClient.deliver(.ham(fresh("x")), port: server.port).lines == ["5.7.1 one"])
                let client = try SMTPClient(port: server.port)
                try client.hello()
                try tamisd.reload(settings("550 5.7.1 two").text)
                try waitUntil("it had reloaded") { tamisd.notices.filter { $0 == "READY=1" }.count == 2 }
                #expect(tamisd.notices.contains("RELOADING=1"))
                #expect(try client.send(.ham(fresh("x"))).lines == ["5.7.1 one"])
                #expect(try SMTPClient.deliver(.ham(fresh("x")), port: server.port).lines == ["5.7.1 two"])
            }
        }

        @Test func `a broken file changes nothing and is named with line and column`() throws {
            let server = try Server.postfix.get()
            let spamd = try ScriptedSpamd { _ in .calledHam }
            defer { spamd.stop() }
            try withTamisd(DaemonSettings(server, spamd: [spamd.address])) { tamisd in
                try tamisd.reload("mode: enforce\nspamd:\n  timeuot: 3s\n")
                try tamisd.logLine(having: "tamis.yaml:3:3:", "timeuot")
                let name = fresh("still")
                #expect(try SMTPClient.deliver(.ham(name), port: server.port).code == 250)
                #expect(try server.delivered(name).value("X-Spam-Status")?.hasPrefix("No, score=-0.1") == true)
            }
        }

        @Test func `a second instance on the same socket is refused`() throws {
            let server = try Server.postfix.get()
            let settings = DaemonSettings(server)
            try withTamisd(settings) { tamisd in
                let second = try Tamisd.run(["run", "--config", tamisd.settingsPath])
                #expect(second.exit == .status(69))
                #expect(second.output.contains(server.milterSocket))
                let name = fresh("first")
                #expect(try SMTPClient.deliver(.ham(name), port: server.port).code == 250)
            }
        }

        @Test func `a socket that a killed daemon left is taken over`() throws {
            let server = try Server.postfix.get()
            try withTamisd(DaemonSettings(server)) { tamisd in
                tamisd.signal(SIGKILL)
                try tamisd.waitForExit()
                #expect(access(server.milterSocket, F_OK) == 0)
            }
            try withTamisd(DaemonSettings(server)) { _ in
                let reply = try SMTPClient.deliver(.ham(fresh("after")), port: server.port)
                #expect(reply.code == 250)
            }
        }

        @Test(arguments: [
            ("mode: enforec\n", 78, "tamis.yaml:1:7:"),
            ("milter: { listen: \"unix:/\(String(repeating: "x", count: 120))\" }\n", 78, "tamis.yaml:1:19:"),
            ("milter: { listen: \"unix:/nowhere/at/all.sock\" }\n", 69, "/nowhere/at"),
        ])
        func `what cannot work ends at once with one clear line`(
            _ text: String,
            _ status: Int32,
            _ word: String
        ) throws {
            let folder = try PrivateDirectory()
            defer { folder.remove() }
            try folder.write(text, to: "tamis.yaml")
            let (output, exit) = try Tamisd.run(["run", "--config", folder.path("tamis.yaml")])
            #expect(exit == .status(status))
            #expect(output.contains(word))
        }

        @Test(arguments: [(0o646, "by everybody"), (0o664, "by its group")])
        func `settings that others may write are refused, without a service manager too`(
            _ mode: mode_t,
            _ word: String
        ) throws {
            let folder = try PrivateDirectory()
            defer { folder.remove() }
            try folder.write("milter: { listen: \"unix:\(folder.path("milter.sock"))\" }\n", to: "tamis.yaml")
            // A group that is neither root's nor ours.
            #expect(chown(folder.path("tamis.yaml"), getuid(), 12) == 0)
            #expect(chmod(folder.path("tamis.yaml"), mode) == 0)
            for command in ["run", "check-config"] {
                let (output, exit) = try Tamisd.run([command, "--config", folder.path("tamis.yaml")])
                #expect(exit == .status(78))
                #expect(output.contains("can be written \(word)"))
            }
        }

        @Test func `closed standard descriptors are opened, so that no connection gets their numbers`() throws {
            let server = try Server.postfix.get()
            var start = Tamisd.Start()
            start.launcher = ["/bin/sh", "-c", #"exec "$0" "$@" 0<&- 1>&- 2>&-"#]
            let tamisd = try Tamisd(settings: DaemonSettings(server).text, start)
            defer { tamisd.stop() }
            for number in 0...2 {
                let target = try FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/\(tamisd.pid)/fd/\(number)"
                )
                #expect(target == "/dev/null")
            }
            let name = fresh("closed")
            #expect(try SMTPClient.deliver(.ham(name), port: server.port).code == 250)
            #expect(try server.delivered(name).value("X-Spam-Status") != nil)
        }

        @Test func `too few open files are told at the start`() throws {
            let server = try Server.postfix.get()
            var start = Tamisd.Start()
            start.launcher = ["/usr/bin/prlimit", "--nofile=256:256"]
            let tamisd = try Tamisd(settings: DaemonSettings(server).text, start)
            defer { tamisd.stop() }
            let line = try tamisd.logLine(having: "open files", "256", "limits.max-connections")
            #expect(line.priority == 4)
        }

        @Test func `a missing settings file is an error of settings`() throws {
            let (output, exit) = try Tamisd.run(["run", "--config", "/nowhere/tamis.yaml"])
            #expect(exit == .status(78))
            #expect(output.contains("/nowhere/tamis.yaml"))
        }

        @Test func `a wrong command line is an error of usage`() throws {
            #expect(try Tamisd.run(["run", "--no-such-option"]).exit == .status(64))
        }

        @Test func `the shipped sample is the printed one, and it is valid`() throws {
            let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appending(path: "../../config/tamis.yaml").standardizedFileURL.path
            let shipped = try String(contentsOfFile: path, encoding: .utf8)
            #expect(try Tamisd.run(["sample-config"]).output == shipped)
            #expect(try Tamisd.run(["check-config", "--config", path]).exit == .status(0))
        }

        @Test func `the watchdog is fed`() throws {
            let server = try Server.postfix.get()
            try withTamisd(DaemonSettings(server)) { tamisd in
                try waitUntil("the watchdog was fed") { tamisd.notices.contains("WATCHDOG=1") }
            }
        }
    }
}
