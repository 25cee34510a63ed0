import Dispatch
import Glibc

/// The signals that are ours: SIGHUP and SIGUSR1 reload the settings, SIGTERM and SIGINT end the daemon gently.
///
/// libmilter waits for SIGHUP, SIGTERM and SIGINT in a thread of its own and would stop the daemon. Linux hands a signal of the
/// process to the main thread first as long as that has it unblocked, so the main thread must not block these for long, and
/// must not run smfi_main.
///
/// Until the handlers stand, SIGHUP would end the process: a reload wanted so early is kept waiting instead. An end that is
/// wanted so early comes at once, for there is no mail to finish.
enum Signals {
    private static let reloading = [SIGHUP, SIGUSR1]
    private static let ending = [SIGTERM, SIGINT]

    /// For the main thread, before anything else: whoever started us may have handed down any mask.
    static func awaitHandlers() {
        change(SIG_BLOCK, reloading)
        change(SIG_UNBLOCK, ending)
    }

    /// Calls the handlers on `queue`, one signal at a time, until the process ends. For the main thread; when this returns no
    /// signal is missed any more.
    static func handle(
        on queue: DispatchQueue,
        reload: @escaping @Sendable () -> Void,
        drain: @escaping @Sendable () -> Void
    ) {
        let registrations = DispatchGroup()
        for (numbers, handler) in [(reloading, reload), (ending, drain)] {
            for number in numbers {
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler(handler: DispatchWorkItem(block: handler))
                // Dispatch takes the signal from its default action in a thread of its own, some time after resume().
                registrations.enter()
                source.setRegistrationHandler(handler: DispatchWorkItem { registrations.leave() })
                source.resume()
                // It works as long as the process lives, so nobody gives it back.
                _ = Unmanaged.passRetained(source as AnyObject)
            }
        }
        registrations.wait()
        change(SIG_UNBLOCK, reloading)
    }

    private static func change(_ how: Int32, _ numbers: [Int32]) {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        pthread_sigmask(how, &set, nil)
    }
}
