import Foundation
import NIOCore
import TestRig

@testable import Pyzor

/// Debian's pyzord on loopback, with a database and accounts of its own.
enum RealPyzord {
    static let program = "/usr/bin/pyzord"
    static let python = "/usr/bin/python3"

    /// Whether it is here and can keep a database.
    static let isHere: Bool = {
        guard FileManager.default.isExecutableFile(atPath: program) else { return false }
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: python)
        probe.arguments = ["-c", "import dbm.gnu, pyzor"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    /// Accounts that it knows: alice may do everything, bob may check and an operation that does not exist.
    static let alice = PyzorAccount(user: "alice", key: "522b276a356bdf39013dfabea2cd43e141ecc9e8")
    static let bob = PyzorAccount(user: "bob", key: "48181acd22b3edaebc8a447868a7df7ce629920a")

    /// Runs a pyzord for the length of the body.
    static func with<Result>(_ body: (PyzorServer) async throws -> Result) async throws -> Result {
        let folder = NSTemporaryDirectory() + "pyzord-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "alice : \(alice.key)\nbob : \(bob.key)\n".write(
            toFile: folder + "/pyzord.passwd",
            atomically: false,
            encoding: .utf8
        )
        try "check report ping pong info : anonymous : allow\nall : alice : allow\ncheck frobnicate : bob : allow\n"
            .write(toFile: folder + "/pyzord.access", atomically: false, encoding: .utf8)
        let server = try PyzorServer("127.0.0.1:\(Ports.unusedUDP())")
        let process = try ChildProcess(
            python,
            [
                program, "--homedir", folder, "-a", server.host, "-p", String(server.port), "-e", "gdbm",
                "--dsn", folder + "/db", "--cleanup-age", "0",
            ],
            output: folder + "/output"
        )
        defer { process.stop() }
        try await answers(server)
        return try await body(server)
    }

    /// Waits until it answers a ping.
    private static func answers(_ server: PyzorServer) async throws {
        try await withClient(.init(servers: [server], timeout: .milliseconds(200))) { client in
            for _ in 0..<300 {
                if (try? await client.ping(server)) != nil { return }
                try await Task.sleep(for: .milliseconds(50))
            }
            throw PyzorError.timedOut(server)
        }
    }
}
