import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The time of day, which signatures state.
enum WallClock {
    /// Whole seconds since 1970.
    static var seconds: Int64 { Int64(time(nil)) }
}

/// What the system says about a packet that did not go out.
enum SystemError {
    /// Whether the server's host said that nobody listens on the port.
    static func isRefusal(_ error: any Error) -> Bool {
        (error as? IOError)?.errnoCode == ECONNREFUSED
    }

    /// The system's words for an error.
    static func text(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return strerror(error.errnoCode).map { String(cString: $0) } ?? "error \(error.errnoCode)"
    }
}
