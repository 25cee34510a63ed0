import Foundation
import Glibc
import Policy
import Testing

@testable import Settings

@Suite struct SettingsFileTests {
    @Test func `a file is read, through a symbolic link too`() throws {
        try withFolder { folder in
            let file = try write("mode: observe\n", folder + "/a.yaml")
            #expect(try TamisSettings.load(from: file).settings.mode == .observe)
            try FileManager.default.createSymbolicLink(atPath: folder + "/b.yaml", withDestinationPath: "a.yaml")
            #expect(try TamisSettings.load(from: folder + "/b.yaml").settings.mode == .observe)
        }
    }

    @Test func `errors name the file as it was given`() throws {
        try withFolder { folder in
            let file = try write("mode: x\n", folder + "/a b.yaml")
            let line = "\(file):1:7: mode: expected enforce or observe, found \"x\""
            #expect(problem(with: file) == line)
        }
    }

    @Test func `what is no readable regular file is told and does not hang`() throws {
        try withFolder { folder in
            #expect(problem(with: folder) == "\(folder): is a folder, expected a file")
            #expect(problem(with: folder + "/x") == "\(folder)/x: cannot be opened: No such file or directory")
            #expect(mkfifo(folder + "/fifo", 0o600) == 0)
            #expect(problem(with: folder + "/fifo") == "\(folder)/fifo: is a FIFO, expected a regular file")
            #expect(problem(with: "/dev/zero") == "/dev/zero: is a device, expected a regular file")
            #expect(problem(with: "\(folder)/a\0b") == "\(folder)/a\\u{0}b: a NUL byte in the name of the file")
            #expect(problem(with: "") == ": cannot be opened: No such file or directory")
            try listen(on: folder + "/s")
            #expect(problem(with: folder + "/s") == "\(folder)/s: cannot be opened: No such device or address")
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may read every file"))
    func `a file that may not be read is told`() throws {
        try withFolder { folder in
            let file = try write("", folder + "/a", mode: 0o000)
            #expect(problem(with: file) == "\(file): cannot be opened: Permission denied")
        }
    }

    @Test func `a file that is too large is not read`() throws {
        try withFolder { folder in
            let file = try write(String(repeating: "#", count: SourceText.maximumSize + 1), folder + "/a")
            #expect(problem(with: file) == "\(file): has more than 1048576 bytes (1 MiB)")
        }
    }

    @Test func `a file that everybody can write is refused`() throws {
        try withFolder { folder in
            let file = try write("mode: observe\n", folder + "/a", mode: 0o646)
            let text = "can be written by everybody (mode 0646); chmod o-w, and look whether it was changed"
            #expect(problem(with: file) == "\(file): \(text)")
        }
    }

    @Test func `a group may write only where it is root's or the reader's own`() {
        let regular = UInt32(S_IFREG)
        func complaint(_ mode: UInt32, owner: UInt32, group: UInt32) -> String? {
            SettingsFile(mode: regular | mode, size: 1, owner: owner, group: group).complaint(readBy: 1000, 1000)
        }
        #expect(complaint(0o640, owner: 0, group: 42) == nil)
        #expect(complaint(0o664, owner: 1000, group: 1000) == nil)
        #expect(complaint(0o664, owner: 0, group: 0) == nil)
        let text = "can be written by its group (mode 0664, group 42); chmod g-w"
        #expect(complaint(0o664, owner: 1000, group: 42) == text)
        #expect(
            complaint(0o664, owner: 0, group: 1000) == "can be written by its group (mode 0664, group 1000); chmod g-w"
        )
        #expect(
            complaint(0o602, owner: 1000, group: 1000)?.hasPrefix("can be written by everybody (mode 0602)") == true
        )
    }

    @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
    func `a file of a stranger's is read with a warning, one of the reader's without`() throws {
        try withFolder { folder in
            let file = try write("mode: observe\n", folder + "/a")
            #expect(try TamisSettings.load(from: file).warnings == [])
            try #require(chown(file, 4_321, 0) == 0)
            let loaded = try TamisSettings.load(from: file)
            #expect(loaded.settings.mode == .observe)
            #expect(
                loaded.warnings.map(\.description) == [
                    "\(file): belongs to the user 4321, who so decides which mail gets through; chown root"
                ]
            )
        }
    }

    private func problem(with path: String) -> String? {
        do throws(SettingsError) {
            _ = try TamisSettings.load(from: path)
            return nil
        } catch {
            return error.description
        }
    }

    private func write(_ text: String, _ path: String, mode: Int = 0o600) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tamis-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    /// A socket that nobody serves; it goes with its folder.
    private func listen(on path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(result == 0)
    }
}
