import Glibc

extension TamisSettings {
    /// Reads a settings file.
    ///
    /// Refused, each with one clear line: a file that is missing or unreadable, anything but a regular file (opening a FIFO
    /// or a device does not hang), more than 1 MiB, and a file that others may write, since whoever writes it decides which
    /// mail gets through. A symbolic link is followed. A file that belongs to somebody else than root and the reader is read with a
    /// warning: it is common where settings are only tried, and a risk where they are in force.
    ///
    /// - Parameter key: the key of another file that names this one, for the message that it cannot be read.
    package static func load(from path: String, key: String? = nil) throws(SettingsError) -> LoadedSettings {
        let bytes: [UInt8]
        let doubt: String?
        do {
            (bytes, doubt) = try SettingsFile.readAndDoubt(path)
        } catch {
            throw SettingsError([SettingsProblem(file: path, place: nil, key: key, text: error.text)])
        }
        let loaded = try parse(bytes, named: path)
        let doubts = doubt.map { [SettingsProblem(file: path, place: nil, key: nil, text: $0)] } ?? []
        return LoadedSettings(settings: loaded.settings, warnings: doubts + loaded.warnings)
    }
}

/// What is looked at in a settings file before its text.
struct SettingsFile: Equatable, Sendable {
    let mode: UInt32
    let size: Int
    let owner: UInt32
    let group: UInt32

    /// Why a file with these properties is not read by the given user; nil if it is fine.
    ///
    /// As OpenSSH does with its files, one that others can write is refused. Writable by its group is fine where that group
    /// is root's, or the reader's own beside the reader's own file (a umask of 002 with a group per user).
    func complaint(
        readBy user: UInt32,
        _ userGroup: UInt32,
        maximumSize: Int = SourceText.maximumSize
    ) -> String? {
        switch mode & UInt32(S_IFMT) {
        case UInt32(S_IFREG): break
        case UInt32(S_IFDIR): return "is a folder, expected a file"
        case UInt32(S_IFIFO): return "is a FIFO, expected a regular file"
        case UInt32(S_IFCHR), UInt32(S_IFBLK): return "is a device, expected a regular file"
        default: return "is no regular file"
        }
        let octal = "0" + String(mode & 0o7777, radix: 8)
        if mode & 0o002 != 0 {
            return "can be written by everybody (mode \(octal)); chmod o-w, and look whether it was changed"
        }
        let isPrivateGroup = group == 0 || owner == user && group == userGroup
        if mode & 0o020 != 0, !isPrivateGroup {
            return "can be written by its group (mode \(octal), group \(group)); chmod g-w"
        }
        return size > maximumSize ? "has more than \(maximumSize) bytes (\(maximumSize >> 20) MiB)" : nil
    }

    /// Whose file it is, where that is neither root nor the reader: he can change it at any time.
    func doubt(readBy user: UInt32) -> String? {
        owner == 0 || owner == user
            ? nil : "belongs to the user \(owner), who so decides which mail gets through; chown root"
    }

    /// The bytes of a file.
    static func read(_ path: String, maximumSize: Int = SourceText.maximumSize) throws(SyntaxProblem) -> [UInt8] {
        try readAndDoubt(path, maximumSize: maximumSize).bytes
    }

    /// The bytes of a file, and what speaks against trusting it.
    static func readAndDoubt(
        _ path: String,
        maximumSize: Int = SourceText.maximumSize
    ) throws(SyntaxProblem) -> (bytes: [UInt8], doubt: String?) {
        guard !path.utf8.contains(0) else { throw SyntaxProblem(nil, "a NUL byte in the name of the file") }
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw problem("cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw problem("cannot be examined") }
        let file = SettingsFile(
            mode: status.st_mode,
            size: Int(status.st_size),
            owner: status.st_uid,
            group: status.st_gid
        )
        if let complaint = file.complaint(readBy: geteuid(), getegid(), maximumSize: maximumSize) {
            throw SyntaxProblem(nil, complaint)
        }
        let bytes = try contents(of: descriptor, maximumSize)
        // It can have grown since it was looked at.
        guard bytes.count <= maximumSize else { throw SyntaxProblem(nil, "has more than \(maximumSize) bytes") }
        return (bytes, file.doubt(readBy: geteuid()))
    }

    /// What is there, up to a little more than the file may have.
    private static func contents(of descriptor: Int32, _ maximumSize: Int) throws(SyntaxProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= maximumSize {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw problem("cannot be read") }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    private static func problem(_ what: String) -> SyntaxProblem {
        SyntaxProblem(nil, "\(what): \(String(cString: strerror(errno)))")
    }
}
