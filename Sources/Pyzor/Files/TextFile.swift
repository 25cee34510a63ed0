#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whole files, read and written with the system's own calls. A command's work, never a message's.
package enum TextFile {
    /// The most that a file of settings may hold.
    static let largest = 16 << 20

    /// The text of a file; bytes that are no UTF-8 become U+FFFD.
    package static func read(_ path: String) throws(PyzorError) -> String {
        String(decoding: try bytes(of: path, limit: largest), as: UTF8.self)
    }

    /// The bytes of a file, of at most `limit` of them. A FIFO is refused: reading it could wait for ever.
    package static func bytes(of path: String, limit: Int) throws(PyzorError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        guard status.st_mode & mode_t(S_IFMT) != mode_t(S_IFIFO) else {
            throw .file(path: path, reason: "it is a FIFO, expected a regular file")
        }
        return try bytes(from: descriptor, name: path, limit: limit)
    }

    /// Everything that can be read from an open file.
    static func bytes(from descriptor: Int32, name: String, limit: Int) throws(PyzorError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = chunk.withUnsafeMutableBytes { systemRead(descriptor, $0) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(name) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw .file(path: name, reason: "it is larger than \(limit) bytes") }
        }
    }

    /// Replaces a file's text.
    package static func write(_ text: String, to path: String) throws(PyzorError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(path) }
        let isWritten = write(Array(text.utf8), to: descriptor)
        guard close(descriptor) == 0 && isWritten else { throw failure(path) }
    }

    /// Writes all bytes; false when the file does not take them.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func failure(_ path: String) -> PyzorError {
        .file(path: path, reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
    }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    write(descriptor, buffer.baseAddress, buffer.count)
}
