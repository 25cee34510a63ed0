import Glibc
import TestRig
import Testing

@testable import Probe

struct FileAccessTests {
    private let user = Accessor(name: "postfix", user: 100, groups: [200, 201, 400_201])

    @Test(
        arguments: [
            (0o750, 100, 999, true), (0o050, 100, 200, false), (0o750, 1, 201, true), (0o705, 1, 200, false),
            (0o701, 1, 999, true),
            (0o750, 1, 999, false),
        ] as [(UInt32, UInt32, UInt32, Bool)]
    )
    func `the owner's bits count for the owner alone, then the group's, then all others'`(
        mode: UInt32,
        owner: UInt32,
        group: UInt32,
        mayPass: Bool
    ) {
        let status = FileStatus(mode: mode | UInt32(S_IFDIR), owner: owner, group: group)
        #expect(user.has(1, of: status) == mayPass)
        #expect(Accessor(name: "root", user: 0, groups: []).has(1, of: status))
    }

    @Test func `the folders of a path are those down to the file`() {
        #expect(FolderPath(to: "/run/tamis/milter.sock").folders == ["/", "/run", "/run/tamis"])
        #expect(FolderPath(to: "//run//x").folders == ["/", "/run"])
    }

    /// A host with these folders (and a socket).
    private func look(_ files: [String: (UInt32, UInt32, UInt32)]) -> (String) -> FileStatus? {
        { path in files[path].map { FileStatus(mode: $0.0, owner: $0.1, group: $0.2) } }
    }

    private let folder = UInt32(S_IFDIR)

    private func access(_ files: [String: (UInt32, UInt32, UInt32)]) -> Finding {
        MailServerProbe.access(of: user, to: "/run/tamis/milter.sock", "access", look(files))
    }

    @Test func `the whole way to the socket is looked at`() {
        let open = (folder | 0o755, UInt32(0), UInt32(0))
        let socket = (UInt32(S_IFSOCK) | 0o660, UInt32(400_007), UInt32(400_201))
        let good = [
            "/": open, "/run": open, "/run/tamis": (folder | 0o750, 400_007, 400_201), "/run/tamis/milter.sock": socket,
        ]
        #expect(access(good).level == .ok)
        #expect(
            access(good).text.hasPrefix(
                "the user postfix may use /run/tamis/milter.sock (mode 0660, owner 400007, group 400201)"
            )
        )

        var other = good
        other["/run/tamis"] = (folder | 0o750, 400_007, 400_999)
        #expect(access(other).level == .warning)
        #expect(
            access(other).text
                == "the user postfix cannot pass /run/tamis (mode 0750, owner 400007, group 400999); put it into the group"
                + " (adduser postfix 400999) and restart Postfix"
        )
        other["/run/tamis"] = (folder | 0o750, 0, 0)
        #expect(
            access(other).text.hasSuffix(
                "(chgrp tamis), and put it into the group (adduser postfix tamis) and restart Postfix"
            )
        )
        other = good
        other["/run/tamis/milter.sock"] = (UInt32(S_IFSOCK) | 0o600, 400_007, 400_201)
        #expect(access(other).text.hasPrefix("the user postfix may not write to /run/tamis/milter.sock (mode 0600"))
        other = good
        other["/run/tamis/milter.sock"] = nil
        #expect(access(other).level == .ok)
        #expect(access(other).text.hasSuffix("no socket is in it, since tamisd does not run"))
        other["/run/tamis"] = nil
        #expect(
            access(other) == .warning("access", "/run/tamis is not there yet: the unit or systemd-tmpfiles makes it")
        )
    }

    @Test func `a folder that everybody may write is found, sticky or not`() {
        let path = FolderPath(to: "/tmp/tamis/milter.sock")
        let files = ["/": (folder | 0o755, UInt32(0), UInt32(0)), "/tmp": (folder | 0o1777, 0, 0)]
        #expect(path.worldWritable(look(files)) == "/tmp")
        #expect(FolderPath(to: "/x").worldWritable(look(files)) == nil)
    }

    @Test func `users and files of this host are read`() throws {
        let root = try #require(Accessor(named: "root"))
        #expect(root.user == 0 && root.groups.contains(0))
        #expect(Accessor(named: "no-such-user-here") == nil)
        #expect(try #require(FileStatus("/")).text.hasSuffix("owner root, group root"))
        #expect(FileStatus("/nowhere") == nil)
        #expect(TextOfFile.read("/dev/zero") == nil)
        #expect(TextOfFile.read("/etc/passwd")?.contains("root:") == true)
    }
}

struct ChildOutputTests {
    @Test func `what a program prints is read`() {
        #expect(ChildOutput.run("/bin/echo", ["a", "b c"]) == "a b c\n")
        #expect(ChildOutput.run("/bin/sh", ["-c", "echo x; echo y >&2"]) == "x\n")
    }

    @Test func `a program that fails, hangs or is not there says nothing`() {
        #expect(ChildOutput.run("/bin/sh", ["-c", "echo x; exit 1"]) == nil)
        #expect(ChildOutput.run("/bin/sh", ["-c", "echo x; exec sleep 600"], limit: 1) == nil)
        #expect(ChildOutput.run("/nowhere/program", []) == nil)
    }

    @Test func `a program is found along the path`() {
        #expect(ChildOutput.find("sh", path: "relative:/nowhere:/bin") == "/bin/sh")
        #expect(ChildOutput.find("no-such-program", path: "/bin") == nil)
    }
}
