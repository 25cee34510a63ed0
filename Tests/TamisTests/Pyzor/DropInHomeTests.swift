import Pyzor
import TestRig
import Testing

@testable import tamis

/// What the files of a folder and a command line together say.
private func home(_ files: [String: String], _ arguments: [String] = []) throws -> DropInHome {
    let folder = try PrivateDirectory()
    defer { folder.remove() }
    for (name, text) in files { try folder.write(text, to: name) }
    guard case .run(var options) = DropInArguments.read(arguments) else { throw Unread() }
    options.homeFolder = folder.path
    return try DropInHome(options, home: nil)
}

private struct Unread: Error {}

@Suite struct DropInHomeTests {
    @Test func `without files it is pyzor's defaults and the public server`() throws {
        let home = try home([:])
        #expect(home.servers == [.standard])
        #expect(home.accounts == [:])
        #expect((home.timeout, home.style, home.reportThreshold, home.whitelistThreshold) == (5, "msg", 0, 0))
        #expect(home.logFile == nil)
        #expect(home.whitelistFile.hasSuffix("/whitelist"))
        #expect(home.warnings == ["No accounts are setup.  All commands will be executed by the anonymous user."])
    }

    @Test func `options come before the config file`() throws {
        let config = "[client]\nTimeout = 7\nStyle = mbox\nReportThreshold = 3\nServersFile = mine\nLogFile = log\n"
        let files = ["config": config, "mine": "a.example:1\n", "theirs": "b.example:2\n"]
        let fromFile = try home(files)
        #expect((fromFile.timeout, fromFile.style, fromFile.reportThreshold) == (7, "mbox", 3))
        #expect(fromFile.servers.map(\.host) == ["a.example"])
        #expect(fromFile.logFile?.hasSuffix("/log") == true)
        let fromOptions = try home(files, ["-t", "1", "-s", "digests", "-r", "9", "--servers-file", "theirs"])
        #expect((fromOptions.timeout, fromOptions.style, fromOptions.reportThreshold) == (1, "digests", 9))
        #expect(fromOptions.servers.map(\.host) == ["b.example"])
    }

    @Test func `lines that pyzor passes over are passed over`() throws {
        let text = "# mine\n\nbare\n_x\n::1\n[::1]:5\na.example:1\nb.example\n"
        #expect(try home(["servers": text]).servers.map(\.description) == ["[::1]:5", "a.example:1"])
        #expect(try home(["servers": "# nothing\n"]).servers == [.standard])
    }

    @Test(arguments: ["a.example:1 more", "a.example:99999", "a.example:1x"])
    func `lines that pyzor dies of are refused with their number`(line: String) {
        let error = #expect(throws: PyzorError.self) { try home(["servers": "ok.example:1\n\(line)\n"]) }
        guard case .line(_, 2, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a bad account is a warning and the others count`() throws {
        let home = try home(["accounts": "nonsense\nhost : 1 : alice : ,ab\n"])
        #expect(home.accounts.count == 1)
        #expect(home.warnings.count == 1)
        #expect(home.warnings.first?.hasPrefix("account file: ") == true)
    }
}
