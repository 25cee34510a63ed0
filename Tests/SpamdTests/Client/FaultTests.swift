import NIOCore
import Testing

@testable import Spamd

/// Everything that a server can do wrong ends in a typed error or a value, within the deadline.
struct FaultTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        let name: String
        let mode: StandIn.Mode
        /// What CHECK comes to: the kind of error, or nil for a value.
        let check: SpamdError.Reason?
        /// What SYMBOLS comes to.
        let symbols: SpamdError.Reason?

        init(_ name: String, _ mode: StandIn.Mode, check: SpamdError.Reason?, symbols: SpamdError.Reason?) {
            self.name = name
            self.mode = mode
            self.check = check
            self.symbols = symbols
        }

        init(_ name: String, _ mode: StandIn.Mode, _ both: SpamdError.Reason?) {
            self.init(name, mode, check: both, symbols: both)
        }

        var testDescription: String { name }
    }

    static let faults: [Fault] = [
        Fault("ok", .ok, nil),
        Fault("hang", .hang, .timedOut(.response)),
        Fault("hang-early", .hangEarly, .timedOut(.response)),
        Fault("drip", .drip(.milliseconds(500)), .timedOut(.response)),
        Fault("quick drip", .drip(.microseconds(200)), nil),
        Fault("reset", .reset, .emptyResponse),
        Fault("reset-mid", .resetMid, .truncatedResponse),
        Fault("close-early", .closeEarly, .emptyResponse),
        Fault("half-response", .halfResponse, .truncatedResponse),
        Fault("garbage", .garbage, .malformedResponse),
        Fault("huge", .huge, .limitExceeded),
        Fault("huge-header", .hugeHeader, .limitExceeded),
        Fault("huge-status", .hugeStatus, .limitExceeded),
        Fault("ex_tempfail", .status(75, "EX_TEMPFAIL"), .serverStatus(.temporaryFailure)),
        Fault("ex_timeout", .status(79, "Timeout: (3 second timeout)"), .serverStatus(.timeout)),
        Fault("ex:64", .status(64, "EX_USAGE"), .serverStatus(.usage)),
        Fault("ex:99", .status(99, "odd"), .serverStatus(.other(99))),
        Fault("refuse", .refuse, .emptyResponse),
        Fault("early-error", .earlyError, .serverStatus(.protocolError)),
        Fault("extra-crlf", .extraLineEnds, nil),
        Fault("no-length", .noLength, nil),
        Fault("short-length", .shortLength, check: nil, symbols: .truncatedResponse),
        Fault(
            "long",
            .raw("SPAMD/1.1 0 EX_OK\r\nContent-length: 1\r\nSpam: True ; 9.0 / 5.0\r\n\r\nAB"),
            .bodyLengthMismatch
        ),
        Fault("rspamd", .raw("RSPAMD/1.3 0 EX_OK\r\nSpam: True ; 9.0 / 5.0\r\n\r\n"), .malformedResponse),
        Fault("nan", .raw("SPAMD/1.1 0 EX_OK\r\nSpam: False ; nan / 5.0\r\n\r\n"), .malformedResponse),
        Fault("comma", .raw("SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1,0 / 5.0\r\n\r\n"), .malformedResponse),
        Fault("odd word", .raw("SPAMD/1.1 0 EX_OK\r\nSpam: Perhaps ; 1.0 / 5.0\r\n\r\n"), .malformedResponse),
        Fault(
            "stays open",
            .rawOpen("SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: True ; 9.0 / 5.0\r\n\r\nA,B"),
            nil
        ),
        Fault(
            "silent after an error",
            .rawOpen("SPAMD/1.0 69 Service Unavailable: x\r\n"),
            .serverStatus(.unavailable)
        ),
    ]

    static let message = ByteBuffer(string: "Subject: a\r\nX-Test-Score: 7.5\r\nX-Test-Symbols: A,B\r\n\r\nbody\r\n")

    @Test(arguments: faults)
    func `each fault over TCP is a typed error or a value`(_ fault: Fault) async throws {
        try await check(fault, on: .tcp)
    }

    @Test(arguments: faults)
    func `each fault over a unix socket is the same`(_ fault: Fault) async throws {
        try await check(fault, on: .unix)
    }

    private func check(_ fault: Fault, on place: StandIn.Place) async throws {
        let standIn = try await StandIn(fault.mode, on: place)
        let client = try SpamdClient(configuration: .init(servers: [standIn.server], connectTimeout: .seconds(20)))
        let limit: TimeAmount = if case .timedOut = fault.check { .seconds(8) } else { .seconds(20) }
        await expect(fault.check) { () throws(SpamdError) in
            try await client.check(Self.message, deadline: .now() + limit)
        }
        await expect(fault.symbols) { () throws(SpamdError) in
            try await client.symbols(Self.message, deadline: .now() + limit)
        }
        await standIn.stop()
    }

    private func expect(
        _ reason: SpamdError.Reason?,
        _ ask: () async throws(SpamdError) -> Scan
    ) async {
        do {
            let scan = try await ask()
            #expect(reason == nil)
            #expect(scan.verdict.isSpam)
        } catch {
            #expect(error.reason == reason, "\(error)")
            #expect(error.server != nil)
        }
    }

    @Test func `an endless answer is cut at the limit and does not fill memory`() async throws {
        let standIn = try await StandIn(.huge)
        var configuration = SpamdClient.Configuration(servers: [standIn.server])
        configuration.limits.body = 4 << 20
        let client = try SpamdClient(configuration: configuration)
        let error = await #expect(throws: SpamdError.self) { try await client.process(Self.message) }
        #expect(error?.reason == .limitExceeded)
        try await standIn.wait { $0.open == 0 }
        // The limit, and what the sockets on the way hold.
        #expect(standIn.sight.bytesOut < 32 << 20)
        await standIn.stop()
    }

    @Test func `an answer given before a large message was read is still read`() async throws {
        let standIn = try await StandIn(.earlyError)
        let client = try SpamdClient(configuration: .init(servers: [standIn.server]))
        let large = ByteBuffer(repeating: 0x0a, count: 20 << 20)
        for _ in 0..<10 {
            let error = await #expect(throws: SpamdError.self) { try await client.check(large) }
            #expect(error?.reason == .serverStatus(.protocolError))
            #expect(error?.text == "Bad header line: (test early error)")
        }
        await standIn.stop()
    }

    @Test func `a server that accepts slowly is waited for`() async throws {
        let standIn = try await StandIn(.ok, slowly: true)
        let client = try SpamdClient(configuration: .init(servers: [standIn.server], connectTimeout: .seconds(20)))
        try await withThrowingTaskGroup { group in
            // Two have room in the backlog and one is being accepted; the kernel may reset those beyond.
            for _ in 0..<3 { group.addTask { try await client.symbols(Self.message).symbols } }
            for try await symbols in group { #expect(symbols == ["A", "B"]) }
        }
        await standIn.stop()
    }
}
