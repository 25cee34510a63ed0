import Glibc

/// A pipe by which one thread wakes another that waits, for ever or for a moment.
///
/// QUIRK: a DispatchSemaphore's timed wait goes by the wall clock on Linux (sem_timedwait(3)): set back by an hour, it waits an hour
/// longer. poll(2) does not.
struct WakePipe: Sendable {
    private let reader: Int32
    private let writer: Int32

    /// Nil when the system gives no descriptors; `errno` says why. It lives as long as the process.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (reader, writer) = (ends[0], ends[1])
    }

    /// Wakes the one that waits, or will wait next. Many of these before a wait are one.
    func wake() {
        var byte: UInt8 = 0
        // A full pipe wakes as well.
        _ = write(writer, &byte, 1)
    }

    /// Waits until it is woken; false when so many milliseconds were over first. -1 stands for ever.
    func wait(milliseconds: Int32) -> Bool {
        var event = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, milliseconds) > 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 512)
        while read(reader, &bytes, bytes.count) == bytes.count {}
        return true
    }
}
