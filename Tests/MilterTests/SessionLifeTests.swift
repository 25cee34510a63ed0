import Dispatch
import Glibc
import Mail
import Milter
import MilterPeer
import Synchronization
import Testing

/// A session lives as long as its connection, whatever the MTA does.
struct SessionLifeTests {
    typealias Packet = Peer.Packet

    @Test func `one connection carries many messages`() throws {
        let (peer, log) = try SharedListener.connect()
        try peer.connected()
        try peer.helo()
        for number in 1...200 {
            #expect(try peer.message(from: "<\(number)@b>").reply == Packet("c"))
        }
        try peer.quit()
        #expect(log.waitForClose())
        let senders = log.told.compactMap { if case .mail(let sender) = $0 { sender.bare } else { nil } }
        #expect(senders == (1...200).map { Bytes("\($0)@b".utf8) })
        #expect(log.told.count { $0 == .endOfMessage } == 200)
        #expect(log.told.count { $0 == .close } == 1)
        #expect(!log.told.contains(.abort))
    }

    @Test(arguments: 1...7)
    func `a reset ends the message at any stage and the next one is whole`(steps: Int) throws {
        let (peer, log) = try SharedListener.connect()
        try peer.connected()
        try walk(peer, steps)
        try peer.abort()
        #expect(try peer.message().reply == Packet("c"))
        try peer.abort()
        try peer.abort()
        #expect(try peer.message().reply == Packet("c"))
        try peer.quit()
        #expect(log.waitForClose())
        #expect(log.told.count { $0 == .abort } == 1)
        #expect(log.told.count { $0 == .endOfMessage } == 2)
    }

    @Test(arguments: 0...7)
    func `a lost connection ends the session at any stage`(steps: Int) throws {
        let (peer, log) = try SharedListener.connect()
        try peer.connected()
        try walk(peer, steps)
        peer.close()
        #expect(log.waitForClose())
        #expect(log.told.suffix(2).contains(.abort) == (steps > 0))
        #expect(log.told.last == .close)
    }

    @Test func `a new message without an end of the one before is preceded by an abort`() throws {
        let (peer, log) = try SharedListener.connect()
        try peer.connected()
        try walk(peer, 3)
        try peer.mail("<again@b>")
        #expect(
            log.told.suffix(2) == [.abort, .mail(Envelope.Address(wireForm: Bytes("<again@b>".utf8)))]
        )
    }

    @Test func `after a refused recipient the message goes on, after a refused sender it does not`() throws {
        let (peer, log) = try SharedListener.connect(
            Script(answer: { event in
                switch event {
                case .recipient(let address) where address.bare == Bytes("no@d".utf8): .reject(nil)
                case .mail(let address) where address.bare == Bytes("no@b".utf8): .tempfail(nil)
                default: .continue
                }
            })
        )
        try peer.connected()
        #expect(try peer.mail("<no@b>") == Packet("t"))
        try peer.abort()
        try peer.mail("<a@b>")
        #expect(try peer.recipient("<no@d>") == Packet("r"))
        #expect(try peer.recipient("<yes@d>") == Packet("c"))
        try peer.endOfHeaders()
        #expect(try peer.endOfMessage().reply == Packet("c"))
        #expect(!log.told.contains(.abort))
    }

    @Test func `a connection that says nothing has no session`() throws {
        try SharedListener.scripting(Script()) { log in
            let peer = try SharedListener.connectSilently()
            peer.close()
            #expect(log.all.isEmpty)
        }
    }

    @Test func `a connection that only negotiates is closed without connect`() throws {
        let (peer, log) = try SharedListener.connect()
        try peer.quit()
        #expect(log.waitForClose())
        #expect(log.told == [.close])
    }

    @Test func `a second negotiation leaves one session`() throws {
        let (peer, log) = try SharedListener.connect()
        try SharedListener.scripting(Script()) { next in
            // libmilter ignores it.
            try? peer.send(Packet("O", Bytes([0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0x1F, 0xFF, 0xFF])))
            try? peer.quit()
            #expect(log.waitForClose())
            #expect(log.told == [.close])
            let made = next.all.count { if case .negotiated = $0 { true } else { false } }
            #expect(made == 0 || next.waitForClose())
        }
    }

    @Test(arguments: [
        Bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8),
        Bytes(repeating: 0xFF, count: 64),
        Bytes(repeating: 0x00, count: 64),
        Bytes([0, 0, 0, 13]) + Bytes("O".utf8) + Bytes(repeating: 0xFF, count: 12),
        Bytes([0, 0, 0, 2]) + Bytes("Ox".utf8),
        Bytes([0, 0, 0, 1]) + Bytes("?".utf8),
        Bytes([0, 0, 0, 1]) + Bytes("C".utf8),
    ])
    func `garbage harms nobody else`(garbage: Bytes) throws {
        try SharedListener.scripting(Script()) { log in
            let peer = try SharedListener.connectSilently()
            try peer.sendRaw(garbage)
            peer.close()
            let sessions = log.all.count { if case .negotiated = $0 { true } else { false } }
            #expect(sessions == 0 || log.waitForClose())
        }
        let (peer, _) = try SharedListener.connect()
        try peer.connected()
        #expect(try peer.message().reply == Packet("c"))
    }

    @Test func `a command before any negotiation is put off and makes no session`() throws {
        try SharedListener.scripting(Script()) { log in
            let peer = try SharedListener.connectSilently()
            try peer.send(Packet("M", "<a@b>\0"))
            #expect(try peer.receive() == Packet("t"))
            peer.close()
            #expect(log.all.isEmpty)
        }
    }

    @Test func `sessions run beside each other`() throws {
        let gate = Gate(count: 20)
        var peers: [(Peer, EventLog)] = []
        for _ in 0..<20 {
            let (peer, log) = try SharedListener.connect(
                Script(end: { _ in gate.arriveAndWait() ? .accept : .tempfail(nil) })
            )
            try peer.connected()
            try peer.mail("<a@b>")
            try peer.recipient("<c@d>")
            try peer.endOfHeaders()
            try peer.send(Packet("E"))
            peers.append((peer, log))
        }
        for (peer, _) in peers { #expect(try peer.receive() == Packet("a")) }
    }

    @Test func `with every message waiting, a burst of new connections is served all the same`() throws {
        let release = Gate(count: 1)
        let waiting = try (0..<24).map { _ in
            let peer = try SharedListener.connect(
                Script(end: { _ in release.waitUntilOpen() ? .accept : .tempfail(nil) })
            ).peer
            try peer.connected()
            try peer.mail("<a@b>")
            try peer.recipient("<c@d>")
            try peer.endOfHeaders()
            try peer.send(Packet("E"))
            return peer
        }
        // Nobody of these has a worker to wait for: all workers that there were are in end of message.
        for _ in 0..<24 {
            let peer = try SharedListener.connect().peer
            try peer.connected()
            try peer.quit()
        }
        #expect(release.arriveAndWait())
        for peer in waiting { #expect(try peer.receive() == Packet("a")) }
    }

    @Test func `a session may be called on different threads`() throws {
        let noted = ThreadNotes()
        for _ in 0..<50 where noted.count < 2 {
            let gate = Gate(count: 2)
            let script = Script(
                answer: { _ in noted.noteThisThread() },
                end: { _ in gate.arriveAndWait() ? .accept : .continue }
            )
            let peers = try (0..<2).map { _ in try SharedListener.connect(script).peer }
            for peer in peers {
                try peer.connected()
                try peer.mail("<a@b>")
                try peer.recipient("<c@d>")
                try peer.endOfHeaders()
                try peer.send(Packet("E"))
            }
            for peer in peers { _ = try peer.receive() }
        }
        #expect(noted.count >= 2)
    }

    @Test func `the MTA's going away is noticed while a session works`() throws {
        let seen = Gate(count: 1)
        let went = DispatchSemaphore(value: 0)
        let (peer, log) = try SharedListener.connect(
            Script(end: { context in
                _ = seen.arriveAndWait()
                went.wait()
                // A unix socket tells at once, but the first write may still be taken.
                while context.progress() {}
                return .tempfail(nil)
            })
        )
        try peer.connected()
        try peer.mail("<a@b>")
        try peer.recipient("<c@d>")
        try peer.endOfHeaders()
        try peer.send(Packet("E"))
        #expect(seen.waitUntilOpen())
        peer.close()
        went.signal()
        #expect(log.waitForClose())
    }

    @Test func `the next SMTP session of a kept connection has a session of its own`() throws {
        let (peer, log) = try SharedListener.connect(Script(negotiation: Negotiation(actions: .all)))
        try SharedListener.scripting(Script()) { next in
            try peer.connected()
            _ = try peer.message()
            try peer.quitForNewConnection()
            #expect(log.waitForClose())
            // The reply is put off where MTAs agreed to different things in this process, and tests do.
            let answer = try peer.connected(host: "second.example")
            #expect(answer == Packet("t") || answer == Packet("c"))
            try peer.quit()
            if answer == Packet("c") { #expect(next.waitForClose()) }
        }
        #expect(log.told.count { $0 == .close } == 1)
    }

    /// Goes through the first `steps` stages of a message.
    private func walk(_ peer: Peer, _ steps: Int) throws {
        let all: [() throws -> Void] = [
            { try peer.mail("<a@b>") }, { try peer.recipient("<c@d>") }, { try peer.data() },
            { try peer.header("Subject", " x") }, { try peer.header("To", " y") }, { try peer.endOfHeaders() },
            { try peer.body(Bytes("text".utf8)) },
        ]
        for step in all.prefix(steps) { try step() }
    }
}

/// Opens when as many have arrived as were expected.
private final class Gate: Sendable {
    private let missing: Mutex<Int>
    private let opened = DispatchSemaphore(value: 0)

    init(count: Int) { missing = Mutex(count) }

    /// Whether it opened within 30 s.
    func arriveAndWait() -> Bool {
        if missing.withLock({
            $0 -= 1
            return $0 == 0
        }) {
            opened.signal()
        }
        return waitUntilOpen()
    }

    func waitUntilOpen() -> Bool {
        guard opened.wait(timeout: .now() + 30) == .success else { return false }
        opened.signal()
        return true
    }
}

/// On which threads sessions were called.
private final class ThreadNotes: Sendable {
    private let threads = Mutex<Set<UInt>>([])

    var count: Int { threads.withLock(\.count) }

    func noteThisThread() -> SessionStatus {
        threads.withLock { _ = $0.insert(UInt(pthread_self())) }
        return .continue
    }
}
