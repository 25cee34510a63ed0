import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Daemon

struct LifeSignTests {
    /// Whether the sign shows within 30 s.
    private func shows(_ sign: LifeSign) async -> Bool {
        let slot = OneShot<Bool>()
        sign.look { slot.fulfil(true) }
        return await withCheckedContinuation { continuation in
            startThread { continuation.resume(returning: slot.wait(until: .now() + .seconds(30)) ?? false) }
        }
    }

    @Test func `event loops that turn, a Task that runs, our own socket and an answer are signs of life`() async {
        #expect(await shows(.eventLoops(MultiThreadedEventLoopGroup.singleton)))
        #expect(await shows(.task))
        #expect(await shows(.socketFile { true }))
        #expect(await shows(.listener({ _ in nil }, patience: .seconds(1))))
    }

    @Test func `one event loop that hangs among others is no sign`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let loops = Array(group.makeIterator())
        let release = DispatchSemaphore(value: 0)
        loops[1].execute { release.wait() }
        let seen = Counter()
        LifeSign.eventLoops(group).look { seen.increment() }
        // What the sign asked of the first loop has been done when this comes back.
        try await loops[0].submit {}.get()
        #expect(seen.value == 0)
        release.signal()
        try await loops[1].submit {}.get()
        #expect(seen.value == 1)
        try await group.shutdownGracefully()
    }

    @Test func `another's file in the place of our socket is no sign`() {
        let seen = Counter()
        LifeSign.socketFile { false }.look { seen.increment() }
        #expect(seen.value == 0)
    }

    @Test func `a listener that says nothing is no sign, and is asked no longer than its patience`() async {
        let asked = OneShot<Duration>()
        let seen = Counter()
        LifeSign.listener(
            { deadline in
                asked.fulfil(deadline - .now)
                return "no answer in time"
            },
            patience: .seconds(7)
        ).look { seen.increment() }
        let patience = await withCheckedContinuation { continuation in
            startThread { continuation.resume(returning: asked.wait(until: .now() + .seconds(30))) }
        }
        #expect(patience.map { $0 <= .seconds(7) } == true)
        #expect(seen.value == 0)
    }
}
