import Testing

@testable import Spamd

struct ServerTableTests {
    private static let (a, b) = (SpamdServer(standardPort: 1), SpamdServer(standardPort: 2))

    /// A table that can be asked inside of an expectation.
    private final class Box {
        var table: ServerTable
        init(_ table: ServerTable) { self.table = table }
        func add(_ server: SpamdServer, limit: Int) -> ServerTable.Effects { table.add(server, limit: limit) }
        func remove(_ server: SpamdServer) -> ServerTable.Effects { table.remove(server) }
        func acquire(_ candidates: [SpamdServer]) -> ServerTable.Place { table.acquire(candidates) }
        func abandon(_ ticket: Int) -> Bool { table.abandon(ticket) }
        func release(_ server: SpamdServer, _ outcome: ServerTable.Outcome) -> ServerTable.Effects {
            table.release(server, outcome)
        }
        func probed(_ server: SpamdServer, isAnswered: Bool) -> ServerTable.Effects {
            table.probed(server, isAnswered: isAnswered)
        }
    }

    private func table(limit: Int = 2, _ servers: SpamdServer...) -> Box {
        var table = ServerTable(probing: ProbeIntervals(firstMilliseconds: 100, longestMilliseconds: 500))
        for server in servers { _ = table.add(server, limit: limit) }
        return Box(table)
    }

    @Test func `the one with fewest requests under way is chosen, at a tie the first`() {
        let table = table(Self.a, Self.b)
        let places = (0..<4).map { _ in table.acquire([Self.a, Self.b]) }
        #expect(places == [.granted(Self.a), .granted(Self.b), .granted(Self.a), .granted(Self.b)])
        #expect(table.acquire([Self.b, Self.a]) == .wait(ticket: 1))
    }

    @Test func `who waits goes on in order, each to a server of its own`() {
        let table = table(limit: 1, Self.a, Self.b)
        _ = table.acquire([Self.a])
        _ = table.acquire([Self.b])
        #expect(table.acquire([Self.a]) == .wait(ticket: 1))
        #expect(table.acquire([Self.a, Self.b]) == .wait(ticket: 2))
        #expect(table.release(Self.b, .answered).granted == [.init(ticket: 2, server: Self.b)])
        #expect(table.release(Self.a, .answered).granted == [.init(ticket: 1, server: Self.a)])
        #expect(table.table.waiting == 0)
    }

    @Test func `who gives up waiting is forgotten, once`() {
        let table = table(limit: 1, Self.a)
        _ = table.acquire([Self.a])
        _ = table.acquire([Self.a])
        #expect(table.abandon(1))
        #expect(!table.abandon(1))
        #expect(table.release(Self.a, .answered) == .init())
        #expect(table.table.pending(Self.a) == 0)
    }

    @Test func `an unreachable server is down at once, and who waits is refused once the first probe has failed`() {
        let table = table(limit: 1, Self.a)
        _ = table.acquire([Self.a])
        _ = table.acquire([Self.a])
        let effects = table.release(Self.a, .unreachable)
        #expect(effects.refused == [])
        #expect(effects.wentDown == .init(server: Self.a, afterMilliseconds: 100))
        #expect(table.acquire([Self.a]) == .allDown)
        #expect(table.table.probed(Self.a, isAnswered: false).refused == [1])
    }

    @Test func `who waits while a server was down for a moment goes on when it answers the first probe`() {
        let table = table(limit: 1, Self.a)
        _ = table.acquire([Self.a])
        _ = table.acquire([Self.a])
        _ = table.release(Self.a, .unreachable)
        #expect(table.table.probed(Self.a, isAnswered: true).granted == [.init(ticket: 1, server: Self.a)])
    }

    @Test func `three faults in a row take a server out, an answer between them forgives`() {
        let table = table(Self.a)
        let outcomes: [ServerTable.Outcome] = [.faulty, .faulty, .answered, .faulty, .unknown, .faulty, .faulty]
        let down = outcomes.map { outcome in
            _ = table.acquire([Self.a])
            return table.release(Self.a, outcome).wentDown != nil
        }
        #expect(down == [false, false, false, false, false, false, true])
    }

    @Test func `ten defeats in a row take a server out, an answer of its own between them forgives`() {
        let table = table(Self.a, Self.b)
        func defeats(_ count: Int) -> [Bool] { (0..<count).map { _ in table.table.overtaken(Self.a).wentDown != nil } }
        #expect(defeats(9) == Array(repeating: false, count: 9))
        _ = table.acquire([Self.a])
        _ = table.release(Self.a, .answered)
        #expect(defeats(10) == Array(repeating: false, count: 9) + [true])
        #expect(table.table.isDown(Self.a) && !table.table.isDown(Self.b))
        #expect(defeats(20) == Array(repeating: false, count: 20))
        #expect(table.probed(Self.a, isAnswered: true).cameUp == Self.a)
    }

    @Test func `who would be chosen can be asked for without taking a place`() {
        let table = table(limit: 1, Self.a)
        #expect(table.table.peek([Self.a]) == Self.a)
        #expect(table.table.pending(Self.a) == 0)
        _ = table.acquire([Self.a])
        #expect(table.table.peek([Self.a]) == nil)
    }

    @Test func `probes go on for ever at growing pauses, until an answer`() {
        let table = table(Self.a)
        _ = table.acquire([Self.a])
        _ = table.release(Self.a, .unreachable)
        let pauses = (0..<6).map { _ in table.probed(Self.a, isAnswered: false).probeAgain?.afterMilliseconds }
        #expect(pauses == [200, 400, 500, 500, 500, 500])
        #expect(table.probed(Self.a, isAnswered: true).cameUp == Self.a)
        #expect(table.acquire([Self.a]) == .granted(Self.a))
        #expect(ProbeIntervals().pause(after: 1_000) == 10_000)
    }

    @Test func `a late failure of a server that is down already changes nothing`() {
        let table = table(Self.a)
        _ = table.acquire([Self.a])
        _ = table.acquire([Self.a])
        _ = table.release(Self.a, .unreachable)
        #expect(table.release(Self.a, .unreachable).wentDown == nil)
    }

    @Test func `a raised limit lets those go on who wait`() {
        let table = table(limit: 1, Self.a)
        _ = table.acquire([Self.a])
        _ = table.acquire([Self.a])
        #expect(table.add(Self.a, limit: 2).granted == [.init(ticket: 1, server: Self.a)])
    }

    @Test func `a server that was removed is no candidate, and releasing it is harmless`() {
        let table = table(limit: 1, Self.a)
        _ = table.acquire([Self.a])
        _ = table.acquire([Self.a])
        #expect(table.remove(Self.a).refused == [1])
        #expect(table.release(Self.a, .answered) == .init())
        #expect(table.acquire([Self.a]) == .allDown)
    }
}

struct OneShotTests {
    @Test func `the first value counts, whether it comes before or after the waiting`() async {
        let early = OneShot<Int>()
        #expect(early.fulfil(1))
        #expect(!early.fulfil(2))
        #expect(await early.value() == 1)
        let late = OneShot<Int>()
        async let value = late.value()
        late.fulfil(3)
        #expect(await value == 3)
        #expect(!late.fulfil(4))
    }
}
