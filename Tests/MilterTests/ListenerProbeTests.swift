import CMilter
import Dispatch
import Glibc
import MilterPeer
import Testing

@testable import Milter

struct ListenerProbeTests {
    typealias Packet = Peer.Packet

    private var soon: ContinuousClock.Instant { .now + .seconds(30) }

    @Test func `a listener that lives answers, and no session is made for it`() throws {
        let shared = try SharedListener.shared.get()
        try SharedListener.scripting(Script()) { log in
            #expect(shared.listener.probe(until: soon) == nil)
            // A connection after it goes through the same listener: all that the probe would have caused is there by then.
            let peer = try Peer(path: shared.path)
            try peer.negotiate(Peer.Offer())
            try peer.quit()
            #expect(log.waitForClose())
            #expect(log.all.count { if case .negotiated = $0 { true } else { false } } == 1)
            #expect(log.all.count { $0 == .close } == 1)
        }
    }

    @Test func `it is answered while every message waits`() throws {
        let shared = try SharedListener.shared.get()
        let gate = DispatchSemaphore(value: 0)
        let peers = try (0..<8).map { _ in
            let peer = try SharedListener.connect(
                Script(end: { _ in gate.wait(timeout: .now() + 30) == .success ? .accept : .tempfail(nil) })
            ).peer
            try peer.connected()
            try peer.mail("<a@b>")
            try peer.recipient("<c@d>")
            try peer.endOfHeaders()
            try peer.send(Packet("E"))
            return peer
        }
        for _ in 0..<8 { #expect(shared.listener.probe(until: soon) == nil) }
        for _ in peers { gate.signal() }
        for peer in peers { #expect(try peer.receive() == Packet("a")) }
    }

    @Test func `who listens and takes nobody is silent at the deadline`() throws {
        let path = try temporaryFolder() + "/deaf.sock"
        let listener = try listeningSocket(path, backlog: 8)
        defer { close(listener) }
        let outcome = ListenerProbe(listener: listener).run(until: .now + .milliseconds(20))
        #expect(outcome == .silent(reason: "no answer in time"))
    }

    @Test func `who has a full queue is silent at the deadline`() throws {
        let path = try temporaryFolder() + "/full.sock"
        let listener = try listeningSocket(path, backlog: 0)
        defer { close(listener) }
        let waiting = (0..<4).map { _ in cmilter_connect_to(listener) }
        defer { for descriptor in waiting where descriptor >= 0 { close(descriptor) } }
        #expect(waiting.contains(-EAGAIN))
        guard case .silent = ListenerProbe(listener: listener).run(until: .now + .milliseconds(30)) else {
            Issue.record("it was answered")
            return
        }
    }

    @Test func `who hangs up is silent`() throws {
        let path = try temporaryFolder() + "/rude.sock"
        let listener = try listeningSocket(path, backlog: 8)
        let probe = ListenerProbe(listener: listener)
        // The socket stays connected to nobody once its listener has gone.
        close(listener)
        #expect(probe.run(until: soon) != .answered)
    }

    @Test func `the probe is known by its offer, with or without the steps that libmilter adds`() {
        let offer = ListenerProbe.offer
        #expect(ListenerProbe.isSender(of: offer))
        var added = offer
        added.protocolSteps |= UInt32(SMFIP_NR_HDR | SMFIP_NR_BODY | SMFIP_NR_MAIL)
        #expect(ListenerProbe.isSender(of: added))
    }

    @Test(
        arguments: [(0x1FF, 0x1F_FFFF), (0x1FF, 0x0F_FFFF), (0x3F, 0x7F), (0x0F, 0x0F), (0, 0)] as [(UInt32, UInt32)]
    )
    func `no MTA is taken for the probe`(actions: UInt32, steps: UInt32) {
        #expect(!ListenerProbe.isSender(of: Negotiation.Offer(actions: actions, protocolSteps: steps)))
    }

    private func listeningSocket(_ path: String, backlog: Int32) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(descriptor, backlog) == 0)
        return descriptor
    }
}
