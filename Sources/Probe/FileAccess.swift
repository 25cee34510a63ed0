import Glibc

/// Who wants to get at a file: a user and his groups.
struct Accessor: Equatable, Sendable {
    let name: String
    let user: UInt32
    let groups: Set<UInt32>

    init(name: String, user: UInt32, groups: Set<UInt32>) {
        self.name = name
        self.user = user
        self.groups = groups
    }

    /// A user of this host with all groups that the system's tables put him in; nil when there is no such user.
    init?(named name: String) {
        var record = passwd()
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwnam_r(name, &record, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        var count: Int32 = 4096
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, record.pw_gid, &groups, &count) >= 0 else { return nil }
        self.init(name: name, user: record.pw_uid, groups: Set(groups.prefix(Int(count))))
    }

    /// Whether the permission bits (4 read, 2 write, 1 pass) of a file are his; ACLs are not looked at.
    func has(_ bits: UInt32, of file: FileStatus) -> Bool {
        if user == 0 { return true }
        let shift: UInt32 = user == file.owner ? 6 : groups.contains(file.group) ? 3 : 0
        return (file.mode >> shift) & bits == bits
    }
}

/// What decides who gets at a file.
struct FileStatus: Equatable, Sendable {
    let mode: UInt32
    let owner: UInt32
    let group: UInt32

    init(mode: UInt32, owner: UInt32, group: UInt32) {
        self.mode = mode
        self.owner = owner
        self.group = group
    }

    /// Nil when there is no such file, or nobody may see it.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(mode: status.st_mode, owner: status.st_uid, group: status.st_gid)
    }

    var isSocket: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFSOCK) }
    var isFolder: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
    var isWorldWritable: Bool { mode & 0o002 != 0 }

    /// `mode 0750, owner tamis, group tamis`
    var text: String {
        let digits = String(mode & 0o7777, radix: 8)
        let octal = String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
        return "mode \(octal), owner \(Self.userName(owner)), group \(Self.groupName(group))"
    }

    static func userName(_ id: UInt32) -> String {
        var record = passwd()
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(id, &record, &buffer, buffer.count, &found) == 0, found != nil else { return "\(id)" }
        return String(cString: record.pw_name)
    }

    static func groupName(_ id: UInt32) -> String {
        var record = Glibc.group()
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        var found: UnsafeMutablePointer<Glibc.group>?
        guard getgrgid_r(id, &record, &buffer, buffer.count, &found) == 0, found != nil else { return "\(id)" }
        return String(cString: record.gr_name)
    }
}

/// The folders on the way to a file.
struct FolderPath: Equatable, Sendable {
    /// From `/` down to the folder that holds the file.
    let folders: [String]

    init(to file: String) {
        var folders = ["/"]
        var path = ""
        for part in file.split(separator: "/").dropLast() {
            path += "/\(part)"
            folders.append(path)
        }
        self.folders = folders
    }

    /// The first folder that is not there.
    func missing(_ status: (String) -> FileStatus? = { FileStatus($0) }) -> String? {
        folders.first { status($0)?.isFolder != true }
    }

    /// The first folder that keeps somebody out, and what it is like.
    func obstacle(
        for accessor: Accessor,
        _ status: (String) -> FileStatus? = { FileStatus($0) }
    ) -> (folder: String, status: FileStatus)? {
        for folder in folders {
            guard let found = status(folder) else { return nil }
            if !accessor.has(1, of: found) { return (folder, found) }
        }
        return nil
    }

    /// The first folder that everybody may write, sticky or not: Sendmail takes no socket below it (safefile).
    func worldWritable(_ status: (String) -> FileStatus? = { FileStatus($0) }) -> String? {
        folders.first { status($0)?.isWorldWritable == true }
    }
}

/// Files that are read whole, if they are there.
enum TextOfFile {
    /// At most 1 MiB of a regular file; nil for anything else.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & UInt32(S_IFMT) == UInt32(S_IFREG) else { return nil }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < 1 << 20 {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
