import NIOCore

@testable import Spamd

extension FuzzTarget {
    /// What spamd answers, and what a client asks, in whatever pieces the bytes come.
    static let spamdResponse = FuzzTarget(name: "spamd-response") { bytes in
        var choices = Choices(bytes)
        let verb = Verb.known[choices.number(below: Verb.known.count)]
        let version = choices.flag() ? "1.5" : "1.2"
        let end: ResponseParser.End = choices.flag() ? .closed : .reset
        let isRequest = choices.byte() == UInt8(ascii: "R")
        let cut = max(choices.number(below: 64), 1)
        let wire = Array(choices.rest)
        if isRequest {
            RequestPromises(wire, cut).check()
        } else {
            ResponsePromises(verb: verb, version: version, end: end, wire: wire, cut: cut).check()
        }
    }
}

/// Small ones, so that they are met.
private let limits = Limits(line: 512, headerCount: 16, body: 4_096)

private struct ResponsePromises {
    let verb: Verb
    let version: String
    let end: ResponseParser.End
    let wire: [UInt8]
    let cut: Int

    func check() {
        let whole = outcome(wire.pieces(of: max(wire.count, 1)), end)
        let inPieces = outcome(wire.pieces(of: cut), end)
        switch (whole, inPieces) {
        case (.success(let one), .success(let other)):
            demand(one == other, "the same bytes give the same answer however they are cut")
            check(one)
        case (.failure(let one), .failure(let other)):
            demand(one.reason == other.reason, "one fault however the bytes are cut: \(one), \(other)")
            check(one)
        default: broken("\(whole) whole, \(inPieces) in pieces of \(cut)")
        }
    }

    private func outcome(
        _ pieces: [[UInt8]],
        _ end: ResponseParser.End,
        limits: Limits = limits
    ) -> Result<Response, SpamdError> {
        var parser = ResponseParser(answering: verb, requestVersion: version, limits: limits)
        do throws(SpamdError) {
            for piece in pieces { try parser.consume(ByteBuffer(bytes: piece)) }
            return .success(try parser.finish(end))
        } catch {
            return .failure(error)
        }
    }

    private func check(_ error: SpamdError) {
        demand(error.description.utf8.count <= 2_000, "an error's text is short: \(error.description.utf8.count) bytes")
        demand(
            error.description.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F },
            "an error's text has no controls: \(error)"
        )
    }

    private func check(_ response: Response) {
        demand(response.body.readableBytes <= limits.body, "no body is larger than the limit")
        demand(response.headers.count <= limits.headerCount, "no header has more fields than the limit")
        for field in response.headers {
            demand(!field.name.isEmpty && !field.bytes.contains(0x0A), "a field is one line: \(field)")
        }
        if response.status == .ok, verb.wantsVerdict, version == "1.5" {
            demand(response.verdict != nil, "an answer without a verdict is an error")
        }
        check(response.report)
        demand(response.symbols.allSatisfy { !$0.isEmpty && !$0.utf8.contains(0x2C) }, "a symbol has no comma")
        guard response.status == .ok, response.headers["Compress"] == nil, verb.carriesBody else { return }
        // CRLF for a bare LF makes a line longer.
        let again = outcome([Array(response.encoded(answering: verb).readableBytesView)], .closed, limits: Limits())
        guard case .success(let second) = again else { broken("an encoded answer is read again: \(again)") }
        demand(second.body == response.body && second.verdict == response.verdict, "and it is the same")
    }

    private func check(_ report: Report) {
        for rule in report.rules {
            demand(rule.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a rule's name is a word: \(rule.name)")
            demand(Points(rule.points.text) == rule.points, "points are a decimal number: \(rule.points)")
            demand(!rule.description.utf8.contains(0x0A), "a description is one line")
        }
    }
}

private struct RequestPromises {
    let wire: [UInt8]
    let cut: Int

    init(_ wire: [UInt8], _ cut: Int) {
        self.wire = wire
        self.cut = cut
    }

    func check() {
        let whole = outcome(wire.pieces(of: max(wire.count, 1)))
        let inPieces = outcome(wire.pieces(of: cut))
        guard case .success(let request) = whole else { return }
        if case .success(let other) = inPieces {
            demand(request.verb == other.verb && request.headers == other.headers, "one request however it is cut")
        }
        demand(request.body.readableBytes <= limits.body, "no body is larger than the limit")
        // Whoever writes a Content-length of his own, in other letters, sends none.
        let isLawful = request.headers.allSatisfy { field in
            (try? HeaderField(name: field.name, bytes: field.bytes)) != nil
                && !field.name.isSameName(as: "Content-length")
        }
        if isLawful { checkRoundTrip(request) }
    }

    private func checkRoundTrip(_ request: Request) {
        guard let encoded = try? request.encoded() else { return }
        guard case .success(let again) = outcome([Array(encoded.bytes.readableBytesView)], limits: Limits()) else {
            broken("an encoded request is read again: \(request)")
        }
        demand(again.verb == request.verb && again.headers == request.headers, "and says the same")
        if request.verb.carriesBody { demand(again.body == request.body, "about the same message") }
    }

    private func outcome(_ pieces: [[UInt8]], limits: Limits = limits) -> Result<Request, SpamdError> {
        var parser = RequestParser(limits: limits)
        do throws(SpamdError) {
            for piece in pieces {
                if let request = try parser.consume(ByteBuffer(bytes: piece)) { return .success(request) }
            }
            return .success(try parser.finish())
        } catch {
            return .failure(error)
        }
    }
}

extension [UInt8] {
    /// The bytes cut into pieces of one size, the last one shorter.
    func pieces(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
