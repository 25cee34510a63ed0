import Glibc

/// The system's words for an error.
enum SystemError {
    /// What errno value `code` means: `Permission denied (13)`.
    static func text(_ code: Int32) -> String {
        String(cString: strerror(code)) + " (\(code))"
    }
}
