import Testing

@testable import Daemon

struct ServerNewsTests {
    private let start = ContinuousClock.now
    private let down = ServerNews.Line(isUp: false, text: "spamd: 192.0.2.1:783: left alone")
    private let up = ServerNews.Line(isUp: true, text: "spamd: 192.0.2.1:783: answers again")

    @Test func `the first change is told at once, down as a warning and up as a notice`() {
        var news = ServerNews()
        let first = news.happened(down, to: "a", at: start)
        #expect(first?.level == .warning && first?.message == down.text && first?.facts.isEmpty == true)
        let second = news.happened(up, to: "b", at: start)
        #expect(second?.level == .notice && second?.message == up.text)
    }

    @Test func `a server that goes up and down has one line in half a minute, and at last what holds`() {
        var news = ServerNews()
        var told = [news.happened(down, to: "a", at: start)].compactMap(\.self)
        for second in 1...29 {
            let now = start + .seconds(second)
            let record = news.happened(second.isMultiple(of: 2) ? down : up, to: "a", at: now)
            told += [record].compactMap(\.self) + news.due(at: now)
        }
        #expect(told.count == 1)
        told += news.due(at: start + .seconds(30))
        #expect(told.map(\.line) == ["\(down.text)", "\(up.text) changes=29"])
        #expect(news.due(at: start + .seconds(31)).isEmpty)
    }

    @Test func `servers do not silence each other`() {
        var news = ServerNews()
        #expect(news.happened(down, to: "a", at: start) != nil)
        #expect(news.happened(down, to: "b", at: start) != nil)
        #expect(news.happened(up, to: "a", at: start + .seconds(1)) == nil)
    }

    @Test func `after half a minute of silence a change is told at once`() {
        var news = ServerNews()
        _ = news.happened(down, to: "a", at: start)
        #expect(news.due(at: start + .seconds(40)).isEmpty)
        #expect(news.happened(up, to: "a", at: start + .seconds(41))?.message == up.text)
    }

    @Test func `what was kept back is told with the next change, if nobody asked before`() {
        var news = ServerNews()
        _ = news.happened(down, to: "a", at: start)
        _ = news.happened(up, to: "a", at: start + .seconds(1))
        #expect(news.happened(down, to: "a", at: start + .seconds(60))?.line == "\(down.text) changes=2")
        #expect(news.due(at: start + .seconds(61)).isEmpty)
    }
}

extension LogRecord {
    fileprivate var line: String { line(.logfmt) }
}
