import NIOCore

/// Everything that concerns one server: addresses, sockets, questions in flight, health. Lives on one event loop.
///
/// Clients share a link when settings are reloaded, so that a server which they have in common keeps all of it.
final class ServerLink {
    let server: PyzorServer
    let loop: any EventLoop
    private let sockets: SocketSet
    var timeout: TimeAmount
    var observer: PyzorObserver
    var addresses: [SocketAddress]
    var addressIndex = 0
    var names: Names
    var health: ServerHealth
    private var exchanges: [Exchange.ID: Exchange] = [:]
    var probe: Scheduled<Void>?
    var nextProbe = Exchange.ID.max
    var isClosed = false

    /// How many clients use the link; the last one closes it.
    var holders = 1

    init(
        _ server: PyzorServer,
        _ configuration: PyzorClient.Configuration,
        loop: any EventLoop,
        observer: PyzorObserver,
        resolver: NameResolver
    ) {
        self.server = server
        self.loop = loop
        self.timeout = configuration.timeout
        self.observer = observer
        self.sockets = SocketSet(loop: loop)
        self.health = ServerHealth(policy: configuration.health)
        self.names = Names(resolver, interval: configuration.resolveInterval)
        self.addresses = NameResolver.literal(server).map { [$0] } ?? []
    }

    /// Whether the server gets no questions but probes at present.
    var isLeftAlone: Bool { health.isLeftAlone }

    /// Takes up the settings of a client that has inherited the link.
    func follow(_ configuration: PyzorClient.Configuration, _ observer: PyzorObserver, _ resolver: NameResolver) {
        self.observer = observer
        timeout = configuration.timeout
        health.policy = configuration.health
        names.resolver = resolver
        names.pace.interval = configuration.resolveInterval
    }

    func close() {
        isClosed = true
        probe?.cancel()
        names.timer?.cancel()
        for exchange in exchanges.values { finish(exchange, .failure(.closed)) }
        sockets.close()
    }
}

// MARK: - Asking

extension ServerLink {
    /// Asks the server; the result is called once, on the event loop, at the deadline at the latest.
    ///
    /// While the server's name is looked up for the first time the question is held. Later ones are not: name servers
    /// that do not answer would hold up each message.
    func ask(
        _ request: PyzorRequest,
        account: PyzorAccount,
        deadline: NIODeadline,
        id: Exchange.ID,
        isProbe: Bool = false,
        result: @escaping (Result<PyzorReply, PyzorError>) -> Void
    ) {
        guard !isClosed else { return result(.failure(.closed)) }
        let isHeld = addresses.isEmpty && !names.isLookedUp
        guard isHeld || !addresses.isEmpty else { return result(.failure(unanswered)) }
        let exchange = Exchange(
            id: id,
            request: request,
            account: account,
            deadline: deadline,
            isProbe: isProbe,
            loop: loop,
            expire: { [weak self] in self?.expire($0) },
            result: result
        )
        exchanges[id] = exchange
        if isHeld { lookUp() } else { send(exchange) }
    }

    /// Sends the questions that waited for an address, or ends them when there is none.
    func askHeld() {
        for exchange in exchanges.values where exchange.place == nil {
            if addresses.isEmpty { finish(exchange, .failure(unanswered)) } else { send(exchange) }
        }
    }

    /// What is told of a question to which nothing has come.
    var unanswered: PyzorError {
        guard addresses.isEmpty else { return .timedOut(server) }
        return .unresolved(server, reason: names.failure ?? "its look-up has not ended yet")
    }

    /// Ends a question as cancelled, which says nothing about the server.
    func cancel(_ id: Exchange.ID) {
        if let exchange = exchanges[id] { finish(exchange, .failure(.cancelled)) }
    }

    /// Ends a question as unanswered.
    func giveUp(_ id: Exchange.ID) {
        if let exchange = exchanges[id] { expire(exchange) }
    }

    /// Gives a question more time.
    func extend(_ id: Exchange.ID, to deadline: NIODeadline) {
        exchanges[id]?.extend(to: deadline)
    }

    /// Sends the first packet of a question to the address in use.
    private func send(_ exchange: Exchange) {
        let socket = sockets.socket(to: addresses[addressIndex], owner: self)
        var random = SystemRandomNumberGenerator()
        guard let thread = socket.threads.enter(exchange, using: &random) else {
            return finish(exchange, .failure(.sendFailed(server, reason: "no thread number is free")))
        }
        if let old = exchange.place { old.socket.threads.end(old.thread) }
        exchange.place = (socket, thread)
        exchange.addressesTried += 1
        do {
            let bytes = try exchange.request.packet(
                thread: thread,
                account: exchange.account,
                time: WallClock.seconds
            )
            if observer.wantsPackets { observer.tell(.sending(server, packet: bytes)) }
            exchange.packet = ByteBuffer(bytes: bytes)
            transmit(exchange, over: socket)
            exchange.repeatOnce { [weak self, weak exchange] in
                guard let self, let exchange, !exchange.isEnded, let place = exchange.place else { return }
                observer.tell(.retransmitted(server, thread: place.thread))
                transmit(exchange, over: place.socket)
            }
        } catch {
            finish(exchange, .failure(error))
        }
    }

    private func transmit(_ exchange: Exchange, over socket: DatagramSocket) {
        socket.send(exchange.packet) { [weak self, weak exchange] result in
            guard case .failure(let error) = result, let self, let exchange, !exchange.isEnded,
                exchange.place?.socket === socket
            else { return }
            // A refusal of an earlier packet is reported to the next one that is sent: that one was not sent yet.
            if SystemError.isRefusal(error), !exchange.wasSentAgain {
                exchange.wasSentAgain = true
                return transmit(exchange, over: socket)
            }
            undeliverable(exchange, error)
        }
    }

    /// The packet did not go out or was refused: the next address, if the server has one.
    private func undeliverable(_ exchange: Exchange, _ error: any Error) {
        guard let place = exchange.place else { return }
        sockets.retire(place.socket)
        if exchange.addressesTried < addresses.count {
            if place.socket.address == addresses[addressIndex] {
                addressIndex = (addressIndex + 1) % addresses.count
            }
            exchange.wasSentAgain = false
            return send(exchange)
        }
        let isRefusal = SystemError.isRefusal(error)
        finish(
            exchange,
            .failure(isRefusal ? .refused(server) : .sendFailed(server, reason: SystemError.text(error)))
        )
    }
}

// MARK: - Answers and their absence

extension ServerLink: DatagramSocket.Owner {
    func received(_ packet: ByteBuffer, on socket: DatagramSocket) {
        if observer.wantsPackets { observer.tell(.received(server, packet: Array(packet.readableBytesView))) }
        let fields = WireFields(parsing: packet.readableBytesView)
        guard let thread = try? PyzorReply.thread(of: fields) else {
            let fault = PyzorReply.fault(of: fields)
            return stray(socket) { _ in fault }
        }
        switch socket.threads.owner(of: thread) {
        case .waiting(let exchange): answer(exchange, with: fields)
        case .ended: observer.tell(.late(server, thread: thread))
        case .nobody: stray(socket) { .unexpectedThread(received: thread, expected: $0) }
        }
    }

    func failed(_ error: any Error, on socket: DatagramSocket) {
        for exchange in Array(socket.threads.questions) { undeliverable(exchange, error) }
        sockets.retire(socket)
    }

    private func answer(_ exchange: Exchange, with fields: WireFields) {
        do {
            let reply = try PyzorReply(fields, to: exchange.request.operation)
            follow(health.answered())
            finish(exchange, .success(reply))
        } catch {
            finish(exchange, .failure(.malformedReply(server, error)))
        }
    }

    /// A datagram that belongs to no question: waiting goes on, and the deadline will tell of it.
    private func stray(_ socket: DatagramSocket, _ fault: (Int) -> ReplyFault) {
        var told = fault(0)
        for exchange in socket.threads.questions {
            told = fault(Int(exchange.place?.thread ?? 0))
            exchange.strayFault = told
        }
        observer.tell(.ignored(server, told))
    }

    private func expire(_ exchange: Exchange) {
        // A question that was sent shortly before its message's deadline, or never, does not count against the server.
        if !exchange.isProbe, let time = exchange.time, time + time >= timeout { follow(health.timedOut()) }
        let error = exchange.strayFault.map { PyzorError.malformedReply(server, $0) }
        finish(exchange, .failure(error ?? unanswered))
    }

    private func finish(_ exchange: Exchange, _ outcome: Result<PyzorReply, PyzorError>) {
        exchanges[exchange.id] = nil
        exchange.end(outcome)
        sockets.sweep()
    }
}
