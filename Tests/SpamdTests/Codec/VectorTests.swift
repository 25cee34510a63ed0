import NIOCore
import Testing

@testable import Spamd

/// The shared vectors: 54 recorded conversations with spamd 4.0.1, 13 made by hand.
@Suite(.enabled(if: !SharedCorpus.isAbsent, "the shared corpus is not here"))
struct VectorTests {
    @Test(arguments: SharedCorpus.names)
    func `an answer means what was recorded, in one piece and byte by byte`(_ name: String) throws {
        let vector = try Vector(name)
        let whole = vector.outcome(inPiecesOf: max(1, vector.response.count))
        #expect(vector.outcome(inPiecesOf: 1) == whole)
        #expect(vector.outcome(inPiecesOf: 7) == whole)
        let expect = vector.meaning.expect
        switch whole {
        case .failure(let error):
            #expect(expect.outcome == "error")
            #expect(error.reason.vectorName == expect.error)
        case .success(let response):
            try check(response, against: expect, verb: vector.verb)
        }
    }

    private func check(_ response: Response, against expect: Vector.Meaning.Expectation, verb: Verb) throws {
        if expect.outcome == "error" {
            #expect(expect.error == "serverStatus")
            let error = #expect(throws: SpamdError.self) { try response.checked() }
            #expect(error?.status?.code == expect.status_code)
        } else {
            #expect(response.status == .ok)
        }
        if let version = expect.protocol_version { #expect(response.version == version) }
        if let message = expect.message {
            #expect(message.contains("\u{FFFD}") || response.message == message)
        }
        if let headers = expect.headers { #expect(response.headers.map { [$0.name, $0.value] } == headers) }
        if let isSpam = expect.is_spam {
            #expect(response.verdict?.isSpam == isSpam)
            #expect(response.verdict?.score.value == expect.score)
            #expect(response.verdict?.threshold.value == expect.threshold)
        }
        if let symbols = expect.symbols { #expect(response.symbols == symbols) }
        if let didSet = expect.did_set { #expect(Set(didSet) == Set(response.didSet.map(\.rawValue))) }
        if let didRemove = expect.did_remove { #expect(Set(didRemove) == Set(response.didRemove.map(\.rawValue))) }
        if let length = expect.body_length { #expect(response.body.readableBytes == length) }
    }

    @Test(arguments: SharedCorpus.names)
    func `an answer cut anywhere is the same answer or an error, never another verdict`(_ name: String) throws {
        let vector = try Vector(name)
        guard vector.meaning.expect.outcome == "value", vector.verb.wantsVerdict else { return }
        let whole = try vector.outcome(inPiecesOf: vector.response.count).get()
        let cuts = stride(from: 0, to: vector.response.count, by: max(1, vector.response.count / 50))
        for cut in cuts {
            for end in [ResponseParser.End.closed, .reset] {
                var parser = ResponseParser(answering: vector.verb)
                let outcome = Result { () throws(SpamdError) in
                    try parser.consume(ByteBuffer(bytes: vector.response.prefix(cut)))
                    return try parser.finish(end)
                }
                // Without Content-length a body has no end but that of the connection.
                guard whole.headers["Content-length"] != nil || vector.verb == .check else { continue }
                if let response = try? outcome.get() { #expect(response.verdict == whole.verdict) }
            }
        }
    }

    @Test(arguments: SharedCorpus.names)
    func `a recorded request is read and written again byte for byte`(_ name: String) throws {
        let vector = try Vector(name)
        var parser = RequestParser()
        let whole = Result { () throws(SpamdError) in
            if let request = try parser.consume(ByteBuffer(bytes: vector.request)) { return request }
            return try parser.finish()
        }
        var bytewise = RequestParser()
        let slowly = Result { () throws(SpamdError) in
            // The start byte by byte; two megabytes of message would take long.
            for byte in vector.request.prefix(20_000) {
                if let request = try bytewise.consume(ByteBuffer(bytes: [byte])) { return request }
            }
            if let request = try bytewise.consume(ByteBuffer(bytes: vector.request.dropFirst(20_000))) {
                return request
            }
            return try bytewise.finish()
        }
        #expect(slowly == whole)
        guard case .success(let request) = whole else {
            // What we refuse spamd has refused too.
            #expect(vector.meaning.expect.outcome == "error")
            return
        }
        guard !request.compress, request.verb != Verb("FAKE") else { return }
        #expect(try request.encoded().bytes == ByteBuffer(bytes: vector.request))
    }
}
