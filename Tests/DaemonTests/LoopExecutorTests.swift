import NIOCore
import NIOPosix
import Testing

@testable import Daemon

struct LoopExecutorTests {
    @Test func `a Task stays on one event loop, also after it has waited`() async throws {
        let isOnOneLoop = try await Task(executorPreference: LoopExecutor.next()) {
            let before = MultiThreadedEventLoopGroup.currentEventLoop
            try await Task.sleep(for: .milliseconds(1))
            return before != nil && before === MultiThreadedEventLoopGroup.currentEventLoop
        }.value
        #expect(isOnOneLoop)
    }

    @Test func `the loops take turns`() {
        let count = MultiThreadedEventLoopGroup.singleton.makeIterator().reduce(0) { count, _ in count + 1 }
        let taken = (0..<(2 * count)).map { _ in ObjectIdentifier(LoopExecutor.next()) }
        #expect(Set(taken).count == count)
    }
}
