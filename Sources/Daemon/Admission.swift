import Synchronization

/// How many messages and how many of their bytes the daemon holds at once, and the refusal above that.
///
/// A message is admitted at MAIL and reserves memory as its bytes arrive, in steps of 64 KiB. What is reserved counts the
/// gathered message and the copy that scanners get, since both live at the same time. Every admitted message gives back all
/// that it reserved exactly once, through `Ticket.release`.
final class Admission: Sendable {
    struct Limits: Sendable, Equatable {
        var connections: Int
        var inFlight: Int
        var bufferedBytes: Int
    }

    private struct Load: Sendable {
        var isClosed = false
        var connections = 0
        var inFlight = 0
        var bufferedBytes = 0
    }

    private let load = Mutex(Load())

    /// How many messages are in flight: from an accepted MAIL to our answer at end of message, or abort.
    var inFlight: Int { load.withLock { $0.inFlight } }
    var connections: Int { load.withLock { $0.connections } }
    var bufferedBytes: Int { load.withLock { $0.bufferedBytes } }

    /// Counts a connection; false when the limit is reached, and then it is not counted.
    func admitConnection(within limits: Limits) -> Bool {
        load.withLock { load in
            guard load.connections < limits.connections else { return false }
            load.connections += 1
            return true
        }
    }

    func releaseConnection() {
        load.withLock { $0.connections -= 1 }
    }

    /// Whether no message is admitted any more.
    var isClosed: Bool { load.withLock { $0.isClosed } }

    /// Admits no message from now on; false when that was so already. Whoever looks at `inFlight` after this sees it fall only: being
    /// closed and counting a message are one step, or a thread that pauses between two would bring in a message nobody waits for.
    func close() -> Bool {
        load.withLock { load in
            defer { load.isClosed = true }
            return !load.isClosed
        }
    }

    /// Admits a message whose size the client announced (0: unknown); nil when a limit is reached, or all is closed.
    func admitMessage(announcedSize: Int, within limits: Limits) -> Ticket? {
        load.withLock { load in
            guard !load.isClosed else { return nil }
            let first = Ticket.reservation(for: announcedSize)
            // A message that nobody else's bytes stand beside is admitted whatever its size: it would never find more room.
            let hasRoom = load.bufferedBytes == 0 || load.bufferedBytes + first <= limits.bufferedBytes
            guard load.inFlight < limits.inFlight, hasRoom else { return nil }
            load.inFlight += 1
            load.bufferedBytes += announcedSize == 0 ? 0 : first
            return Ticket(reserved: announcedSize == 0 ? 0 : first)
        }
    }

    /// Counts a message of which nothing is kept but its header, whatever the limits say; nil when all is closed.
    func admitWithoutLimit() -> Ticket? {
        load.withLock { load in
            guard !load.isClosed else { return nil }
            load.inFlight += 1
            return Ticket(reserved: 0)
        }
    }

    /// Makes sure that `ticket` covers a message of `size` bytes; false when that is more than the limit leaves.
    func extend(_ ticket: inout Ticket, to size: Int, within limits: Limits) -> Bool {
        let needed = Ticket.reservation(for: size)
        guard needed > ticket.reserved else { return true }
        let more = needed - ticket.reserved
        let fits = load.withLock { load in
            let isAlone = load.bufferedBytes == ticket.reserved
            guard isAlone || load.bufferedBytes + more <= limits.bufferedBytes else { return false }
            load.bufferedBytes += more
            return true
        }
        if fits { ticket.reserved = needed }
        return fits
    }

    /// Gives the bytes back while the message stays in flight: its body was dropped.
    func giveBackBytes(of ticket: inout Ticket) {
        let reserved = ticket.reserved
        load.withLock { $0.bufferedBytes -= reserved }
        ticket.reserved = 0
    }

    /// Ends a message's stay.
    func release(_ ticket: Ticket) {
        load.withLock { load in
            load.inFlight -= 1
            load.bufferedBytes -= ticket.reserved
        }
    }

    /// What one message has been allowed to hold.
    struct Ticket: Sendable {
        fileprivate(set) var reserved: Int

        /// Whether a message of `size` bytes needs more than was reserved.
        func isExceeded(by size: Int) -> Bool { Self.reservation(for: size) > reserved }

        private static let step = 64 << 10

        /// Message and copy for a message of `size` bytes, in whole steps.
        fileprivate static func reservation(for size: Int) -> Int {
            let doubled = min(max(size, 1), 1 << 40) * 2
            return (doubled + step - 1) / step * step
        }
    }
}
