import NIOCore
import NIOPosix
import Synchronization

/// Runs a message's Task on an event loop, where its connections live too: nothing is handed from thread to thread and back.
///
/// What a Task does there must be short, since the loop's other messages wait meanwhile: long work is given to a thread pool.
/// The executors live as long as the process, as Tasks refer to them without holding them.
final class LoopExecutor: TaskExecutor {
    private static let all = MultiThreadedEventLoopGroup.singleton.makeIterator().map { LoopExecutor($0) }
    private static let turn = Atomic<Int>(0)

    private let loop: any EventLoop

    private init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// That of each loop in turn.
    static func next() -> LoopExecutor {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).newValue
        return all[Int(turn.magnitude % UInt(all.count))]
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
