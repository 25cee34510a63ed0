import NIOCore

/// One question to one server, from its first packet to its end. Lives on one event loop.
final class Exchange {
    /// The number by which whoever asked can end it again.
    typealias ID = UInt64

    let id: ID
    let request: PyzorRequest
    let account: PyzorAccount
    let isProbe: Bool
    private(set) var deadline: NIODeadline

    /// The socket and the Thread that it is asked with at present; nil before the first packet.
    var place: (socket: DatagramSocket, thread: UInt16)? {
        didSet { if birth == nil { birth = .now() } }
    }

    /// What is sent, and sent again.
    var packet = ByteBuffer()

    /// How many of the server's addresses have been tried.
    var addressesTried = 0

    /// Whether the packet has been handed to the system a second time because an older refusal stood in its way.
    var wasSentAgain = false

    /// What came on the socket instead of an answer, to be told at the deadline.
    var strayFault: ReplyFault?

    /// When it was first sent: until then it may have waited for the server's address.
    private var birth: NIODeadline?
    private let loop: any EventLoop
    private let result: (Result<PyzorReply, PyzorError>) -> Void
    private let expire: (Exchange) -> Void
    private var deadlineTimer: Scheduled<Void>?
    private var repeatTimer: Scheduled<Void>?
    private(set) var isEnded = false

    /// - Parameters:
    ///   - result: called once, on the event loop.
    ///   - expire: called at the deadline.
    init(
        id: ID,
        request: PyzorRequest,
        account: PyzorAccount,
        deadline: NIODeadline,
        isProbe: Bool = false,
        loop: any EventLoop,
        expire: @escaping (Exchange) -> Void,
        result: @escaping (Result<PyzorReply, PyzorError>) -> Void
    ) {
        self.id = id
        self.request = request
        self.account = account
        self.deadline = deadline
        self.isProbe = isProbe
        self.loop = loop
        self.expire = expire
        self.result = result
        startDeadline()
    }

    /// How long the server was given; nil when it was never asked.
    var time: TimeAmount? { birth.map { deadline - $0 } }

    /// Gives the question more time; a deadline is never moved forward.
    func extend(to later: NIODeadline) {
        guard later > deadline, !isEnded else { return }
        deadline = later
        startDeadline()
    }

    /// Sends the packet once more after a third of the time that is left, unless the question has ended by then.
    func repeatOnce(_ send: @escaping () -> Void) {
        guard request.mayRepeat, repeatTimer == nil else { return }
        let third = TimeAmount.nanoseconds(max(0, (deadline - .now()).nanoseconds / 3))
        let send = NIOLoopBound(send, eventLoop: loop)
        repeatTimer = loop.scheduleTask(in: third) { send.value() }
    }

    /// Ends the question; only the first end counts.
    func end(_ outcome: Result<PyzorReply, PyzorError>) {
        guard !isEnded else { return }
        isEnded = true
        deadlineTimer?.cancel()
        repeatTimer?.cancel()
        if let place { place.socket.threads.end(place.thread) }
        result(outcome)
    }

    private func startDeadline() {
        deadlineTimer?.cancel()
        let bound = NIOLoopBound(self, eventLoop: loop)
        deadlineTimer = loop.scheduleAfterReading(deadline: deadline) {
            // It may have been given more time since.
            guard !bound.value.isEnded, NIODeadline.now() >= bound.value.deadline else { return }
            bound.value.expire(bound.value)
        }
    }
}

extension EventLoop {
    /// Calls at a deadline, unless cancelled before.
    ///
    /// QUIRK: NIO runs timers that are due before it looks at its sockets again. When the whole process stood still meanwhile
    /// (SIGSTOP, a virtual machine that is moved), the answer may lie there: so a late timer lets it be read first. It cannot be
    /// cancelled then any more.
    func scheduleAfterReading(deadline: NIODeadline, _ body: @escaping @Sendable () -> Void) -> Scheduled<Void> {
        scheduleTask(deadline: deadline) {
            guard NIODeadline.now() > deadline + .milliseconds(20) else { return body() }
            self.scheduleTask(in: .milliseconds(5), body)
        }
    }
}
