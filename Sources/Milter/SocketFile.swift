import CMilter
import Glibc

/// The file of a unix socket: claimed before we listen, ours while its inode is ours.
///
/// A lock file beside it (`milter.sock.lock`) is held as long as the process lives, since libmilter would take a live socket
/// away from its owner without a word. The lock file stays: to remove it would let two processes hold two of them.
struct SocketFile: Sendable {
    let path: String
    /// Kept open for the process' life: the lock ends with it.
    private let lock: Int32
    private let identity: Identity?

    /// Which file it is, whatever its name.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
    }

    /// Makes way for a socket at `path`: takes the lock, refuses a live socket and anything else that is none, removes
    /// a stale one.
    static func claim(_ path: String) throws(MilterError) -> SocketFile {
        try checkFolder(of: path)
        let lock = try takeLock(path + ".lock", for: path)
        do {
            try removeStale(path)
        } catch {
            close(lock)
            throw error
        }
        return SocketFile(path: path, lock: lock, identity: nil)
    }

    /// The same file, now that a socket of ours is bound to it.
    func bound() -> SocketFile {
        SocketFile(path: path, lock: lock, identity: Self.status(path).map(Identity.init))
    }

    /// Gives up the lock, when nothing came of listening.
    func release() { close(lock) }

    /// Whether the socket at the path is still the one that we bound.
    var isOurs: Bool { identity != nil && identity == Self.status(path).map(Identity.init) }

    func removeIfOurs() {
        if isOurs { unlink(path) }
    }

    /// Gives the socket to a group by name.
    func give(to group: String) throws(MilterError) {
        var id = gid_t()
        let error = cmilter_group_id(group, &id)
        guard error == 0 else {
            throw .group(name: group, reason: error == ENOENT ? "there is no such group" : SystemError.text(error))
        }
        guard lchown(path, uid_t.max, id) == 0 else {
            throw .group(name: group, reason: SystemError.text(errno))
        }
    }

    private static func checkFolder(of path: String) throws(MilterError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
        var status = stat()
        guard stat(folder, &status) == 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .folderMissing(folder) : .permissionDenied(path: path)
        }
    }

    private static func takeLock(_ lockPath: String, for path: String) throws(MilterError) -> Int32 {
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            switch errno {
            case EACCES, EPERM, EROFS: throw .permissionDenied(path: path)
            default: throw .system(call: "opening the lock file \(lockPath)", errno: errno)
            }
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno
            close(descriptor)
            throw error == EWOULDBLOCK
                ? .secondInstance(lock: lockPath) : .system(call: "locking \(lockPath)", errno: error)
        }
        return descriptor
    }

    private static func removeStale(_ path: String) throws(MilterError) {
        guard let found = status(path) else { return }
        guard found.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        switch cmilter_probe_unix(path) {
        case ECONNREFUSED, ENOENT: break
        // A program that listens but lets nobody in, or whose queue is full, lives too.
        default: throw .taken(address: "unix:\(path)")
        }
        guard unlink(path) == 0 || errno == ENOENT else { throw .permissionDenied(path: path) }
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }
}

extension SocketFile.Identity {
    fileprivate init(_ status: stat) {
        self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}
