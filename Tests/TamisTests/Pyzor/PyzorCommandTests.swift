import ArgumentParser
import NIOCore
import Pyzor
import TestRig
import Testing

@testable import tamis

@Suite struct PyzorCommandTests {
    @Test(arguments: [
        ["check", "--server", "x:y"], ["check", "--digest", "pyzor-2"], ["check", "--style", "eml"],
        ["ping", "--timeout", "0s"], ["ping", "message"], ["check", "-r", "many"], ["frobnicate"],
    ])
    func `wrong arguments end with 64`(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try PyzorCommand.parseAsRoot(arguments) }
        #expect(error.map { PyzorCommand.exitCode(for: $0).rawValue } == 64)
    }

    @Test func `options reach the client`() throws {
        let folder = try PrivateDirectory()
        defer { folder.remove() }
        try folder.write("host : 1 : alice : ,abcd\n", to: "accounts")
        let command = try PyzorCommand.parseAsRoot([
            "check", "--server", "host:1", "--server", "[::1]:2", "--timeout", "800ms", "--accounts-file",
            folder.path("accounts"), "--style", "mbox", "--digest", "pyzor-1.0", "-r", "3", "-w", "4", "a", "b",
        ])
        let check = try #require(command as? PyzorCommand.Check)
        let configuration = try check.options.configuration()
        let server = try PyzorServer("host:1")
        #expect(configuration.servers == [server, try PyzorServer("[::1]:2")])
        #expect(configuration.timeout == .milliseconds(800))
        #expect(configuration.accounts == [server: PyzorAccount(user: "alice", key: "abcd")])
        #expect(configuration.cache == .none)
        #expect(check.input.style == .mbox)
        #expect(check.input.digest == .pyzor1_0)
        #expect(check.input.files == ["a", "b"])
        #expect((check.reportThreshold, check.whitelistThreshold) == (3, 4))
    }

    @Test func `an accounts file that is not there is told of with its path`() throws {
        let command = try PyzorCommand.parseAsRoot(["ping", "--accounts-file", "/nowhere/accounts"])
        let ping = try #require(command as? PyzorCommand.Ping)
        #expect(throws: PyzorFailure(unreadable: "/nowhere/accounts: No such file or directory")) {
            try ping.options.configuration()
        }
    }
}
