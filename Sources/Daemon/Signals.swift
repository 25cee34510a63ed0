import Dispatch
import Glibc
import Synchronization

/// The signals that are ours: SIGHUP and SIGUSR1 reload the settings, SIGTERM and SIGINT end the daemon gently.
///
/// libmilter waits for SIGHUP, SIGTERM and SIGINT in a thread of its own and would stop the daemon. Linux hands a signal of the
/// process to the main thread first as long as that has it unblocked, so the main thread must not block these for long, and
/// must not run smfi_main.
///
/// The start goes through three stages. Before `holdReloads()` a signal does what it does to any process. Until `hear()` has returned
/// a reload is kept waiting, and an end comes at once, for there is no socket yet. Then both are remembered, until `serve`.
final class Signals: Sendable {
    /// What is done about them, each on a queue of its own: a reload may wait for a disk, the end may not wait for it.
    struct Service: Sendable {
        let reloads: DispatchQueue
        let reload: @Sendable () -> Void
        let ends: DispatchQueue
        let end: @Sendable () -> Void
    }

    private struct State {
        var isReloadWanted = false
        var isEndWanted = false
        var service: Service?
    }

    private static let reloading = [SIGHUP, SIGUSR1]
    private static let ending = [SIGTERM, SIGINT]

    private let state = Mutex(State())

    /// For the main thread, before anything else: whoever started us may have handed down any mask.
    static func holdReloads() {
        change(SIG_BLOCK, reloading)
        change(SIG_UNBLOCK, ending)
    }

    /// For the main thread. When this returns no signal is missed any more.
    static func hear() -> Signals {
        let signals = Signals()
        let queue = DispatchQueue(label: "tamisd.signals")
        let registrations = DispatchGroup()
        for (number, come) in reloading.map({ ($0, signals.wantReload) }) + ending.map({ ($0, signals.wantEnd) }) {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: DispatchWorkItem(block: come))
            // Dispatch takes the signal from its default action in a thread of its own, some time after resume().
            registrations.enter()
            source.setRegistrationHandler(handler: DispatchWorkItem { registrations.leave() })
            source.resume()
            // It works as long as the process lives, so nobody gives it back.
            _ = Unmanaged.passRetained(source as AnyObject)
        }
        registrations.wait()
        change(SIG_UNBLOCK, reloading)
        return signals
    }

    /// Does what was wanted so far, and what will be. Reloads that are wanted while one has not begun are one.
    func serve(_ service: Service) {
        let wanted = state.withLock { state in
            state.service = service
            return state
        }
        if wanted.isReloadWanted { begin(service) }
        if wanted.isEndWanted { service.ends.async(execute: DispatchWorkItem(block: service.end)) }
    }

    @Sendable private func wantReload() {
        let service = state.withLock { state in
            defer { state.isReloadWanted = true }
            return state.isReloadWanted ? nil : state.service
        }
        if let service { begin(service) }
    }

    @Sendable private func wantEnd() {
        let service = state.withLock { state in
            state.isEndWanted = true
            return state.service
        }
        if let service { service.ends.async(execute: DispatchWorkItem(block: service.end)) }
    }

    private func begin(_ service: Service) {
        let work = DispatchWorkItem {
            // One that is wanted from here on may know of a later change of the file.
            self.state.withLock { $0.isReloadWanted = false }
            service.reload()
        }
        service.reloads.async(execute: work)
    }

    private static func change(_ how: Int32, _ numbers: [Int32]) {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        pthread_sigmask(how, &set, nil)
    }
}
