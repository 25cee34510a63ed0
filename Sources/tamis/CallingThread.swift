import Dispatch
import Synchronization

/// Runs asynchronous code on the calling thread, for a process that lives for milliseconds: the pool of threads that Swift
/// would start for it costs more than the work.
///
/// Code that leaves the thread (an event loop's, a thread pool's) comes back to it.
final class CallingThread: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var outcome: Int32?
    }

    private let state = Mutex(State())
    /// Signalled once for each job, and once for the end.
    private let changed = DispatchSemaphore(value: 0)

    private init() {}

    /// Runs `work` until it ends. Call it from a thread that may block, as the main one may.
    static func run(_ work: @escaping @Sendable () async -> Int32) -> Int32 {
        let thread = CallingThread()
        Task(executorPreference: thread) { thread.end(await work()) }
        while true {
            thread.changed.wait()
            if let job = thread.nextJob() {
                job.runSynchronously(on: thread.asUnownedTaskExecutor())
            } else if let outcome = thread.state.withLock(\.outcome) {
                return outcome
            }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        changed.signal()
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }

    private func end(_ outcome: Int32) {
        state.withLock { $0.outcome = outcome }
        changed.signal()
    }
}
