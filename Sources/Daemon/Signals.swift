import Dispatch
import Glibc

/// The signals that are ours: SIGHUP and SIGUSR1 reload the settings, SIGTERM and SIGINT end the daemon gently.
///
/// libmilter waits for SIGHUP, SIGTERM and SIGINT in a thread of its own and would stop the daemon. Linux hands a signal of the
/// process to the main thread first as long as that has it unblocked, so the main thread must never block these, and
/// must not run smfi_main.
enum Signals {
    /// Unblocks them in this thread, the main one: whoever started us may have handed down a mask that blocks them.
    static func unblock() {
        var ours = sigset_t()
        sigemptyset(&ours)
        for number in [SIGHUP, SIGUSR1, SIGTERM, SIGINT] { sigaddset(&ours, number) }
        pthread_sigmask(SIG_UNBLOCK, &ours, nil)
    }

    /// Calls the handlers on `queue`, one signal at a time, until the process ends.
    static func handle(
        on queue: DispatchQueue,
        reload: @escaping @Sendable () -> Void,
        drain: @escaping @Sendable () -> Void
    ) {
        for (number, handler) in [(SIGHUP, reload), (SIGUSR1, reload), (SIGTERM, drain), (SIGINT, drain)] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: DispatchWorkItem(block: handler))
            source.resume()
            // It works as long as the process lives, so nobody gives it back.
            _ = Unmanaged.passRetained(source as AnyObject)
        }
    }
}
