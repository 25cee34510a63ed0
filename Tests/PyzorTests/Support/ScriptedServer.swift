import Foundation
import NIOCore
import NIOPosix
import Synchronization

@testable import Pyzor

/// A stand-in for pyzord on loopback that answers as a script says, and reports what it was asked.
final class ScriptedServer: Sendable {
    /// How one request is answered. The names are those of the fault server that pyzor's behaviour was recorded with.
    enum Mode: Hashable, Sendable {
        case ok, dup
        case delay(TimeAmount)
        case reorder
        case wrongThread(thenOK: Bool)
        case errorThread, silent
        case garbage(thenOK: Bool)
        case truncated(Int?)
        case empty
        case badCode(String, String)
        case huge(Int)
        case noCount
        case badCount(String)
        case noCode
        case wrongSource, spoof, crlf, lowercase
        case verify([String: String])
        /// Keeps the answer until the test says ``ScriptedServer/release()``.
        case hold
        /// Now this, now that: losses, duplicates, garbage, wrong threads.
        case chaos
    }

    struct Record: Hashable, Sendable {
        var count: Int64 = 0
        var whitelistCount: Int64 = 0
        var entered: Int64 = 0
        var updated: Int64 = 0
        var whitelistEntered: Int64 = 0
        var whitelistUpdated: Int64 = 0
    }

    struct Request: Hashable, Sendable {
        let fields: WireFields
        let bytes: [UInt8]
        let source: SocketAddress
    }

    private struct State {
        var modes: [Mode]
        var table: [String: Record]
        var requests: [Request] = []
        var held: [Pending] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    struct Pending: Sendable {
        let packet: [UInt8]
        let address: SocketAddress
    }

    private let state: Mutex<State>
    private let channel: any Channel
    private let stranger: any Channel

    /// Where it listens.
    let server: PyzorServer

    private init(_ modes: [Mode], table: [String: Record], channel: any Channel, stranger: any Channel) throws {
        state = Mutex(State(modes: modes, table: table))
        self.channel = channel
        self.stranger = stranger
        server = PyzorServer(host: channel.localAddress?.ipAddress ?? "", port: channel.localAddress?.port ?? 0)
    }

    /// Runs a server for the length of the body. Request 1 is answered by the first mode, and so on; the last stays.
    @discardableResult
    static func with<Result: Sendable>(
        _ modes: Mode...,
        table: [String: Record] = [:],
        host: String = "127.0.0.1",
        port: Int = 0,
        _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let inbox = Inbox()
        let group = MultiThreadedEventLoopGroup.singleton
        let channel = try await DatagramBootstrap(group: group)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .channelInitializer { $0.pipeline.addHandler(InboxHandler(inbox: inbox)) }
            .bind(host: host, port: port).get()
        let stranger = try await DatagramBootstrap(group: group).bind(host: host, port: 0).get()
        let server = try ScriptedServer(
            modes.isEmpty ? [.ok] : modes,
            table: table,
            channel: channel,
            stranger: stranger
        )
        inbox.server.withLock { $0 = server }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        inbox.server.withLock { $0 = nil }
        try? await channel.close()
        try? await stranger.close()
        return try result.get()
    }

    /// What came so far.
    var requests: [Request] { state.withLock { $0.requests } }

    /// What the table holds about a digest.
    func record(of digest: MessageDigest) -> Record { state.withLock { $0.table[digest.description] ?? Record() } }

    /// Answers by these modes from the next request on.
    func follow(_ modes: Mode...) { follow(modes) }

    func follow(_ modes: [Mode]) {
        state.withLock { $0.modes = Array(repeating: .silent, count: $0.requests.count) + modes }
    }

    /// Waits until that many requests have come.
    func requested(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.requests.count < count else { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Sends every answer that is held back.
    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for answer in held { send(answer.packet, to: answer.address) }
    }

    private func send(_ packet: [UInt8], to address: SocketAddress, fromStranger: Bool = false) {
        let envelope = AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: packet))
        (fromStranger ? stranger : channel).writeAndFlush(envelope, promise: nil)
    }
}

// MARK: - Answers

extension ScriptedServer {
    fileprivate func received(_ bytes: [UInt8], from source: SocketAddress) {
        let request = Request(fields: WireFields(parsing: bytes), bytes: bytes, source: source)
        let (mode, ready) = state.withLock { state in
            let mode = state.modes[min(state.requests.count, state.modes.count - 1)]
            state.requests.append(request)
            let ready = state.waiters.filter { $0.count <= state.requests.count }
            state.waiters.removeAll { $0.count <= state.requests.count }
            return (mode, ready)
        }
        respond(to: request, mode)
        for waiter in ready { waiter.continuation.resume() }
    }

    private func respond(to request: Request, _ mode: Mode) {
        let reply = { @Sendable (packet: [UInt8]) in self.send(packet, to: request.source) }
        let text = { String(decoding: self.answer(request), as: UTF8.self) }
        let wrong = (Int(request.fields["Thread"] ?? "") ?? 0) % 60_000 + 1025
        switch mode {
        case .ok: reply(answer(request))
        case .chaos:
            let choices: [Mode] = [
                .ok, .silent, .dup, .garbage(thenOK: true), .wrongThread(thenOK: true), .empty, .noCount, .crlf,
            ]
            respond(to: request, choices.randomElement() ?? .ok)
        case .dup:
            let packet = answer(request)
            reply(packet)
            reply(packet)
        case .delay(let time):
            let packet = answer(request)
            channel.eventLoop.scheduleTask(in: time) { self.send(packet, to: request.source) }
        case .reorder, .hold: hold(request, untilTwo: mode == .reorder)
        case .wrongThread(let thenOK):
            reply(answer(request, over: ["Thread": String(wrong)]))
            if thenOK { reply(answer(request)) }
        case .errorThread: reply(answer(request, over: ["Thread": "0"]))
        case .silent: break
        case .garbage(let thenOK):
            reply((0..<200).map { _ in UInt8.random(in: 0...255) })
            if thenOK { reply(answer(request)) }
        case .truncated(let count):
            let whole = text()
            let cut = whole.range(of: "Thread").map { whole[..<$0.lowerBound] } ?? ""
            reply(Array((count.map { whole.prefix($0) } ?? cut).utf8))
        case .empty: reply([])
        case .badCode(let code, let diagnosis): reply(answer(request, over: ["Code": code, "Diag": diagnosis]))
        case .huge(let size):
            let pads = (0...(size / 70)).map { "X-Pad-\($0): " + String(repeating: "x", count: 60) }
            reply(Array((text().dropLast() + pads.joined(separator: "\n") + "\n\n").utf8))
        case .noCount: reply(answer(request, counts: false))
        case .badCount(let value): reply(answer(request, over: ["Count": value, "WL-Count": value]))
        case .noCode: reply(Array(text().drop { $0 != "\n" }.dropFirst().utf8))
        case .wrongSource: send(answer(request), to: request.source, fromStranger: true)
        case .spoof:
            send(answer(request, over: ["Count": "999"]), to: request.source, fromStranger: true)
            channel.eventLoop.scheduleTask(in: .milliseconds(20)) { reply(self.answer(request)) }
        case .crlf:
            reply(Array(text().split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8))
        case .lowercase:
            let lines = WireFields(parsing: answer(request)).fields.map { "\($0.name.lowercased()): \($0.value)\n" }
            reply(Array((lines.joined() + "\n").utf8))
        case .verify(let keys): reply(verified(request, keys: keys))
        }
    }

    private func hold(_ request: Request, untilTwo: Bool) {
        let packet = answer(request)
        let ready = state.withLock { state in
            state.held.insert(Pending(packet: packet, address: request.source), at: 0)
            return untilTwo && state.held.count == 2
        }
        if ready { release() }
    }

    private func verified(_ request: Request, keys: [String: String]) -> [UInt8] {
        let user = request.fields["User"] ?? "anonymous"
        guard user != "anonymous" else { return answer(request) }
        let refusal = { (words: String) in
            self.answer(request, over: ["Code": "401", "Diag": "Unauthorized: Signature Error: " + words])
        }
        guard let key = keys[user] else { return refusal("Unknown user.") }
        let unsigned = WireFields(request.fields.fields.filter { !["User", "Time", "Sig"].contains($0.name) })
        let time = request.fields["Time"].flatMap { Int64($0) } ?? 0
        let signed = unsigned.signed(by: PyzorAccount(user: user, key: key), time: time)
        return signed["Sig"] == request.fields["Sig"] ? answer(request) : refusal("Invalid signature.")
    }

    private func answer(_ request: Request, over: [String: String] = [:], counts: Bool = true) -> [UInt8] {
        var lines: [WireFields.Field] = [
            .init("Code", "200"), .init("Diag", "OK"), .init("PV", "2.1"),
            .init("Thread", request.fields["Thread"] ?? ""),
        ]
        let digests = request.fields.fields.filter { $0.name == "Op-Digest" }.map(\.value)
        let operation = request.fields["Op"] ?? ""
        if counts, let digest = digests.first, over["Code"] == nil {
            let record = state.withLock { $0.table[digest] ?? Record() }
            switch operation {
            case "pong": lines += [.init("Count", String(Int64.max)), .init("WL-Count", "0")]
            case "info":
                lines += [
                    .init("Entered", String(record.entered)), .init("Updated", String(record.updated)),
                    .init("WL-Entered", String(record.whitelistEntered)),
                    .init("WL-Updated", String(record.whitelistUpdated)),
                ]
                fallthrough
            case "check":
                lines += [.init("Count", String(record.count)), .init("WL-Count", String(record.whitelistCount))]
            case "report": state.withLock { for digest in digests { $0.table[digest, default: Record()].count += 1 } }
            case "whitelist":
                state.withLock { for digest in digests { $0.table[digest, default: Record()].whitelistCount += 1 } }
            default: break
            }
        }
        return WireFields(lines.map { .init($0.name, over[$0.name] ?? $0.value) }).packet
    }
}

/// Where the channel finds the server, which is made after it.
private final class Inbox: Sendable {
    let server = Mutex<ScriptedServer?>(nil)
}

private final class InboxHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let inbox: Inbox

    init(inbox: Inbox) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        inbox.server.withLock { $0 }?.received(Array(envelope.data.readableBytesView), from: envelope.remoteAddress)
    }
}
