import CMilter
import Glibc
import Synchronization

/// Finds out whether MTAs that connect now are answered: connects to the process' own socket as one, negotiates, and leaves.
///
/// A whole round of it passes through libmilter's listener, pool and a worker, and a callback of ours. No session is made for it, so
/// nothing is counted and no limit is in its way. It is known by what it offers: flags that were chosen at random
/// when the process began, which no MTA has.
struct ListenerProbe: Sendable {
    enum Outcome: Sendable, Equatable {
        case answered
        /// It was turned away for want of descriptors, as MTAs are: the listener is at work.
        case refused
        /// The system does not let us connect to this socket: whether MTAs are answered cannot be told.
        case notPermitted
        /// Nothing, or not what libmilter would say, before the deadline.
        case silent(reason: String)
    }

    /// The listening descriptor.
    let listener: Int32

    /// What it offers: some actions, some stages that it could leave out, and leading blanks, but none of the other steps of
    /// protocol 6, which come together with these in an MTA.
    static let offer = Negotiation.Offer(
        actions: .random(in: 1...0x1FF),
        protocolSteps: UInt32(SMFIP_HDR_LEADSPC) | .random(in: 0...0x7F)
    )

    /// Whether it is the probe that negotiates. libmilter adds the no-reply steps, which it can stand in for, to each offer.
    static func isSender(of offer: Negotiation.Offer) -> Bool {
        let added = UInt32(
            SMFIP_NR_HDR | SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_UNKN
                | SMFIP_NR_EOH | SMFIP_NR_BODY
        )
        return offer.actions == Self.offer.actions && offer.protocolSteps & ~added == Self.offer.protocolSteps
    }

    /// Blocks until the deadline at the latest, so not for Tasks.
    func run(until deadline: ContinuousClock.Instant) -> Outcome {
        let refusedBefore = cmilter_refused_connections()
        var socket = cmilter_connect_to(listener)
        // A unix socket whose queue is full says so at once (connect(2)).
        while socket == -EAGAIN, ContinuousClock.now < deadline {
            usleep(10_000)
            socket = cmilter_connect_to(listener)
        }
        guard socket >= 0 else {
            if [EACCES, EPERM].contains(-socket) { return .notPermitted }
            return .silent(reason: SystemError.text(-socket))
        }
        defer { close(socket) }
        let outcome = negotiate(socket, deadline)
        guard case .silent = outcome, cmilter_refused_connections() > refusedBefore else { return outcome }
        return .refused
    }

    private func negotiate(_ socket: Int32, _ deadline: ContinuousClock.Instant) -> Outcome {
        guard Self.wait(socket, POLLOUT, deadline) else { return .silent(reason: "no connection in time") }
        let request = Self.packet("O", numbers: [6, Self.offer.actions, Self.offer.protocolSteps])
        guard Self.send(request, socket) else { return .silent(reason: SystemError.text(errno)) }
        var answer: [UInt8] = []
        while answer.count < Self.answerSize {
            guard Self.wait(socket, POLLIN, deadline) else { return .silent(reason: "no answer in time") }
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return .silent(reason: "closed without an answer") }
            answer += buffer.prefix(count)
        }
        _ = Self.send(Self.packet("Q", numbers: []), socket)
        return answer[4] == UInt8(ascii: "O") ? .answered : .silent(reason: "the answer is no negotiation")
    }

    /// Length, letter, and three numbers.
    private static let answerSize = 4 + 1 + 12

    private static func packet(_ letter: Unicode.Scalar, numbers: [UInt32]) -> [UInt8] {
        let data = numbers.flatMap { number in withUnsafeBytes(of: number.bigEndian) { Array($0) } }
        let length = withUnsafeBytes(of: UInt32(1 + data.count).bigEndian) { Array($0) }
        return length + [UInt8(ascii: letter)] + data
    }

    private static func send(_ bytes: [UInt8], _ socket: Int32) -> Bool {
        Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// Whether the socket became ready in time; an error on it is ready too.
    private static func wait(_ socket: Int32, _ event: Int32, _ deadline: ContinuousClock.Instant) -> Bool {
        while true {
            let left = (deadline - .now).components
            guard left.seconds >= 0, left.attoseconds >= 0 else { return false }
            let milliseconds = min(left.seconds, 3_600) * 1_000 + left.attoseconds / 1_000_000_000_000_000 + 1
            var entry = pollfd(fd: socket, events: Int16(event), revents: 0)
            switch poll(&entry, 1, Int32(milliseconds)) {
            case 1...: return true
            case 0: return false
            default: if errno != EINTR { return false }
            }
        }
    }
}
