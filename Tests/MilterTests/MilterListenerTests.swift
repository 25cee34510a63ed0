import Foundation
import Mail
import Milter
import MilterPeer
import Testing

/// Listening, in processes of their own: libmilter can do it only once in each.
struct MilterListenerTests {
    typealias Packet = Peer.Packet

    @Test(arguments: ["0660", "0600", "0666", "0000"])
    func `the socket has the mode that was asked for`(mode: String) throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)", "mode=\(mode)")
        #expect(process.greeting == "listening unix:\(path)")
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(String(status.st_mode & 0o7777, radix: 8) == String(try #require(Int(mode, radix: 8)), radix: 8))
    }

    @Test(.enabled(if: geteuid() == 0, "giving a socket to any group needs root"))
    func `the socket has the group that was asked for`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)", "group=mail")
        #expect(process.greeting == "listening unix:\(path)")
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_gid == getgrnam("mail")?.pointee.gr_gid)
    }

    @Test func `a group that cannot be given is an error and leaves no socket`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)", "group=no-such-group")
        #expect(
            process.greeting
                == "failed cannot give the milter socket to the group no-such-group: there is no such group"
        )
        #expect(process.stop() == 69)
        #expect(access(path, F_OK) != 0)
    }

    @Test func `a second instance is refused and the first one serves on`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let first = try StandInProcess("unix:\(path)")
        let second = try StandInProcess("unix:\(path)")
        #expect(second.greeting == "failed another instance is running: it holds the lock \(path).lock")
        #expect(second.stop() == 69)
        #expect(first.ask("owns") == "true")
        try serve(Peer(path: path))
    }

    @Test func `after a crash the next instance takes the stale socket`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let first = try StandInProcess("unix:\(path)")
        first.kill()
        #expect(access(path, F_OK) == 0)
        let second = try StandInProcess("unix:\(path)")
        #expect(second.greeting == "listening unix:\(path)")
        try serve(Peer(path: path))
    }

    @Test func `a socket that was replaced is no longer ours and stays`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)")
        rename(path, path + ".old")
        #expect(process.ask("owns") == "false")
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(process.ask("remove") == "removed")
        #expect(access(path, F_OK) == 0)
        unlink(path)
        rename(path + ".old", path)
        #expect(process.ask("owns") == "true")
        #expect(process.stop() == 0)
        #expect(access(path, F_OK) != 0)
    }

    @Test func `port 0 tells the real port and replies go out at once`() throws {
        let process = try StandInProcess("inet:127.0.0.1:0")
        let port = try #require(process.port)
        #expect(port > 0)
        #expect(process.address == "inet:127.0.0.1:\(port)")
        try serve(Peer(port: port))
        #expect(process.ask("delay") == "none")
        #expect(process.ask("owns") == "true")
    }

    private static let hasIPv6 =
        (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8))
        .map { $0.contains("00000000000000000000000000000001 ") } ?? false

    @Test(.enabled(if: hasIPv6, "this machine has no ::1"))
    func `a port of IPv6 is listened on`() throws {
        let process = try StandInProcess("inet6:0@::1")
        let port = try #require(process.port)
        #expect(process.greeting == "listening inet:[::1]:\(port)")
        try serve(Peer(port: port, isIPv6: true))
        #expect(process.ask("delay") == "none")
    }

    @Test func `a taken port is an error`() throws {
        let first = try StandInProcess("inet:127.0.0.1:0")
        let second = try StandInProcess(first.address)
        #expect(second.greeting == "failed \(first.address) is taken: another program listens there")
        #expect(second.stop() == 69)
    }

    @Test func `a host that is not ours is an error`() throws {
        let process = try StandInProcess("inet:192.0.2.1:8897")
        #expect(process.greeting == "failed cannot listen on the host 192.0.2.1: no address of this machine")
        #expect(process.stop() == 69)
    }

    @Test func `a missing folder and something in the way are errors`() throws {
        let folder = try temporaryFolder()
        let missing = try StandInProcess("unix:\(folder)/no/milter.sock")
        #expect(missing.greeting == "failed the folder \(folder)/no/ for the milter socket does not exist")
        try Data().write(to: URL(fileURLWithPath: folder + "/file"))
        let inTheWay = try StandInProcess("unix:\(folder)/file")
        #expect(
            inTheWay.greeting == "failed \(folder)/file exists and is no socket; remove it or choose another path"
        )
        for process in [missing, inTheWay] { #expect(process.stop() == 69) }
    }

    @Test(.enabled(if: geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0, "needs root, to be somebody else"))
    func `a folder that is closed to us is an error`() throws {
        let folder = try temporaryFolder()
        chmod(folder, 0o755)
        let nobody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let process = try StandInProcess("unix:\(folder)/milter.sock", wrapper: nobody)
        #expect(process.greeting == "failed no permission to listen on \(folder)/milter.sock")
    }

    @Test func `a path of 106 bytes can be listened on`() throws {
        let folder = try temporaryFolder() + "/"
        let path = folder + String(repeating: "x", count: ListenAddress.maximumPathLength - folder.utf8.count)
        let process = try StandInProcess("unix:\(path)")
        #expect(process.greeting == "listening unix:\(path)")
        try serve(Peer(path: path))
    }

    @Test func `a process listens once`() throws {
        let shared = try SharedListener.shared.get()
        #expect(throws: MilterError.alreadyListening) {
            try MilterListener.open(
                ListenerConfiguration(address: shared.listener.address),
                onProblem: { _ in },
                makeSession: { ScriptedSession(script: Script(), log: EventLog()) }
            )
        }
    }

    @Test(arguments: [SIGHUP, SIGTERM, SIGINT])
    func `no signal reaches libmilter, not even one in a burst`(signal: Int32) throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)", "count-signals")
        for _ in 1...2000 { process.signal(signal) }
        #expect(process.ask("await-signals 1")?.hasPrefix("signals ") == true)
        // libmilter notices a stop when a connection comes, and serves that one still.
        for _ in 1...3 { try serve(Peer(path: path)) }
    }

    @Test func `the next SMTP session of a kept connection goes on as agreed`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)", "without-reply")
        let peer = try Peer(path: path)
        try peer.negotiate()
        for _ in 1...3 {
            #expect(try peer.connected() == Packet("c"))
            #expect(try peer.message().edits == [.insertHeader(index: 1, name: "X-Stand-In", value: " size=6")])
            try peer.quitForNewConnection()
        }
        #expect(try peer.connected() == Packet("c"))
        try peer.quit()
        try waitUntil { try process.counts().closed == 4 }
        #expect(try process.counts().made == 4)
    }

    @Test func `a kept connection is put off when MTAs agreed to different things`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let process = try StandInProcess("unix:\(path)")
        try Peer(path: path).negotiate(.init(steps: 0x0F_FFFF))
        let peer = try Peer(path: path)
        try peer.negotiate()
        try peer.connected()
        _ = try peer.message()
        try peer.quitForNewConnection()
        #expect(try peer.connected() == Packet("t"))
        try peer.quit()
        try waitUntil { try process.counts().closed == 2 }
        #expect(try process.counts().made == 2)
    }

    private func serve(_ peer: Peer) throws {
        try peer.negotiate()
        try peer.connected()
        #expect(try peer.message().edits == [.insertHeader(index: 1, name: "X-Stand-In", value: " size=6")])
        try peer.quit()
    }
}

/// Asks again and again, since another process tells of no events; at most 30 s.
func waitUntil(_ condition: () throws -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: 30)
    while try !condition() {
        try #require(Date() < deadline)
        usleep(2000)
    }
}
