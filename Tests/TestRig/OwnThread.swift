import Foundation
package import Testing

extension Trait where Self == OwnThread {
    /// Runs each test of the suite on threads of its own, where it may block.
    package static var ownThread: OwnThread { OwnThread() }
}

/// The rig blocks: it waits for sockets, files and processes. On the few threads of Swift's shared pool that would
/// hold up the asynchronous tests of other suites, which run in the same process.
///
/// The test body and its child tasks each get a thread; what they expect is still reported for the right test.
package struct OwnThread: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await withTaskExecutorPreference(ThreadPerJob.shared) { try await function() }
    }
}

private final class ThreadPerJob: TaskExecutor {
    static let shared = ThreadPerJob()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let thread = Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        thread.stackSize = 2 << 20
        thread.start()
    }
}
