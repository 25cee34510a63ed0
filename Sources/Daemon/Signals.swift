import Dispatch
import Glibc

/// The signals that are ours: SIGHUP and SIGUSR1 reload the settings, SIGTERM and SIGINT end the daemon gently.
///
/// libmilter waits for SIGHUP, SIGTERM and SIGINT in a thread of its own and would stop the daemon. Linux hands a signal of the
/// process to the main thread first as long as that has it unblocked, so the main thread must never block these, and
/// must not run smfi_main. SIGPIPE is ignored: a peer that has gone shows in the result of the write.
final class Signals {
    private let sources: [any DispatchSourceSignal]

    /// Calls the handlers on `queue`, one signal at a time, until this value is gone.
    init(queue: DispatchQueue, reload: @escaping @Sendable () -> Void, drain: @escaping @Sendable () -> Void) {
        signal(SIGPIPE, SIG_IGN)
        let handlers = [(SIGHUP, reload), (SIGUSR1, reload), (SIGTERM, drain), (SIGINT, drain)]
        sources = handlers.map { number, handler in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: DispatchWorkItem { handler() })
            source.resume()
            return source
        }
    }
}
