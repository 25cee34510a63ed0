import Foundation
import TestRig
import Testing

/// What `make install` leaves on a machine.
@Suite(.ownThread) struct InstallTests {
    @Test func `all files are copied to where an admin looks for them`() throws {
        let target = try PrivateDirectory()
        defer { target.remove() }
        try install(into: target)

        for program in ["usr/sbin/tamisd", "usr/bin/tamis", "usr/lib/tamis/pyzor"] {
            #expect(FileManager.default.isExecutableFile(atPath: target.path(program)), "\(program)")
        }
        #expect(target.exists("usr/lib/sysusers.d/tamis.conf"))
        #expect(target.exists("usr/lib/tmpfiles.d/tamis.conf"))
        let unit = target.read("usr/lib/systemd/system/tamisd.service")
        #expect(unit.contains("ExecStart=/usr/sbin/tamisd run --config /etc/tamis/tamis.yaml"))
        #expect(!unit.contains("@SBINDIR@"))
        #expect(target.read("etc/tamis/tamis.yaml").contains("spamd:"))
    }

    @Test func `the admin's settings stay as they are`() throws {
        let target = try PrivateDirectory()
        defer { target.remove() }
        try FileManager.default.createDirectory(
            atPath: target.path("etc/tamis"),
            withIntermediateDirectories: true
        )
        try target.write("mode: observe\n", to: "etc/tamis/tamis.yaml")
        try install(into: target)
        try install(into: target)
        #expect(target.read("etc/tamis/tamis.yaml") == "mode: observe\n")
    }

    private func install(into target: PrivateDirectory) throws {
        let units = ["systemd/system", "sysusers.d", "tmpfiles.d"].map { "/usr/lib/\($0)" }
        let script = try ChildProcess(
            Programs.script("install-files"),
            [target.path, "/usr", "/etc"] + units,
            environment: ["TAMIS_BUILD": Programs.buildFolder],
            output: target.path("output")
        )
        #expect(try script.wait() == .status(0), "\(script.output)")
    }
}
