import Glibc

/// What a command is given to read: files, folders, standard input.
enum InputFiles {
    /// A larger file is no message.
    static let maximumSize = 256 << 20

    /// Why nothing could be read.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// The files that are meant: a folder stands for the regular files in it, by name, without those that begin with a dot;
    /// `-` and no argument for standard input.
    static func expand(_ arguments: [String]) throws(Problem) -> [String] {
        var files: [String] = []
        for argument in arguments.isEmpty ? ["-"] : arguments {
            if argument != "-", isFolder(argument) {
                files += try names(in: argument).map { "\(argument)/\($0)" }.filter(isReadable)
            } else {
                files.append(argument)
            }
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
