import Foundation
import TestRig
import Testing

private let canRun =
    Programs.canRunPyzord && Programs.canRunSpamd && access("/usr/bin/spamc", X_OK) == 0
    && access("/usr/share/perl5/Mail/SpamAssassin/Plugin/Pyzor.pm", R_OK) == 0

/// SpamAssassin's Pyzor plugin with `pyzor_path` set to a link to `tamis` of the name `pyzor`.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: canRun, "spamd, spamc or pyzord is not installed"))
struct SpamAssassinPluginTests {
    @Test func `spamd finds what was reported through the drop-in, and only that`() async throws {
        let pyzord = try RealPyzord()
        defer { pyzord.stop() }
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        let program = folder.path("pyzor")
        try FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: Programs.built("tamis"))
        try folder.write(
            """
            loadplugin Mail::SpamAssassin::Plugin::Check
            loadplugin Mail::SpamAssassin::Plugin::Pyzor
            """,
            to: "plugins.pre"
        )
        try folder.write(
            """
            use_bayes 0
            dns_available no
            use_pyzor 1
            pyzor_path \(program)
            pyzor_options --homedir \(pyzord.home)
            pyzor_count_min 3
            pyzor_timeout 20
            full PYZOR_CHECK eval:check_pyzor()
            tflags PYZOR_CHECK net
            score PYZOR_CHECK 2.5

            """,
            to: "local.cf"
        )
        let spamd = try ChildProcess(
            "/usr/sbin/spamd",
            [
                "--nouser-config", "--min-children=1", "--max-children=2", "--socketpath=\(folder.path("socket"))",
                "--socketmode=0666", "--configpath=\(folder.path)", "--siteconfigpath=\(folder.path)",
                "--helper-home-dir=\(folder.path)", "--pidfile=\(folder.path("pid"))", "--username=nobody",
                "--syslog=\(folder.path("log"))",
            ],
            environment: ["HOME": folder.path],
            output: folder.path("output")
        )
        defer { spamd.stop() }
        for _ in 0..<600 where !folder.read("log").contains("server started") && spamd.isRunning {
            try await Task.sleep(for: .milliseconds(100))
        }
        try folder.write(sampleMessage, to: "message")
        #expect(try symbols(folder).contains("PYZOR_CHECK") == false)
        for _ in 0..<3 {
            let report = try ChildProcess(
                "/bin/sh",
                ["-c", #"exec "$1" --homedir "$2" report <"$3/message""#, "sh", program, pyzord.home, folder.path],
                output: folder.path("reported")
            )
            #expect(try report.wait() == .status(0))
        }
        #expect(folder.read("reported").hasSuffix("\t(200, 'OK')\n"))
        let found = try symbols(folder)
        #expect(found.contains("PYZOR_CHECK"), "\(found) \(folder.read("log"))")
    }

    /// The names of the rules that spamd finds in the message.
    private func symbols(_ folder: PrivateDirectory) throws -> String {
        let client = try ChildProcess(
            "/bin/sh",
            ["-c", #"exec spamc -U "$1/socket" --tests <"$1/message""#, "sh", folder.path],
            output: folder.path("symbols")
        )
        #expect(try client.wait() == .status(0))
        return folder.read("symbols")
    }
}
