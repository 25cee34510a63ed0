#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension TLSOptions {
    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    static func isFIFO(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFIFO
    }
}

extension TLSOptions.KeyPassword {
    /// The password.
    ///
    /// - Throws: ``SpamdError`` with `.invalidConfiguration` if its file cannot be read.
    func bytes() throws(SpamdError) -> [UInt8] {
        guard case .file(let path) = self else {
            if case .text(let text) = self { return Array(text.utf8) }
            return []
        }
        guard !TLSOptions.isFIFO(path) else {
            throw SpamdError(
                .invalidConfiguration,
                text: "TLS key password \(path): is a FIFO, expected a regular file"
            )
        }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw SpamdError(.invalidConfiguration, text: "TLS key password \(path): \(systemText(errno))")
        }
        defer { close(file) }
        // A password is short; one read of 4 KiB holds it.
        let line = [UInt8](unsafeUninitializedCapacity: 4_096) { buffer, count in
            count = max(0, read(file, buffer.baseAddress, 4_096))
        }
        return Array(line.prefix { $0 != 0x0a && $0 != 0x0d })
    }
}

/// What the system says of this error number. (glibc's strerror has been safe between threads since 2.32.)
func systemText(_ code: CInt) -> String { String(cString: strerror(code)) }
