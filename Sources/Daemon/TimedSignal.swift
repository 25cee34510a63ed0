import Dispatch
import Glibc

/// A signal that stays set once it was given, and that a thread can wait for up to a moment of the monotonic clock.
///
/// QUIRK: a DispatchSemaphore's timed wait goes by the wall clock on Linux (sem_timedwait(3)). When that clock is set back by an
/// hour, a wait of five seconds lasts an hour longer. A condition variable can be told to go by the monotonic clock
/// (pthread_condattr_setclock(3)).
final class TimedSignal: Sendable {
    private struct Parts {
        var mutex = pthread_mutex_t()
        var condition = pthread_cond_t()
        var isSet = false
    }

    /// The address of the parts, which may not move. They change only while the mutex is held.
    private let address: UInt

    private var parts: UnsafeMutablePointer<Parts> {
        // Made from a pointer in `init`, so there is always one.
        UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
    }

    init() {
        let parts = UnsafeMutablePointer<Parts>.allocate(capacity: 1)
        parts.initialize(to: Parts())
        pthread_mutex_init(&parts.pointee.mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(&parts.pointee.condition, &attributes)
        pthread_condattr_destroy(&attributes)
        address = UInt(bitPattern: parts)
    }

    deinit {
        pthread_cond_destroy(&parts.pointee.condition)
        pthread_mutex_destroy(&parts.pointee.mutex)
        parts.deallocate()
    }

    /// Wakes whoever waits, now and later.
    func set() {
        pthread_mutex_lock(&parts.pointee.mutex)
        parts.pointee.isSet = true
        pthread_cond_broadcast(&parts.pointee.condition)
        pthread_mutex_unlock(&parts.pointee.mutex)
    }

    /// Waits for the signal; false when `time` came first.
    func wait(until time: DispatchTime) -> Bool {
        let nanoseconds = time.uptimeNanoseconds
        var end = timespec(
            tv_sec: Int(clamping: nanoseconds / 1_000_000_000),
            tv_nsec: Int(nanoseconds % 1_000_000_000)
        )
        pthread_mutex_lock(&parts.pointee.mutex)
        defer { pthread_mutex_unlock(&parts.pointee.mutex) }
        while !parts.pointee.isSet {
            let status = pthread_cond_timedwait(&parts.pointee.condition, &parts.pointee.mutex, &end)
            guard status == 0 || status == EINTR else { break }
        }
        return parts.pointee.isSet
    }
}
