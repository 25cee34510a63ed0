import Glibc
import Mail

/// Standard error, for whoever typed the command.
package enum StandardError {
    /// Writes the text as it is; what a closed descriptor refuses is lost.
    package static func write(_ text: String) {
        let bytes = Bytes(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
