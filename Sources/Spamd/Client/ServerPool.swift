import NIOCore
import NIOSSL
import Synchronization

/// The servers as they are shared between a client and those it was reconfigured to: health, places, addresses.
///
/// All decisions are those of ``ServerTable``; this carries them out: wakes who waits, probes, resolves.
final class ServerPool: Sendable {
    /// How servers are spoken to in probes, which belong to no client: as the latest client said.
    struct Manner: Sendable {
        var tls: TLSOptions
        var context: NIOSSLContext?
        var connectTimeout: TimeAmount
        var resolveInterval: TimeAmount?
        var observer: SpamdObserver?
    }

    /// What a request that waits for a place is told.
    private typealias Waiting = OneShot<Result<SpamdServer, SpamdError>>

    private struct Names {
        var addresses: [SocketAddress] = []
        /// Whether the last look-up failed.
        var hasFailed = false
        var isUnderWay: EventLoopFuture<[SocketAddress]>?
        var timer: Scheduled<Void>?
    }

    private struct State {
        var table: ServerTable
        var manner: Manner
        var users: [SpamdServer: Int] = [:]
        var names: [SpamdServer: Names] = [:]
        var waiting: [Int: Waiting] = [:]
        var probes: [SpamdServer: Scheduled<Void>] = [:]
        var hedging = Hedging()
        var answerTime = AnswerTime()
    }

    let group: any EventLoopGroup
    private let state: Mutex<State>

    init(probing: ProbeIntervals, manner: Manner, group: any EventLoopGroup) {
        self.group = group
        state = Mutex(State(table: ServerTable(probing: probing), manner: manner))
    }

    func nextLoop() -> any EventLoop { group.any() }
}

// MARK: Who belongs to it

extension ServerPool {
    /// Brings the servers of a client in.
    func join(_ servers: [SpamdServer], limit: Int, probing: ProbeIntervals, manner: Manner) {
        let (effects, unknown): ([ServerTable.Effects], [SpamdServer]) = state.withLock { state in
            let isTLSNew = state.manner.tls != manner.tls
            state.manner = manner
            state.table.probing = probing
            var effects: [ServerTable.Effects] = []
            var unknown: [SpamdServer] = []
            for server in servers {
                state.users[server, default: 0] += 1
                effects.append(state.table.add(server, limit: limit))
                // What was learned of a server by other keys and authorities says nothing any more.
                if isTLSNew, server.usesTLS { effects.append(state.table.probed(server, isAnswered: true)) }
                if Resolver.fixedAddress(of: server) == nil, state.names[server] == nil { unknown.append(server) }
            }
            return (effects, unknown)
        }
        for effect in effects { carryOut(effect) }
        for server in unknown { _ = resolve(server) }
    }

    /// Takes the servers of a client out. Those that no other client has are forgotten.
    func leave(_ servers: [SpamdServer]) {
        let effects = state.withLock { state in
            var effects: [ServerTable.Effects] = []
            for server in servers {
                state.users[server, default: 1] -= 1
                guard state.users[server] == 0 else { continue }
                state.users[server] = nil
                effects.append(state.table.remove(server))
                state.names.removeValue(forKey: server)?.timer?.cancel()
                state.probes.removeValue(forKey: server)?.cancel()
            }
            return effects
        }
        for effect in effects { carryOut(effect) }
    }

    func isDown(_ server: SpamdServer) -> Bool { state.withLock { $0.table.isDown(server) } }

    func pending(_ server: SpamdServer) -> Int { state.withLock { $0.table.pending(server) } }
}

// MARK: Places

extension ServerPool {
    /// A place at one of the servers. Who would come to it with too little time for an answer does not wait for it any longer.
    ///
    /// - Throws: ``SpamdError`` with `.serversDown`, `.timedOut(.queue)` or `.cancelled`.
    func acquire(_ candidates: [SpamdServer], deadline: NIODeadline) async throws(SpamdError) -> SpamdServer {
        let waiting = Waiting()
        let place = state.withLock { state in
            let place = state.table.acquire(candidates)
            if case .wait(let ticket) = place { state.waiting[ticket] = waiting }
            return place
        }
        switch place {
        case .granted(let server): return server
        case .allDown: throw SpamdError(.serversDown, server: candidates.count == 1 ? candidates[0] : nil)
        case .wait(let ticket): return try await wait(ticket, waiting, deadline).get()
        }
    }

    private func wait(
        _ ticket: Int,
        _ waiting: Waiting,
        _ deadline: NIODeadline
    ) async -> Result<SpamdServer, SpamdError> {
        let now = NIODeadline.now()
        let reserve = state.withLock { $0.answerTime }.reserve(of: (deadline - now).nanoseconds)
        let timer = group.any().scheduleTask(deadline: deadline - .nanoseconds(reserve)) {
            self.abandon(ticket, SpamdError(.timedOut(.queue)))
        }
        let result = await withTaskCancellationHandler {
            await waiting.value()
        } onCancel: {
            abandon(ticket, SpamdError(.cancelled))
        }
        timer.cancel()
        return result
    }

    private func abandon(_ ticket: Int, _ error: SpamdError) {
        let waiting = state.withLock { state in
            state.table.abandon(ticket) ? state.waiting.removeValue(forKey: ticket) : nil
        }
        waiting?.fulfil(.failure(error))
    }

    /// Notes how long a server took, or was given.
    func noteTime(_ taken: TimeAmount, isAnswered: Bool) {
        state.withLock { state in
            if isAnswered {
                state.answerTime.note(answeredIn: taken.nanoseconds)
                state.hedging.note(nanoseconds: taken.nanoseconds)
            } else {
                state.answerTime.note(givenUpAfter: taken.nanoseconds)
            }
        }
    }

    /// Frees a place, with what came of the request.
    func release(_ server: SpamdServer, _ outcome: ServerTable.Outcome, _ error: SpamdError?) {
        let effects = state.withLock { $0.table.release(server, outcome) }
        carryOut(effects)
        if effects.wentDown != nil, let error { tell(.serverDown(server, error)) }
    }

    private func carryOut(_ effects: ServerTable.Effects) {
        guard effects != ServerTable.Effects() else { return }
        let told: [(Waiting, Result<SpamdServer, SpamdError>)] = state.withLock { state in
            let granted = effects.granted.compactMap { grant in
                state.waiting.removeValue(forKey: grant.ticket).map {
                    ($0, Result<_, SpamdError>.success(grant.server))
                }
            }
            let refused = effects.refused.compactMap { ticket in
                state.waiting.removeValue(forKey: ticket)
                    .map { ($0, Result<SpamdServer, _>.failure(SpamdError(.serversDown))) }
            }
            return granted + refused
        }
        for (waiting, result) in told { waiting.fulfil(result) }
        if let probe = effects.wentDown ?? effects.probeAgain { schedule(probe) }
        if let server = effects.cameUp { tell(.serverUp(server)) }
    }

    private func tell(_ event: SpamdEvent) {
        state.withLock { $0.manner.observer }?.tell(event)
    }
}

// MARK: Second questions

extension ServerPool {
    /// When a question that begins now is to be asked of a second server too; nil for never.
    func hedgeDelay() -> TimeAmount? { state.withLock { $0.hedging.begin() }.map { .nanoseconds($0) } }

    /// A place at one of the servers, if there is one at this moment and the budget allows it. It is released as any other.
    func acquireForHedge(_ candidates: [SpamdServer]) -> SpamdServer? {
        state.withLock { state in
            guard let server = state.table.peek(candidates), state.hedging.spend() else { return nil }
            guard case .granted(let granted) = state.table.acquire([server]) else { return nil }
            return granted
        }
    }

    /// Notes that two servers were asked, and which one was slower.
    ///
    /// - Parameters:
    ///   - won: whether the second answered first.
    ///   - time: how long the first was waited for; it counts among the times, or the slow ones would never show.
    func noteRace(won: Bool, over loser: SpamdServer, _ time: TimeAmount) {
        let effects = state.withLock { state in
            if won {
                state.hedging.noteWon()
                state.hedging.note(nanoseconds: time.nanoseconds)
            }
            return state.table.overtaken(loser)
        }
        carryOut(effects)
        guard effects.wentDown != nil else { return }
        let text = "\(ServerTable.toleratedDefeats) times in a row another server answered first"
        tell(.serverDown(loser, SpamdError(.timedOut(.response), server: loser, text: text)))
    }

    var hedgeCounters: HedgeCounters {
        state.withLock { HedgeCounters(asked: $0.hedging.asked, won: $0.hedging.won) }
    }
}

// MARK: Probes

extension ServerPool {
    private func schedule(_ probe: ServerTable.Probe) {
        let timer = group.any().scheduleTask(in: .milliseconds(probe.afterMilliseconds)) { [weak self] () -> Void in
            self?.send(probe)
        }
        let isWanted = state.withLock { state in
            guard state.users[probe.server] != nil else { return false }
            state.probes[probe.server] = timer
            return true
        }
        if !isWanted { timer.cancel() }
    }

    /// Asks PING. A name is resolved anew first, since that may be what was wrong.
    private func send(_ probe: ServerTable.Probe) {
        let manner = state.withLock { $0.manner }
        guard let request = try? Request(.ping).encoded() else { return }
        let order = Exchange.Order(
            server: probe.server,
            addresses: .resolving(resolve(probe.server)),
            verb: .ping,
            version: "1.5",
            request: request,
            tls: probe.server.usesTLS ? manner.context : nil,
            connectTimeout: manner.connectTimeout,
            deadline: .now() + manner.connectTimeout + .seconds(5),
            limits: Limits()
        )
        Exchange(order, on: group.any()).run { [weak self] result in
            guard let self else { return }
            if case .failure(let error) = result, error.reason == .outOfResources {
                // That says nothing of the server: the same probe again.
                return schedule(probe)
            }
            let isAnswered = (try? result.get())?.status == .ok
            carryOut(state.withLock { $0.table.probed(probe.server, isAnswered: isAnswered) })
        }
    }
}

// MARK: Names

extension ServerPool {
    /// Where the server is, without waiting: what is known, or what is being found out for the first time.
    func addresses(of server: SpamdServer) -> Exchange.Addresses {
        if let address = Resolver.fixedAddress(of: server) { return .known([address]) }
        let (known, underWay) = state.withLock { state in
            (state.names[server]?.addresses ?? [], state.names[server]?.isUnderWay)
        }
        if !known.isEmpty { return .known(known) }
        if let underWay { return .resolving(underWay) }
        let failure = SpamdError(.resolveFailed, server: server)
        return .resolving(group.any().makeFailedFuture(failure))
    }

    /// Asks for the server's addresses, once for all who want to know at the same time.
    ///
    /// Addresses of before stay in use until new ones are known, and when the name servers fail.
    func resolve(_ server: SpamdServer) -> EventLoopFuture<[SocketAddress]> {
        let loop = group.any()
        let (future, promise) = state.withLock { state in
            if let underWay = state.names[server]?.isUnderWay {
                return (underWay, EventLoopPromise<[SocketAddress]>?.none)
            }
            let promise = loop.makePromise(of: [SocketAddress].self)
            state.names[server, default: Names()].isUnderWay = promise.futureResult
            return (promise.futureResult, promise)
        }
        guard let promise else { return future }
        Resolver.resolve(server, on: loop).whenComplete { result in
            self.resolved(server, result)
            promise.completeWith(result)
        }
        return future
    }

    private func resolved(_ server: SpamdServer, _ result: Result<[SocketAddress], any Error>) {
        let found = try? result.get()
        let (isNews, interval): (Bool, TimeAmount?) = state.withLock { state in
            guard state.users[server] != nil, Resolver.fixedAddress(of: server) == nil, var names = state.names[server]
            else {
                state.names[server] = nil
                return (false, nil)
            }
            let hadFailed = names.hasFailed
            // Name servers give the same addresses in turn in another order.
            let isChanged = found.map { Set($0) != Set(names.addresses) } ?? false
            names.isUnderWay = nil
            names.hasFailed = found == nil
            names.addresses = found ?? names.addresses
            state.names[server] = names
            return (isChanged || hadFailed != names.hasFailed, state.manner.resolveInterval)
        }
        if let interval { resolveAgain(server, in: interval) }
        guard isNews else { return }
        switch result {
        case .success(let found): tell(.resolved(server, found.map { $0.ipAddress ?? "\($0)" }))
        case .failure(let error):
            tell(.resolveFailed(server, error as? SpamdError ?? SpamdError(.resolveFailed, server: server)))
        }
    }

    private func resolveAgain(_ server: SpamdServer, in interval: TimeAmount) {
        let timer = group.any().scheduleTask(in: interval) { [weak self] in _ = self?.resolve(server) }
        let last = state.withLock { state in
            let last = state.names[server]?.timer
            state.names[server]?.timer = timer
            return state.names[server] == nil ? timer : last
        }
        last?.cancel()
    }
}
