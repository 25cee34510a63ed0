import NIOCore
import NIOPosix
import NIOSSL

@testable import Spamd

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One connection of a ``StandIn``.
final class StandInHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: Script
    private var mode = StandIn.Mode.ok
    private var parser = RequestParser()
    private var head = ByteBuffer()
    private var request: Request?
    private var hasEnded = false
    private var isAnswered = false

    init(_ script: Script) { self.script = script }

    func channelActive(context: ChannelHandlerContext) {
        mode = script.begin()
        switch mode {
        case .refuse: context.close(promise: nil)
        case .hangEarly: _ = context.channel.setOption(.autoRead, value: false)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isAnswered = true
        script.note { $0.open -= 1 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard !isAnswered, request == nil else { return }
        switch mode {
        case .closeEarly, .earlyError:
            head.writeImmutableBuffer(bytes)
            guard String(buffer: head).contains("\r\n\r\n") else { return }
            leaveEarly(context)
        default:
            do {
                request = try parser.consume(bytes)
                answerIfReady(context)
            } catch {
                refuse(error, context)
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else { return }
        hasEnded = true
        guard !isAnswered else { return }
        if request == nil {
            do {
                request = try parser.finish()
            } catch {
                return refuse(error, context)
            }
        }
        answerIfReady(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func refuse(_ error: SpamdError, _ context: ChannelHandlerContext) {
        isAnswered = true
        send(ByteBuffer(string: "SPAMD/1.0 76 Bad header line: \(error.text)\r\n"), context)
    }

    private func leaveEarly(_ context: ChannelHandlerContext) {
        isAnswered = true
        _ = context.channel.setOption(.autoRead, value: false)
        if case .earlyError = mode {
            send(ByteBuffer(string: "SPAMD/1.0 76 Bad header line: (test early error)\r\n"), context)
        } else {
            context.close(promise: nil)
        }
    }

    /// As spamd does, it waits for the end of input where it needs it.
    private func answerIfReady(_ context: ChannelHandlerContext) {
        guard let request, !isAnswered else { return }
        guard hasEnded || (try? request.encoded())?.needsEndOfInput == false else { return }
        isAnswered = true
        let hasEnded = hasEnded
        script.note {
            $0.requests.append(request)
            $0.ends.append(hasEnded)
        }
        if case .gated(let gate) = mode {
            gate.opened.hop(to: context.eventLoop).assumeIsolated().whenSuccess {
                self.send(Self.answer(request), context)
            }
        } else {
            answer(request, context)
        }
    }

    private func answer(_ request: Request, _ context: ChannelHandlerContext) {
        let whole = Self.answer(request)
        let half = whole.getSlice(at: 0, length: whole.readableBytes / 2) ?? ByteBuffer()
        switch mode {
        case .ok, .gated, .closeEarly, .earlyError, .refuse: send(whole, context)
        case .drip(let pause): drip(whole, pause, context)
        case .hang, .hangEarly: break
        case .reset: reset(context)
        case .resetMid:
            context.writeAndFlush(wrapOutboundOut(half), promise: nil)
            // After the bytes have surely gone; on loopback that is at once.
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(50)) { self.reset(context) }
        case .halfResponse: send(half, context)
        case .garbage: send(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\njunk"), context)
        case .huge: flood("SPAMD/1.1 0 EX_OK\r\nSpam: False ; 0.0 / 5.0\r\n\r\n", context)
        case .hugeHeader: flood("SPAMD/1.1 0 EX_OK\r\nX-Endless: ", context)
        case .hugeStatus: flood("SPAMD/1.1 0 ", context)
        case .status(let code, let message):
            send(
                Response(version: "1.0", status: Status(code: code), message: message).encoded(answering: .check),
                context
            )
        case .extraLineEnds: send(whole + "\r\n\r\n", context)
        case .noLength: send(whole.replacing("Content-length", by: "X-Was-length"), context)
        case .shortLength: send(Self.answer(request, lengthening: 5), context)
        case .raw(let text): send(ByteBuffer(string: text), context)
        case .rawOpen(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }

    private func send(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        script.note { $0.bytesOut += bytes.readableBytes }
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    private func reset(_ context: ChannelHandlerContext) {
        guard let socket = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    private func drip(_ bytes: ByteBuffer, _ pause: TimeAmount, _ context: ChannelHandlerContext) {
        var rest = bytes
        guard let next = rest.readSlice(length: 1), context.channel.isActive else { return context.close(promise: nil) }
        let left = rest
        context.writeAndFlush(wrapOutboundOut(next), promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: pause) { self.drip(left, pause, context) }
    }

    /// The text and then bytes without end, as fast as they are taken.
    private func flood(_ text: String, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        pour(context)
    }

    private func pour(_ context: ChannelHandlerContext) {
        let bytes = ByteBuffer(repeating: 0x41, count: 65_536)
        script.note { $0.bytesOut += bytes.readableBytes }
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenSuccess {
            // Once round the loop, so that an endless answer does not recurse.
            context.eventLoop.assumeIsolated().execute { self.pour(context) }
        }
    }
}

// MARK: What spamd would answer

extension StandInHandler {
    static func answer(_ request: Request, lengthening: Int = 0) -> ByteBuffer {
        switch request.verb {
        case .ping: return ByteBuffer(string: "SPAMD/1.5 0 PONG\r\n")
        case .skip: return ByteBuffer()
        case .tell:
            var response = Response()
            for (name, databases) in [("DidSet", request.set), ("DidRemove", request.remove)] where !databases.isEmpty {
                let list = Tell.Database.allCases.filter(databases.contains).map(\.rawValue).joined(separator: ",")
                response.headers.append(HeaderField(name, list))
            }
            return response.encoded(answering: .tell)
        default: return scanned(request, lengthening)
        }
    }

    private static func scanned(_ request: Request, _ lengthening: Int) -> ByteBuffer {
        let message = String(buffer: request.body)
        let score = message.field("X-Test-Score") ?? "0.0"
        let isSpam = (Double(score) ?? 0) >= 5
        let words = request.verb == .reportIfSpam ? ("Yes", "No") : ("True", "False")
        var response = Response()
        response.headers.append(HeaderField("Spam", "\(isSpam ? words.0 : words.1) ; \(score) / 5.0"))
        let symbols = message.field("X-Test-Symbols") ?? "TEST_SCORE"
        switch request.verb {
        case .symbols: response.body = ByteBuffer(string: symbols)
        case .report, .reportIfSpam:
            response.body =
                isSpam || request.verb == .report ? ByteBuffer(string: report(score, symbols)) : ByteBuffer()
        case .process: response.body = ByteBuffer(string: "X-Spam-Level: \r\n\(message)")
        case .headers: response.body = ByteBuffer(string: "X-Spam-Level: \r\n\r\n")
        default: break
        }
        let bytes = response.encoded(answering: request.verb)
        guard lengthening > 0 else { return bytes }
        let length = response.body.readableBytes
        return bytes.replacing("Content-length: \(length)", by: "Content-length: \(length + lengthening)")
    }

    private static func report(_ score: String, _ symbols: String) -> String {
        """
        Content analysis details:   (\(score) points, 5.0 required)

         pts rule name              description
        ---- ---------------------- --------------------------------------------------
         \(score) \(symbols)             made up


        """
    }
}

extension String {
    /// The value of the first header field of this name in a message.
    fileprivate func field(_ name: String) -> String? {
        split(whereSeparator: \.isNewline).first { $0.hasPrefix("\(name): ") }.map {
            String($0.dropFirst(name.count + 2))
        }
    }
}

extension ByteBuffer {
    fileprivate static func + (bytes: ByteBuffer, text: String) -> ByteBuffer {
        var all = bytes
        all.writeString(text)
        return all
    }

    fileprivate func replacing(_ old: String, by new: String) -> ByteBuffer {
        let text = String(buffer: self)
        guard let place = text.firstRange(of: old) else { return self }
        return ByteBuffer(string: text.replacingCharacters(in: place, with: new))
    }
}

extension String {
    fileprivate func firstRange(of other: String) -> Range<String.Index>? { ranges(of: other).first }
    fileprivate func replacingCharacters(in range: Range<String.Index>, with new: String) -> String {
        String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}
