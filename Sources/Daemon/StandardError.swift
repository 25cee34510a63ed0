import Glibc
import Mail

/// Standard error, for whoever typed the command.
package enum StandardError {
    /// Writes the text as it is, to another descriptor if need be; false when not all of it could be written.
    @discardableResult
    package static func write(_ text: String, to descriptor: Int32 = STDERR_FILENO) -> Bool {
        var rest = Bytes(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
