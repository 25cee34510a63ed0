import Foundation
import Glibc
import NIOCore
import Settings
import TestRig
import Testing

@testable import Probe

/// `tamisd check-config`, run as people run it, on a host of the test's own making.
@Suite(.ownThread) struct HostProbeTests {
    /// A folder with settings and a Postfix.
    private func with(_ settings: String, _ body: (PrivateDirectory) throws -> Void) throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write(settings, to: "tamis.yaml")
        try folder.write("smtp inet n - n - - smtpd\n", to: "master.cf")
        try folder.write("mail_owner = nobody\n", to: "main.cf")
        try body(folder)
    }

    private func check(
        _ folder: PrivateDirectory,
        _ arguments: [String] = ["--probe"],
        path: String = "/nowhere"
    ) throws -> (lines: [String], exit: ChildProcess.Exit) {
        let process = try ChildProcess(
            Programs.built("tamisd"),
            ["check-config", "--config", folder.path("tamis.yaml")] + arguments
                + (arguments.isEmpty
                    ? [] : ["--postfix-config-dir", folder.path, "--sendmail-cf", folder.path("sendmail.cf")]),
            environment: ["PATH": path],
            output: folder.path("output")
        )
        defer { process.stop() }
        let exit = try process.wait()
        return (process.output.split(separator: "\n").map(String.init), exit)
    }

    private func settings(
        _ spamd: String,
        _ pyzor: String,
        socket: String = "/nowhere/milter.sock",
        more: String = ""
    ) -> String {
        """
        milter: { listen: "unix:\(socket)" }
        spamd: { servers: ["\(spamd)"], timeout: 20s }
        pyzor: { servers: ["\(pyzor)"], timeout: 2s }
        \(more)
        """
    }

    @Test func `servers that answer are fine`() throws {
        let spamd = try ScriptedSpamd { _ in .close }
        let pyzord = try ScriptedPyzord { _ in .silence }
        defer {
            spamd.stop()
            pyzord.stop()
        }
        try with(settings(spamd.address, pyzord.address)) { folder in
            let (lines, exit) = try check(folder)
            #expect(exit == .status(0))
            #expect(lines.first == "\(folder.path("tamis.yaml")): fine")
            #expect(lines.contains { $0.hasPrefix("ok       spamd \(spamd.address): answers PING in ") })
            #expect(
                lines.contains {
                    $0.hasPrefix("ok       Pyzor \(pyzord.address): answers a ping in ")
                        && $0.hasSuffix(" s, as anonymous")
                }
            )
            #expect(
                lines.contains { $0.hasPrefix("warning  milter unix:/nowhere/milter.sock: nobody listens there now") }
            )
            #expect(lines.contains { $0.hasPrefix("ok       Postfix: smtpd runs without a chroot") })
        }
        // PING and ping alone were sent, no mail and no digest.
        #expect(spamd.questions.isEmpty)
        #expect(pyzord.questions.isEmpty)
    }

    @Test func `without probe nothing is asked and nothing else is read`() throws {
        let refusing = try RefusingPort()
        try with(settings(refusing.address, refusing.address)) { folder in
            let (lines, exit) = try check(folder, [])
            #expect(exit == .status(0))
            #expect(lines == ["\(folder.path("tamis.yaml")): fine"])
        }
    }

    @Test func `servers that do not answer have failed`() throws {
        let refusing = try RefusingPort()
        let silent = try RefusingPort.udp()
        try with(settings(refusing.address, silent.address)) { folder in
            let (lines, exit) = try check(folder)
            #expect(exit == .status(69))
            #expect(lines.contains { $0.hasPrefix("failed   spamd \(refusing.address): no connection") })
            #expect(lines.contains { $0.hasPrefix("failed   Pyzor \(silent.address): ") })
            #expect(lines.last?.hasSuffix("2 failed") == true)
        }
    }

    @Test func `a name without an address and a server without TLS have failed`() throws {
        let spamd = try ScriptedSpamd { _ in .close }
        defer { spamd.stop() }
        try with(settings("tls://\(spamd.address)", "no-such-host.invalid:24441")) { folder in
            let (lines, exit) = try check(folder)
            #expect(exit == .status(69))
            #expect(lines.contains { $0.hasPrefix("failed   spamd tls://\(spamd.address): ") })
            #expect(lines.contains { $0.hasPrefix("failed   Pyzor no-such-host.invalid:24441: ") })
        }
    }

    @Test func `files that the settings name are tried`() throws {
        let pyzord = try ScriptedPyzord { _ in .silence }
        defer { pyzord.stop() }
        let tls = settings("tls://127.0.0.1:1", pyzord.address).replacing(
            "timeout: 20s",
            with: "tls: { ca-file: /nowhere/ca.pem }"
        )
        try with(tls) { folder in
            let (lines, exit) = try check(folder)
            #expect(exit == .status(78))
            #expect(
                lines.contains { $0.hasPrefix("failed   spamd tls://127.0.0.1:1: ") && $0.contains("/nowhere/ca.pem") }
            )
        }
        let spamd = try ScriptedSpamd { _ in .close }
        defer { spamd.stop() }
        try with("") { folder in
            let accounts = settings(spamd.address, pyzord.address)
                .replacing("timeout: 2s", with: "timeout: 2s, accounts-file: \(folder.path("accounts"))")
            try folder.write(accounts, to: "tamis.yaml")
            #expect(try check(folder).exit == .status(78))
            try folder.write("127.0.0.1 : \(pyzord.port) : bob : salt,key\n", to: "accounts")
            let (lines, exit) = try check(folder)
            #expect(exit == .status(0))
            #expect(
                lines.contains {
                    $0.hasPrefix(
                        "warning  pyzor.accounts-file: everybody may read \(folder.path("accounts")) (mode 0644"
                    )
                }
            )
            #expect(lines.contains { $0.hasPrefix("ok       Pyzor \(pyzord.address)") && $0.hasSuffix("as bob") })
            try folder.write("one : two\n", to: "accounts")
            let broken = try check(folder)
            #expect(broken.exit == .status(78))
            #expect(
                broken.lines.contains {
                    $0.hasPrefix("failed   settings: \(folder.path("accounts")):1:1: pyzor.accounts-file: ")
                }
            )
        }
    }

    @Test func `a running tamisd, its socket and what postconf says are seen`() throws {
        let spamd = try ScriptedSpamd { _ in .calledHam }
        let pyzord = try ScriptedPyzord { _ in .silence }
        defer {
            spamd.stop()
            pyzord.stop()
        }
        try with("") { folder in
            let queue = folder.path("queue")
            try FileManager.default.createDirectory(atPath: "\(queue)/tamis", withIntermediateDirectories: true)
            let yaml = settings(spamd.address, pyzord.address, socket: "\(queue)/tamis/milter.sock")
                .replacing("sock\" }", with: "sock\", socket-mode: 0666 }")
            try folder.write(yaml, to: "tamis.yaml")
            try folder.write("smtp inet n - y - - smtpd\ncleanup unix n - y - 0 cleanup\n", to: "master.cf")
            let postconf = """
                #!/bin/sh
                echo "queue_directory = \(queue)"
                echo "mail_owner = nobody"
                echo "smtpd_milters = { unix:tamis/milter.sock, content_timeout=120s }"

                """
            try folder.write(postconf, to: "postconf")
            chmod(folder.path("postconf"), 0o755)
            let tamisd = try Tamisd(settings: yaml)
            defer { tamisd.stop() }
            let (lines, exit) = try check(folder, path: folder.path)
            #expect(exit == .status(0))
            #expect(
                lines.contains(
                    "    smtpd_milters = { unix:tamis/milter.sock, default_action=tempfail, content_timeout=120s }"
                )
            )
            #expect(
                lines.contains {
                    $0.hasPrefix(
                        "ok       Postfix's access: the user nobody may use \(queue)/tamis/milter.sock (mode 0666"
                    )
                }
            )
            #expect(
                lines.contains(
                    "ok       Postfix's main.cf: smtpd_milters names the socket, and content_timeout (120 s) covers limits.deadline (45 s)"
                )
            )
            #expect(lines.contains("ok       milter unix:\(queue)/tamis/milter.sock: somebody listens there"))
        }
    }

    @Test func `the whole has one deadline`() throws {
        let probe = ServerProbe(subject: "slow") {
            await withCheckedContinuation { (_: CheckedContinuation<Finding, Never>) in }
        }
        let quick = ServerProbe(subject: "quick") { .ok("quick", "there") }
        let findings = HostProbe.answers(to: [probe, quick], until: .now() + .seconds(3))
        #expect(
            findings == [
                .failed("slow", "has not answered in the time for all of it", as: .unavailable), .ok("quick", "there"),
            ]
        )
    }
}
