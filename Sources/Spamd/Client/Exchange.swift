import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// One request to one server over one connection. The only file that touches the network.
///
/// spamd serves one request a connection, so a connection lives as long as this. The outcome comes once: the answer (of whatever
/// status) or why there is none. Deadline and cancellation close the connection at once.
///
/// After a write error reading goes on: spamd answers some errors before it has read the message and closes with bytes
/// unread, so that the write fails while the answer is there to be read. (NIO reads what there is before it closes.)
final class Exchange: Sendable {
    /// What is to be done.
    struct Order: Sendable {
        var server: SpamdServer
        var addresses: Addresses
        var verb: Verb
        var version: String
        var request: EncodedRequest
        var tls: NIOSSLContext?
        var connectTimeout: TimeAmount
        var deadline: NIODeadline
        var limits: Limits
        /// How long to wait for more bytes, or the end of the connection, after an answer that is whole.
        var patience = TimeAmount.seconds(1)
    }

    /// Where the server is, or the answer to come of the one who was asked.
    enum Addresses: Sendable {
        case known([SocketAddress])
        case resolving(EventLoopFuture<[SocketAddress]>)
    }

    private struct State {
        var isOver = false
        var isConnected = false
        /// Whether a connection that failed by a late timer was tried again: that is done once.
        var wasLate = false
        var channel: (any Channel)?
        var deadline: Scheduled<Void>?
    }

    /// Tells the handler, by way of the pipeline, that the time is over.
    fileprivate struct TimeIsOver {}

    /// A timer that is later than this tells more of us than of the server.
    ///
    /// QUIRK: NIO runs timers that are due before it looks at its sockets again. When the whole process stood still meanwhile
    /// (SIGSTOP, a virtual machine that is moved), what it waited for may lie there and must be looked at first.
    private static let lateness = TimeAmount.milliseconds(20)

    private let order: Order
    private let loop: any EventLoop
    private let state = Mutex(State())
    private let outcome = OneShot<Result<Response, SpamdError>>()

    init(_ order: Order, on loop: any EventLoop) {
        self.order = order
        self.loop = loop
    }

    /// Does it and waits for the outcome.
    func run() async -> Result<Response, SpamdError> {
        await withTaskCancellationHandler {
            start()
            return await outcome.value()
        } onCancel: {
            settle(.failure(SpamdError(.cancelled)))
        }
    }

    /// Does it and calls with the outcome.
    func run(_ done: @escaping @Sendable (Result<Response, SpamdError>) -> Void) {
        outcome.whenFulfilled(done)
        start()
    }

    /// Ends it, whatever its state.
    ///
    /// The first outcome counts. The connection is closed at once; the other side of TLS is not waited for.
    func settle(_ result: Result<Response, SpamdError>) {
        let (channel, deadline): ((any Channel)?, Scheduled<Void>?) = state.withLock { state in
            defer {
                state.isOver = true
                state.channel = nil
                state.deadline = nil
            }
            return (state.channel, state.deadline)
        }
        deadline?.cancel()
        if let channel { Self.closeAtOnce(channel, resetting: result.isAbandonment) }
        outcome.fulfil(result.mapError { $0.at(order.server) })
    }
}

// MARK: Connecting

extension Exchange {
    private func start() {
        loop.execute { self.begin() }
    }

    private func begin() {
        let timer = loop.scheduleTask(deadline: order.deadline) { self.expire() }
        let isOver = state.withLock { state in
            if !state.isOver { state.deadline = timer }
            return state.isOver
        }
        guard !isOver else { return timer.cancel() }
        switch order.addresses {
        case .known(let addresses): connect(to: addresses[...], since: .now())
        case .resolving(let future):
            future.hop(to: loop).whenComplete { result in
                switch result {
                case .success(let addresses): self.connect(to: addresses[...], since: .now())
                case .failure(let error):
                    self.settle(.failure(error as? SpamdError ?? SpamdError(.resolveFailed, text: "\(error)")))
                }
            }
        }
    }

    private func expire() {
        guard NIODeadline.now() > order.deadline + Self.lateness else { return giveUp() }
        loop.scheduleTask(in: .milliseconds(5)) { self.giveUp() }
    }

    private func giveUp() {
        let (isConnected, channel) = state.withLock { ($0.isConnected, $0.channel) }
        // A whole answer counts though the server may have more to say.
        if isConnected { channel?.pipeline.fireUserInboundEventTriggered(TimeIsOver()) }
        settle(.failure(SpamdError(.timedOut(isConnected ? .response : .connect))))
    }

    /// Tries the addresses one after the other, each within the connect timeout.
    private func connect(to addresses: ArraySlice<SocketAddress>, since start: NIODeadline) {
        guard let address = addresses.first else {
            return settle(.failure(SpamdError(.resolveFailed, text: "no address")))
        }
        guard !state.withLock({ $0.isOver }) else { return }
        ClientBootstrap(group: loop)
            .connectTimeout(order.connectTimeout)
            .channelInitializer { channel in self.prepare(channel) }
            .connect(to: address)
            .whenFailure { error in self.connectionFailed(error, addresses, since: start) }
    }

    private func connectionFailed(_ error: any Error, _ addresses: ArraySlice<SocketAddress>, since start: NIODeadline)
    {
        // QUIRK: connect(2) on a unix socket whose backlog is full answers EAGAIN at once instead of waiting (unix(7)).
        if case .unix = order.server.transport, (error as? IOError)?.errnoCode == EAGAIN,
            NIODeadline.now() < start + order.connectTimeout
        {
            loop.scheduleTask(in: .milliseconds(5)) { self.connect(to: addresses, since: start) }
            return
        }
        if case ChannelError.connectTimeout = error, NIODeadline.now() > start + order.connectTimeout + Self.lateness,
            state.withLock({ state in
                defer { state.wasLate = true }
                return !state.wasLate
            })
        {
            return connect(to: addresses, since: .now())
        }
        if addresses.count > 1 {
            return connect(to: addresses.dropFirst(), since: .now())
        }
        settle(.failure(Self.connectError(error)))
    }

    static func connectError(_ error: any Error) -> SpamdError {
        switch error {
        case let error as SpamdError: error
        case let error as IOError:
            SpamdError(
                isOurs(error.errnoCode) ? .outOfResources : .connectFailed,
                text: systemText(error.errnoCode)
            )
        case ChannelError.connectTimeout: SpamdError(.timedOut(.connect))
        default: SpamdError(.connectFailed, text: "\(error)")
        }
    }

    /// Whether the error means that our own system has too little of something. EADDRNOTAVAIL: all our ports to that server are
    /// taken, or it is at an address family that we have not got (connect(2)).
    private static func isOurs(_ code: CInt) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL].contains(code)
    }

    /// Puts the handlers in, unless all is over already.
    private func prepare(_ channel: any Channel) -> EventLoopFuture<Void> {
        let isOver = state.withLock { state in
            if !state.isOver { state.channel = channel }
            return state.isOver
        }
        guard !isOver else { return channel.eventLoop.makeFailedFuture(SpamdError(.cancelled)) }
        return channel.eventLoop.makeCompletedFuture {
            if let tls = order.tls {
                let handler = try NIOSSLClientHandler(context: tls, serverHostname: order.server.nameForTLS)
                try channel.pipeline.syncOperations.addHandler(handler)
            }
            try channel.pipeline.syncOperations.addHandler(ExchangeHandler(order, self))
        }
    }

    fileprivate func connected() {
        state.withLock { $0.isConnected = true }
    }

    /// Closes below TLS, which would wait five seconds for the other side's close_notify.
    ///
    /// With a reset the server's system hears at once that nobody waits any more. Without, it would not hear it at all after our
    /// side was ended: the end of input has been sent already.
    private static func closeAtOnce(_ channel: any Channel, resetting: Bool) {
        channel.eventLoop.execute {
            if resetting, let socket = channel as? any SocketOptionProvider {
                _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            }
            if let tls = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self) {
                tls.close(promise: nil)
            } else {
                channel.close(promise: nil)
            }
        }
    }
}

// MARK: On the connection

/// Writes the request, ends our side where the rule says so, and feeds the parser.
private final class ExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let order: Exchange.Order
    private let exchange: Exchange
    private var parser: ResponseParser
    private var isSecured = false
    private var isOver = false
    private var readCount = 0
    /// The timer that waits for the end; cancelled, since it would stay in the loop's heap until its time.
    private var patience: Scheduled<Void>?
    /// What the system said when the connection broke.
    private var trouble: String?

    init(_ order: Exchange.Order, _ exchange: Exchange) {
        self.order = order
        self.exchange = exchange
        parser = ResponseParser(answering: order.verb, requestVersion: order.version, limits: order.limits)
    }

    func channelActive(context: ChannelHandlerContext) {
        exchange.connected()
        if order.tls == nil { sendRequest(context) }
        context.fireChannelActive()
    }

    private func sendRequest(_ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenFailure { self.note($0) }
        let request = order.request
        if request.body.readableBytes == 0 {
            context.writeAndFlush(wrapOutboundOut(request.head), promise: written)
        } else {
            context.write(wrapOutboundOut(request.head), promise: nil)
            context.writeAndFlush(wrapOutboundOut(request.body), promise: written)
        }
        if order.endsOutput { context.close(mode: .output, promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        do {
            try parser.consume(unwrapInboundIn(data))
        } catch {
            return end(.failure(error))
        }
        readCount += 1
        if parser.isSettled, patience == nil { waitForEnd(context.eventLoop, order.patience, isLast: false) }
    }

    /// Takes the answer if nothing more comes for a while.
    private func waitForEnd(_ loop: any EventLoop, _ wait: TimeAmount, isLast: Bool) {
        let seen = readCount
        patience = loop.assumeIsolated().scheduleTask(in: wait) {
            self.patience = nil
            guard self.parser.isSettled else { return }
            guard self.readCount == seen else { return self.waitForEnd(loop, self.order.patience, isLast: false) }
            if isLast { return self.finish(.stillOpen) }
            // A busy loop runs late timers before it reads, so it gets the chance to read once more.
            self.waitForEnd(loop, .milliseconds(10), isLast: true)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            isSecured = true
            sendRequest(context)
        }
        if case .inputClosed? = event as? ChannelEvent { finish(.closed) }
        if event is Exchange.TimeIsOver, parser.isSettled { finish(.stillOpen) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is IOError, NIOSSLError.uncleanShutdown:
            note(error)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            // After a whole answer it does not matter how the server leaves.
            if parser.isSettled { finish(.reset) }
            end(.failure(SpamdError(.tlsFailed, text: "\(error)")))
        default:
            note(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if order.tls != nil, !isSecured {
            end(.failure(SpamdError(.tlsFailed, text: "closed during the handshake")))
        }
        finish(trouble == nil ? .closed : .reset)
        context.fireChannelInactive()
    }

    private func note(_ error: any Error) {
        guard trouble == nil else { return }
        trouble = (error as? IOError).map { systemText($0.errnoCode) } ?? "\(error)"
    }

    private func finish(_ end: ResponseParser.End) {
        guard !isOver else { return }
        do {
            self.end(.success(try parser.finish(end)))
        } catch {
            let text = error.text.isEmpty ? trouble ?? "" : error.text
            self.end(.failure(SpamdError(error.reason, text: text)))
        }
    }

    private func end(_ result: Result<Response, SpamdError>) {
        guard !isOver else { return }
        isOver = true
        patience?.cancel()
        exchange.settle(result)
    }
}

extension Result where Failure == SpamdError {
    /// Whether we leave while the server may still be at work.
    fileprivate var isAbandonment: Bool {
        guard case .failure(let error) = self else { return false }
        switch error.reason {
        case .cancelled, .shutDown, .timedOut, .limitExceeded: return true
        default: return false
        }
    }
}

extension Exchange.Order {
    /// Whether our side is ended after the request.
    ///
    /// TCP and unix: always, since spamd waits for the end of input after some messages and it does no harm after others. TLS: only where
    /// spamd does wait for it. Elsewhere it never reads our close_notify, closes with those bytes unread, and the reset
    /// that follows destroys its answer on the way: with plain spamd 4.0.1 two answers of three were lost.
    fileprivate var endsOutput: Bool { tls == nil || request.needsEndOfInput }
}
