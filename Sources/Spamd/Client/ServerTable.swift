/// Which server is asked next: what is known of each, and who waits for a place.
///
/// A value without I/O: questions and outcomes in, decisions out. The rules:
/// - Of the servers that are up and not full, the one with the fewest requests under way is asked; at a tie the one named first.
/// - If those that are up are all full, the request waits, first come first served.
/// - A server that cannot be reached is down at once; one that answers badly, or not in time, after three such answers in a row.
///   A server that is down is asked nothing but PING, at growing intervals that never end, and is up again at the first PONG.
/// - A server that was asked beside others and answered after them ten times in a row, and never before them, is down too: it may
///   hang, and nobody waits until that shows.
/// - Requests that wait when the last server goes down are told so once its first probe has failed too.
struct ServerTable {
    /// What came of a request, as far as it says something about the server.
    enum Outcome: Equatable {
        /// It answered; an error status is an answer too.
        case answered
        /// No connection.
        case unreachable
        /// No answer, or none that can be used.
        case faulty
        /// Nothing can be said: the Task was cancelled.
        case unknown
    }

    /// What is to be done after an event.
    struct Effects: Equatable {
        /// Waiting requests that may go on now, and where to.
        var granted: [Grant] = []
        /// Waiting requests for which every server is down.
        var refused: [Int] = []
        /// A server that went down, and is to be probed after this many milliseconds.
        var wentDown: Probe?
        /// A server that is to be probed again.
        var probeAgain: Probe?
        /// A server that is up again.
        var cameUp: SpamdServer?
    }

    struct Grant: Equatable {
        let ticket: Int
        let server: SpamdServer
    }

    struct Probe: Equatable {
        let server: SpamdServer
        let afterMilliseconds: Int64
    }

    enum Place: Equatable {
        case granted(SpamdServer)
        case wait(ticket: Int)
        case allDown
    }

    private struct Entry {
        var limit: Int
        var pending = 0
        var faults = 0
        /// How often in a row another server that was asked as well answered first.
        var defeats = 0
        /// How many probes went unanswered since the server went down; nil while it is up.
        var failedProbes: Int?
    }

    private struct Waiter {
        let ticket: Int
        let candidates: [SpamdServer]
    }

    /// Bad answers in a row that take a server out.
    static let toleratedFaults = 3
    /// Answers in a row that came from another server first, and take a server out.
    static let toleratedDefeats = 10

    /// The pause before the first probe, and the longest one.
    var probing: ProbeIntervals
    private var entries: [SpamdServer: Entry] = [:]
    private var waiters: [Waiter] = []
    private var nextTicket = 0

    init(probing: ProbeIntervals) { self.probing = probing }

    /// Adds the server, or changes its limit. What is known of it stays, and so does what is under way.
    mutating func add(_ server: SpamdServer, limit: Int) -> Effects {
        entries[server, default: Entry(limit: limit)].limit = limit
        return effectsOfFreePlaces()
    }

    /// Forgets the server. Requests under way may still be released; nothing comes of it.
    mutating func remove(_ server: SpamdServer) -> Effects {
        entries[server] = nil
        return effectsOfFreePlaces()
    }

    func isDown(_ server: SpamdServer) -> Bool { entries[server]?.failedProbes != nil }

    func pending(_ server: SpamdServer) -> Int { entries[server]?.pending ?? 0 }

    var waiting: Int { waiters.count }

    /// A place at one of the servers, in this order of preference.
    mutating func acquire(_ candidates: [SpamdServer]) -> Place {
        if let server = free(of: candidates) {
            entries[server]?.pending += 1
            return .granted(server)
        }
        guard candidates.contains(where: isUp) else { return .allDown }
        nextTicket += 1
        waiters.append(Waiter(ticket: nextTicket, candidates: candidates))
        return .wait(ticket: nextTicket)
    }

    /// Gives a waiting request up.
    ///
    /// - Returns: false if it waits no longer.
    mutating func abandon(_ ticket: Int) -> Bool {
        guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return false }
        waiters.remove(at: index)
        return true
    }

    /// Frees the place that a request had.
    mutating func release(_ server: SpamdServer, _ outcome: Outcome) -> Effects {
        guard var entry = entries[server] else { return Effects() }
        entry.pending -= 1
        var wentDown: Probe?
        switch outcome {
        case .answered: (entry.faults, entry.defeats) = (0, 0)
        case .unreachable: entry.faults = Self.toleratedFaults
        case .faulty: entry.faults += 1
        case .unknown: break
        }
        if entry.faults >= Self.toleratedFaults, entry.failedProbes == nil {
            entry.failedProbes = 0
            wentDown = Probe(server: server, afterMilliseconds: probing.pause(after: 0))
        }
        entries[server] = entry
        var effects = effectsOfFreePlaces()
        effects.wentDown = wentDown
        return effects
    }

    /// Notes that another server which was asked the same answered first.
    mutating func overtaken(_ server: SpamdServer) -> Effects {
        guard var entry = entries[server], entry.failedProbes == nil else { return Effects() }
        entry.defeats += 1
        let isDown = entry.defeats >= Self.toleratedDefeats
        if isDown { (entry.defeats, entry.failedProbes) = (0, 0) }
        entries[server] = entry
        guard isDown else { return Effects() }
        var effects = effectsOfFreePlaces()
        effects.wentDown = Probe(server: server, afterMilliseconds: probing.pause(after: 0))
        return effects
    }

    /// Who of these would be granted a place at once; nil if they are down or full. None is taken.
    func peek(_ candidates: [SpamdServer]) -> SpamdServer? { free(of: candidates) }

    /// Notes how a probe went.
    mutating func probed(_ server: SpamdServer, isAnswered: Bool) -> Effects {
        guard let failed = entries[server]?.failedProbes else { return Effects() }
        guard isAnswered else {
            entries[server]?.failedProbes = failed + 1
            let pause = probing.pause(after: failed + 1)
            var effects = effectsOfFreePlaces()
            effects.probeAgain = Probe(server: server, afterMilliseconds: pause)
            return effects
        }
        entries[server]?.failedProbes = nil
        entries[server]?.faults = 0
        var effects = effectsOfFreePlaces()
        effects.cameUp = server
        return effects
    }

    private func isUp(_ server: SpamdServer) -> Bool { entries[server].map { $0.failedProbes == nil } ?? false }

    /// Whether it is up, or went down just now: the first probe tells whether that was more than a moment.
    private func mayComeBackSoon(_ server: SpamdServer) -> Bool {
        entries[server].map { ($0.failedProbes ?? 0) == 0 } ?? false
    }

    private func free(of candidates: [SpamdServer]) -> SpamdServer? {
        var best: (server: SpamdServer, pending: Int)?
        for server in candidates {
            guard let entry = entries[server], entry.failedProbes == nil, entry.pending < entry.limit else { continue }
            if let best, best.pending <= entry.pending { continue }
            best = (server, entry.pending)
        }
        return best?.server
    }

    private mutating func effectsOfFreePlaces() -> Effects {
        var effects = Effects()
        guard !waiters.isEmpty else { return effects }
        var left: [Waiter] = []
        for waiter in waiters {
            if let server = free(of: waiter.candidates) {
                entries[server]?.pending += 1
                effects.granted.append(Grant(ticket: waiter.ticket, server: server))
            } else if waiter.candidates.contains(where: mayComeBackSoon) {
                left.append(waiter)
            } else {
                effects.refused.append(waiter.ticket)
            }
        }
        waiters = left
        return effects
    }
}

/// How long a server that is down is left alone between two PINGs: doubling from the first pause to the longest, for ever.
public struct ProbeIntervals: Hashable, Sendable {
    /// Milliseconds from the failure to the first PING.
    public var firstMilliseconds: Int64
    /// Milliseconds between two PINGs at most.
    public var longestMilliseconds: Int64

    public init(firstMilliseconds: Int64 = 250, longestMilliseconds: Int64 = 10_000) {
        self.firstMilliseconds = firstMilliseconds
        self.longestMilliseconds = longestMilliseconds
    }

    func pause(after failures: Int) -> Int64 {
        let (doubled, overflows) = max(1, firstMilliseconds).multipliedReportingOverflow(by: 1 << min(failures, 40))
        return overflows ? longestMilliseconds : min(doubled, longestMilliseconds)
    }
}
