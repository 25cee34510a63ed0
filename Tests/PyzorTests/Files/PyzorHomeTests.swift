import Foundation
import Testing

@testable import Pyzor

/// A private folder for the length of a body.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = NSTemporaryDirectory() + "pyzor-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}

private func client(_ config: String) throws -> PyzorHome.Client {
    try withFolder { folder in
        try config.write(toFile: folder + "/config", atomically: false, encoding: .utf8)
        return try PyzorHome(folder, home: nil).client()
    }
}

@Suite struct PyzorHomeTests {
    @Test func `the folder lies in the home, or in etc without one`() {
        #expect(PyzorHome(home: "/home/mary").path == "/home/mary/.pyzor")
        #expect(PyzorHome(home: nil).path == "/etc/pyzor")
        #expect(PyzorHome("~/x", home: "/home/mary").path == "/home/mary/x")
        #expect(PyzorHome("/p", home: "/home/mary").path == "/p")
    }

    @Test func `names are taken in the folder`() {
        let home = PyzorHome("/p", home: "/home/mary")
        #expect(home.file("servers") == "/p/servers")
        #expect(home.file("/etc/s") == "/etc/s")
        #expect(home.file("~/s") == "/home/mary/s")
    }

    @Test func `without a config file pyzor's defaults count, and no folder is made`() throws {
        try withFolder { folder in
            let home = PyzorHome(folder + "/none", home: nil)
            let client = try home.client()
            #expect(client == .init())
            #expect(!FileManager.default.fileExists(atPath: folder + "/none"))
        }
    }

    @Test func `the client section is read in any case, with references`() throws {
        let client = try client(
            """
            ; remark
            [DEFAULT]
            base = /etc/p
            style: mbox
            [server]
            Timeout = 99
            [client]
            serversfile = %(base)s/servers
            AccountsFile: 100%%
            TIMEOUT = 7
            # remark
            ReportThreshold = 5
            """
        )
        #expect(client.serversFile == "/etc/p/servers")
        #expect(client.accountsFile == "100%")
        #expect(client.timeout == 7)
        #expect(client.style == "mbox")
        #expect(client.reportThreshold == 5)
        #expect(client.whitelistThreshold == 0)
    }

    @Test(arguments: [
        ("[client]\nTimeout = soon\n", 2, "Timeout must be a whole number, not \"soon\""),
        ("Timeout = 5\n", 1, "expected \"name = value\" in a section"),
        ("[client]\nnonsense\n", 2, "expected \"name = value\" in a section"),
        ("[client\n", 1, "the section's bracket is not closed"),
        ("[client]\nLogFile = %x\n", 2, "a percent sign is written %%, another value %(name)s"),
        ("[client]\nLogFile = %(none)s\n", 2, "there is no value named \"none\""),
        ("[client]\nLogFile = %(LogFile)s\n", 2, "the value refers to itself"),
    ])
    func `a line that cannot be used is named`(config: String, line: Int, reason: String) {
        let error = #expect(throws: PyzorError.self) { try client(config) }
        guard case .line(_, line, reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
