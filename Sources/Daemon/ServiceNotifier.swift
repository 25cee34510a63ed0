import Glibc
import Mail

/// Tells the service manager how the daemon is (sd_notify(3)): one datagram to the socket in `NOTIFY_SOCKET`.
///
/// Without that variable nothing is sent. What the manager waits for is tried for some seconds, since it would take a daemon
/// that never was ready for a failed one; for the rest a full socket is no reason to wait.
struct ServiceNotifier: Sendable {
    private let path: String?

    /// - Parameter environment: where `NOTIFY_SOCKET` is looked up.
    init(environment: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }) {
        let room = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        path = environment("NOTIFY_SOCKET").flatMap { path in
            (path.hasPrefix("/") || path.hasPrefix("@")) && path.utf8.count < room ? path : nil
        }
    }

    /// Whether there is a manager to tell.
    var isActive: Bool { path != nil }

    /// The daemon answers connections; also ends a reload.
    func ready(status: String) { send("READY=1\nSTATUS=\(status)", insisting: true) }

    /// A reload begins, at this moment of the monotonic clock (`MONOTONIC_USEC`, sd_notify(3)).
    func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1_000)", insisting: true)
    }

    /// The daemon drains and ends.
    func stopping() { send("STOPPING=1\nSTATUS=Finishing the messages in flight") }

    /// The daemon is well.
    func watchdog() { send("WATCHDOG=1") }

    /// One line for `systemctl status`.
    func status(_ text: String) { send("STATUS=\(text)") }

    /// How often the manager wants to hear `WATCHDOG=1`, in microseconds; nil when it does not ask this process.
    static func watchdogInterval(
        environment: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }
    ) -> Int64? {
        guard let interval = environment("WATCHDOG_USEC").flatMap({ Int64($0) }), interval > 0 else { return nil }
        if let pid = environment("WATCHDOG_PID"), pid != "\(getpid())" { return nil }
        return interval
    }

    private static let pauseMicroseconds: UInt32 = 50_000
    /// Five seconds in all.
    private static let tries = 100

    private func send(_ text: String, insisting: Bool = false) {
        guard let path else { return }
        for _ in 0..<(insisting ? Self.tries : 1) {
            let error = Self.send(Bytes(text.utf8), to: path)
            // A full socket, and want of descriptors or memory, pass.
            guard [EAGAIN, EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error) else { return }
            if insisting { usleep(Self.pauseMicroseconds) }
        }
    }

    /// Sends it, or returns an errno. Never waits.
    private static func send(_ bytes: Bytes, to path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Bytes(path.utf8)
        // A leading @ stands for the NUL of an abstract socket (unix(7)).
        if name[0] == 0x40 { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout.offset(of: \sockaddr_un.sun_path)! + name.count)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socketAddress in
                let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
                return sendto(descriptor, bytes, bytes.count, flags, socketAddress, length) < 0 ? errno : 0
            }
        }
    }
}
