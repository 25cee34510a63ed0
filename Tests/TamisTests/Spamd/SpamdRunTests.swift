import Foundation
import NIOCore
import NIOPosix
import Spamd
import Testing

@testable import tamis

/// Answers SYMBOLS with the message's own first line, once all of the request has come.
private final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var parser = RequestParser()
    private var request: Request?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let request = try? parser.consume(unwrapInboundIn(data)) { self.request = request }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent, let request else { return }
        let name = String(buffer: request.body).prefix { !$0.isNewline }
        let isSpam = name.contains("spam")
        var response = Response(body: ByteBuffer(string: String(name)))
        if let verdict = try? HeaderField(name: "Spam", value: "\(isSpam ? "True ; 9.0" : "False ; 1.0") / 5.0") {
            response.headers.append(verdict)
        }
        context.writeAndFlush(wrapOutboundOut(response.encoded(answering: request.verb)), promise: nil)
        context.close(promise: nil)
    }
}

struct SpamdRunTests {
    /// Runs a body with a server of the kind above and a folder for messages.
    private func with(_ body: (SpamdClient, URL) async throws -> Void) async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try SpamdServer.tcp(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
        try await body(SpamdClient(configuration: .init(servers: [server])), folder)
        try await channel.close()
    }

    private func run(_ client: SpamdClient) -> SpamdRun {
        SpamdRun(question: .symbols, client: client, user: nil, compress: false, parallel: 5)
    }

    @Test func `many messages at once are shown in their order`() async throws {
        try await with { client, folder in
            let files = try (0..<40).map { number in
                let file = folder.appendingPathComponent("\(number)")
                try "ham\(number)\n".write(to: file, atomically: true, encoding: .utf8)
                return file.path
            }
            var shown: [String] = []
            let summary = await run(client).ask(files) { shown += $0.answer?.response.symbols ?? [] }
            #expect(shown == (0..<40).map { "ham\($0)" })
            #expect(summary == .init())
        }
    }

    @Test func `spam is found, and the first message without an answer gives the status`() async throws {
        try await with { client, folder in
            let files = ["spam", "empty"].map { folder.appendingPathComponent($0).path }
            try "spam\n".write(toFile: files[0], atomically: true, encoding: .utf8)
            try "".write(toFile: files[1], atomically: true, encoding: .utf8)
            let missing = folder.path + "/missing"
            var kinds: [String?] = []
            let summary = await run(client).ask([files[0], files[1], missing]) { kinds.append($0.failure?.kind) }
            #expect(kinds == [nil, "noMessage", "unreadable"])
            #expect(summary == .init(status: 65, isSpamFound: true))
        }
    }

    @Test func `each server is pinged by itself`() async throws {
        try await with { client, _ in
            var configuration = client.configuration
            configuration.servers.append(try SpamdServer("unix:/nonexistent/spamd.sock"))
            configuration.timeout = .seconds(20)
            var lines: [String] = []
            let summary = await SpamdRun.ping(configuration) { lines.append($0.json.description) }
            #expect(lines.count == 2)
            #expect(lines[1].contains(#""server":"unix:/nonexistent/spamd.sock""#))
            #expect(summary.status == 69)
        }
    }
}
