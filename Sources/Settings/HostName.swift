import Glibc

/// The name of this machine, as X-Spam-Checker-Version and our Received field tell it.
package enum HostName {
    /// What gethostname(2) says, or `localhost`.
    package static var current: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return name.isEmpty ? "localhost" : String(decoding: name, as: UTF8.self)
    }
}
