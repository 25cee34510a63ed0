import ArgumentParser
import NIOCore
import Spamd
import Testing

@testable import tamis

struct SpamdLineTests {
    static let keys = [
        "file", "server", "status_code", "message", "is_spam", "score", "threshold", "symbols", "report", "did_set",
        "did_remove",
        "body_sha256", "error",
    ]

    static func answer(_ headers: [(String, String)] = [], body: String = "") throws -> Answer {
        let fields = HeaderFields(try headers.map { try HeaderField(name: $0.0, value: $0.1) })
        return Answer(response: Response(headers: fields, body: ByteBuffer(string: body)), server: .standard)
    }

    private func names(_ value: JSONValue) -> [String] {
        guard case .object(let members) = value else { return [] }
        return members.map(\.key)
    }

    @Test func `every key is always there, in the same order`() throws {
        let answer = try Self.answer([("Spam", "True ; 7.4 / 5.0")], body: "A,B")
        for question in [
            SpamdQuestion.ping, .check, .symbols, .report, .reportIfSpam, .headers, .process, .tell(.forget),
        ] {
            #expect(names(SpamdLine(file: "m", question: question, outcome: .success(answer)).json) == Self.keys)
            #expect(names(SpamdLine(file: "m", question: question, outcome: .failure(.noMessage)).json) == Self.keys)
        }
    }

    @Test func `an answer to SYMBOLS is verdict, names and the digest of the body`() throws {
        let answer = try Self.answer([("Spam", "True ; 7.4 / 5.0")], body: "A,B")
        #expect(
            SpamdLine(file: "a \"b\"", question: .symbols, outcome: .success(answer)).json.description == """
                {"file":"a \\"b\\"","server":"127.0.0.1:783","status_code":0,"message":"EX_OK","is_spam":true,"score":7.4,\
                "threshold":5.0,"symbols":["A","B"],"report":null,"did_set":null,"did_remove":null,"body_sha256":\
                "b17c8419f544abd0648345006bbe975b43acf9fc878712a1116312f3e1e24b2e","error":null}
                """
        )
    }

    @Test func `an answer to TELL says what was done, also nothing`() throws {
        let told = try Self.answer([("DidSet", "remote,local")])
        let json = SpamdLine(file: "m", question: .tell(.report), outcome: .success(told)).json.description
        #expect(json.contains(#""did_set":["local","remote"],"did_remove":[]"#))
        let line = SpamdLine(file: "m", question: .tell(.report), outcome: .success(try Self.answer()))
        #expect(String(decoding: line.text, as: UTF8.self) == "m: nothing to do\n")
    }

    @Test func `a number is lawful JSON however spamd wrote it`() throws {
        for (text, number) in [("007.50", "7.50"), ("-0.0", "-0.0"), ("15", "15"), ("-00", "-0"), ("0", "0")] {
            let answer = try Self.answer([("Spam", "False ; \(text) / 5.0")])
            let json = SpamdLine(file: "m", question: .check, outcome: .success(answer)).json.description
            #expect(json.contains(#""score":\#(number),"#))
        }
    }

    @Test func `an error has its kind, its number and spamd's words`() throws {
        let error = SpamdError(.serverStatus(.protocolError), server: .standard, text: "Bad header line: X")
        let json = SpamdLine(file: "m", question: .check, outcome: .failure(SpamdFailure(error))).json.description
        #expect(
            json.contains(#""server":"127.0.0.1:783","status_code":76,"message":"Bad header line: X","is_spam":null"#)
        )
        #expect(json.hasSuffix(#""error":{"kind":"serverStatus","status_code":76,"message":"Bad header line: X"}}"#))
    }

    @Test func `a rewritten message is shown byte for byte`() throws {
        let answer = try Self.answer([("Spam", "False ; 1.0 / 5.0")], body: "a\r\n\u{0}\u{ff}no end")
        for question in [SpamdQuestion.process, .headers] {
            let text = SpamdLine(file: "m", question: question, outcome: .success(answer)).text
            #expect(text == Array(answer.response.body.readableBytesView))
        }
    }
}

struct SpamdFailureTests {
    @Test(arguments: [
        (SpamdError.Reason.serverStatus(.usage), "serverStatus", 64),
        (.serverStatus(.temporaryFailure), "serverStatus", 75),
        (.serverStatus(.timeout), "serverStatus", 79), (.serverStatus(.other(99)), "serverStatus", 76),
        (.malformedResponse, "malformedResponse", 76), (.truncatedResponse, "truncatedResponse", 74),
        (.bodyLengthMismatch, "bodyLengthMismatch", 76), (.emptyResponse, "emptyResponse", 74),
        (.limitExceeded, "limitExceeded", 76),
        (.connectFailed, "connectFailed", 69), (.serversDown, "connectFailed", 69),
        (.timedOut(.response), "timedOut", 75),
        (.timedOut(.connect), "timedOut", 75), (.tlsFailed, "tlsFailed", 76), (.resolveFailed, "resolveFailed", 68),
    ])
    func `each error has the kind and the exit status of the table`(
        _ reason: SpamdError.Reason,
        _ kind: String,
        _ status: Int32
    ) {
        let failure = SpamdFailure(SpamdError(reason, text: "why"))
        #expect(failure.kind == kind)
        #expect(failure.exitStatus == status)
        #expect(failure.message == "why")
        #expect(!SpamdFailure(SpamdError(reason)).message.isEmpty)
    }
}

struct SpamdQuestionTests {
    @Test func `one way to tell is given, and it means what people expect`() throws {
        #expect(try TellWords(learn: .spam).tell() == .learn(.spam))
        #expect(try TellWords(forget: true).tell() == .forget)
        #expect(try TellWords(report: true).tell() == .report)
        #expect(try TellWords(revoke: true).tell() == .revoke)
        let free = TellWords(messageClass: .ham, set: [.local], remove: [.remote])
        #expect(try free.tell() == .revoke)
    }

    @Test func `none, several, and what spamd would misread are refused`() {
        let wrong = [
            TellWords(), TellWords(learn: .ham, forget: true), TellWords(report: true, messageClass: .spam),
            TellWords(set: [.local]), TellWords(messageClass: .spam),
            TellWords(messageClass: .spam, set: [.local], remove: [.local]),
        ]
        for words in wrong { #expect(throws: SpamdError.self) { try words.tell() } }
    }

    @Test func `the message goes out as it is, for the user that was named`() throws {
        let request = try SpamdQuestion.symbols.request([1, 2], user: "mary", compress: true)
        #expect(Array(request.body.readableBytesView) == [1, 2])
        #expect(request.user == "mary")
        #expect(request.compress)
    }
}

struct SpamdOptionsTests {
    @Test(arguments: [("500ms", 500), ("6s", 6_000), ("2m", 120_000), ("1h", 3_600_000)])
    func `a duration has a unit`(_ text: String, _ milliseconds: Int64) throws {
        #expect(try SpamdOptions.duration(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "6", "0s", "-1s", "6 s", "s", "1.5s", "6d", "99999999999999999999s"])
    func `anything else is no duration`(_ text: String) {
        #expect(throws: (any Error).self) { try SpamdOptions.duration(text) }
    }

    @Test func `options come before defaults`() throws {
        let arguments = [
            "--server", "tls://a:1", "--server", "unix:/b", "--timeout", "6s", "--compress", "--tls-ca", "/ca",
            "--tls-cert", "/c",
            "--tls-key", "/k", "--tls-key-password-file", "/p", "--tls-verify", "chain",
        ]
        let configuration = try SpamdOptions.parse(arguments).configuration(parallel: 7)
        #expect(configuration.servers.map(\.description) == ["tls://a:1", "unix:/b"])
        #expect(configuration.timeout == .seconds(6))
        #expect(configuration.compress)
        #expect(configuration.maxConcurrent == 7)
        let tls = TLSOptions(
            authorities: "/ca",
            certificate: "/c",
            key: "/k",
            keyPassword: .file("/p"),
            verification: .chain
        )
        #expect(configuration.tls == tls)
    }

    @Test func `a settings file that cannot be used is status 78`() throws {
        let options = try SpamdOptions.parse(["--config", "/nonexistent/tamis.yaml"])
        let failure = #expect(throws: SpamdFailure.self) { try options.configuration(parallel: 1) }
        #expect(failure?.exitStatus == 78)
    }
}
