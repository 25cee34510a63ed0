import Glibc

/// What a command is given to read: files, folders, standard input.
enum InputFiles {
    /// A larger file is no message.
    static let maximumSize = 256 << 20

    /// Why nothing could be read.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// The files that are meant: a folder stands for the regular files in it and in its folders, by name, without those that begin
    /// with a dot; a Maildir so for what is in `cur` and `new`. `-` and no argument stand for standard input.
    ///
    /// A folder without a file is a problem: nothing was judged there, and somebody may think that it was.
    static func expand(_ arguments: [String]) throws(Problem) -> [String] {
        var files: [String] = []
        for argument in arguments.isEmpty ? ["-"] : arguments {
            if argument != "-", isFolder(argument) {
                let inside = try self.files(in: argument)
                guard !inside.isEmpty else { throw Problem(description: "\(argument): no file is in there") }
                files += inside
            } else {
                files.append(argument)
            }
        }
        return files
    }

    /// Links to folders are left out, for they could lead round in a circle. The folders that wait are a list and no calls, so
    /// that the depth costs nothing.
    private static func files(in folder: String) throws(Problem) -> [String] {
        var files: [String] = []
        var waiting = [folder]
        while let folder = waiting.popLast() {
            let names = try names(in: folder)
            let isMaildir = names.contains("cur") && names.contains("new")
            let paths = names.filter { !isMaildir || $0 != "tmp" }.map { "\(folder)/\($0)" }
            files += paths.filter(isReadable)
            waiting += paths.reversed().filter { isFolder($0) && !isLink($0) }
        }
        return files
    }

    /// The bytes of a file, or of standard input for `-`.
    static func read(_ path: String) throws(Problem) -> [UInt8] {
        let descriptor =
            path == "-" ? dup(STDIN_FILENO) : withName(path) { open($0, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw problem("cannot be opened") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw problem("cannot be read") }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= maximumSize else { throw Problem(description: "is larger than 256 MiB") }
        }
    }

    /// Whether a name in a folder stands for a file: a FIFO or a device would be waited for. What leads nowhere is told when it
    /// is read.
    private static func isReadable(_ path: String) -> Bool {
        var status = stat()
        return withName(path) { stat($0, &status) } != 0 || status.st_mode & UInt32(S_IFMT) == UInt32(S_IFREG)
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return withName(path) { lstat($0, &status) } == 0 && status.st_mode & UInt32(S_IFMT) == UInt32(S_IFLNK)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return withName(path) { stat($0, &status) } == 0 && status.st_mode & UInt32(S_IFMT) == UInt32(S_IFDIR)
    }

    private static func names(in folder: String) throws(Problem) -> [String] {
        guard let stream = withName(folder, { opendir($0) }) else {
            throw Problem(description: "\(folder): \(reason())")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { FileName.string($0.prefix { $0 != 0 }) }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Calls the system with the bytes of a name as `FileName` holds them.
    private static func withName<Result>(_ name: String, _ call: (UnsafePointer<CChar>) -> Result) -> Result {
        let bytes = (FileName.bytes(name) + [0]).map { CChar(bitPattern: $0) }
        return bytes.withUnsafeBufferPointer { buffer in
            // Never nil: the array holds its NUL at least.
            buffer.baseAddress.map(call) ?? "".withCString(call)
        }
    }

    private static func problem(_ what: String) -> Problem { Problem(description: "\(what): \(reason())") }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
