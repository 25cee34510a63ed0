import Glibc
import Testing

@testable import Milter

struct SocketFileTests {
    @Test func `a claimed path is free and locked`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let file = try SocketFile.claim(path)
        defer { file.release() }
        #expect(!file.isOurs)
        #expect(throws: MilterError.secondInstance(lock: path + ".lock")) { try SocketFile.claim(path) }
    }

    @Test func `a released path can be claimed again, with the lock file still there`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        try SocketFile.claim(path).release()
        #expect(access(path + ".lock", F_OK) == 0)
        try SocketFile.claim(path).release()
    }

    @Test func `a stale socket is removed`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        close(try unixSocket(at: path, listening: true))
        #expect(access(path, F_OK) == 0)
        try SocketFile.claim(path).release()
        #expect(access(path, F_OK) != 0)
    }

    @Test func `a live socket of another program is left alone`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let other = try unixSocket(at: path, listening: true)
        defer { close(other) }
        #expect(throws: MilterError.taken(address: "unix:\(path)")) { try SocketFile.claim(path) }
        #expect(access(path, F_OK) == 0)
        // The lock was given back.
        #expect(throws: MilterError.taken(address: "unix:\(path)")) { try SocketFile.claim(path) }
    }

    @Test func `a file, a folder and a link are no sockets and stay`() throws {
        let folder = try temporaryFolder()
        let file = folder + "/file"
        close(open(file, O_CREAT | O_WRONLY, 0o600))
        mkdir(folder + "/folder", 0o700)
        symlink("/nowhere", folder + "/link")
        for path in [file, folder + "/folder", folder + "/link"] {
            #expect(throws: MilterError.notASocket(path)) { try SocketFile.claim(path) }
            var status = stat()
            #expect(lstat(path, &status) == 0)
        }
    }

    @Test func `a missing folder is named`() throws {
        let folder = try temporaryFolder() + "/missing/"
        #expect(throws: MilterError.folderMissing(folder)) { try SocketFile.claim(folder + "milter.sock") }
    }

    @Test func `a lock file is not followed through a link`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        symlink("/tmp/tamis-elsewhere", path + ".lock")
        #expect(throws: MilterError.system(call: "opening the lock file \(path).lock", errno: ELOOP)) {
            try SocketFile.claim(path)
        }
    }

    @Test func `a bound socket is ours until another one stands there`() throws {
        let path = try temporaryFolder() + "/milter.sock"
        let file = try SocketFile.claim(path)
        let first = try unixSocket(at: path, listening: true)
        let bound = file.bound()
        #expect(bound.isOurs)
        // Kept under another name, so that its inode is not used again.
        rename(path, path + ".old")
        #expect(!bound.isOurs)
        let second = try unixSocket(at: path, listening: true)
        #expect(!bound.isOurs)
        bound.removeIfOurs()
        #expect(access(path, F_OK) == 0)
        rename(path + ".old", path)
        bound.removeIfOurs()
        #expect(access(path, F_OK) != 0)
        for descriptor in [first, second] { close(descriptor) }
        bound.release()
    }

    @Test func `a group that does not exist is an error`() throws {
        let file = try SocketFile.claim(try temporaryFolder() + "/milter.sock")
        defer { file.release() }
        #expect(throws: MilterError.group(name: "no-such-group", reason: "there is no such group")) {
            try file.give(to: "no-such-group")
        }
    }

    private func unixSocket(at path: String, listening: Bool) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0 && (!listening || listen(descriptor, 5) == 0))
        return descriptor
    }
}
