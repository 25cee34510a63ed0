import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TestRig
import Testing

@testable import tamis

/// The thread that this runs on, as a number.
private func thisThread() -> UInt { UInt(pthread_self()) }

private final class Threads: Sendable {
    private let threads = Mutex<[UInt]>([])

    var all: [UInt] { threads.withLock { $0 } }

    func add(_ thread: UInt) { threads.withLock { $0.append(thread) } }
}

@Suite(.ownThread) struct CallingThreadTests {
    @Test func `work that waits for an event loop comes back to the calling thread`() {
        let seen = Threads()
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let outcome = CallingThread.run {
            seen.add(thisThread())
            seen.add((try? await loop.submit { thisThread() }.get()) ?? 0)
            seen.add(thisThread())
            return 7
        }
        let threads = seen.all
        #expect(outcome == 7)
        #expect(threads.count == 3)
        #expect(threads.first == thisThread())
        #expect(threads.dropFirst().first != thisThread())
        #expect(threads.last == thisThread())
    }

    @Test func `child tasks run on the calling thread too`() {
        let seen = Threads()
        _ = CallingThread.run {
            await withTaskGroup(of: UInt.self) { group in
                for _ in 0..<8 { group.addTask { thisThread() } }
                for await thread in group { seen.add(thread) }
            }
            return 0
        }
        #expect(Set(seen.all) == [thisThread()])
    }
}
