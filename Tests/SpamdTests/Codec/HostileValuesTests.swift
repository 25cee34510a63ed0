import NIOCore
import TestRig
import Testing

@testable import Spamd

/// Whatever a server says, and whatever is said to it in somebody's name.
struct HostileValuesTests {
    private static let rounds = 1_000

    private func answer(_ verdict: String, body: [UInt8] = []) throws(SpamdError) -> Response {
        var parser = ResponseParser(answering: .symbols)
        let head = "SPAMD/1.1 0 EX_OK\r\nContent-length: \(body.count)\r\nSpam: \(verdict)\r\n\r\n"
        try parser.consume(ByteBuffer(bytes: Array(head.utf8) + body))
        return try parser.finish(.closed)
    }

    @Test(arguments: HostileValues.scores)
    func `a score is a plain decimal number, or the answer is malformed`(score: String) {
        let isPlain = score.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?/.asciiOnlyDigits()) != nil
        // A line end in it ends the verdict, and what follows is a field that nobody asks for.
        let isPlainLine = isPlain || score.hasPrefix("5.0\r\n")
        #expect(((try? answer("True ; 5.0 / \(score)"))?.verdict?.threshold.text == score) == isPlain)
        #expect(((try? answer("True ; 5.0 / \(score)"))?.verdict != nil) == isPlainLine)
        do throws(SpamdError) {
            let found = try answer("True ; \(score) / 5.0").verdict
            #expect(isPlain && found?.score.text == score)
        } catch {
            #expect(!isPlain && error.reason == .malformedResponse, "\(error)")
        }
    }

    @Test func `10,000 rules are read, and one of 10,000 characters`() throws {
        let names = (0..<10_000).map { "RULE_\($0)" }
        #expect(try answer("True ; 9.0 / 5.0", body: Array(names.joined(separator: ",").utf8)).symbols == names)
        let long = String(repeating: "X", count: 10_000)
        #expect(try answer("True ; 9.0 / 5.0", body: Array(long.utf8)).symbols == [long])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a user and a field of any name make one request with the fields that were meant`(seed: UInt64) throws {
        var hostile = HostileValues(seed: seed)
        for _ in 0..<Self.rounds {
            var request = Request(.symbols, body: "Subject: x\r\n\r\n")
            let user = hostile.text()
            let isLawful = user.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            if isLawful {
                try request.setUser(user)
            } else {
                #expect(throws: SpamdError.self) { try request.setUser(user) }
            }
            if let field = try? HeaderField(name: hostile.text(), bytes: hostile.bytes()) {
                request.headers.append(field)
            }
            let lines = try request.encoded().head.readableBytesView.split(
                separator: 0x0A,
                omittingEmptySubsequences: false
            )
            let own = request.headers.count { !$0.name.isSameName(as: "Content-length") }
            #expect(lines.count == own + 4, "request line, fields, Content-length, the empty line")
            #expect(lines.dropLast().allSatisfy { $0.last == 0x0D && $0.count { $0 == 0x0D } == 1 })
        }
    }

    @Test(arguments: [4, 5, 6] as [UInt64])
    func `an answer of any bytes is a whole answer or one printable line of an error`(seed: UInt64) {
        var hostile = HostileValues(seed: seed)
        let openings = [
            "SPAMD/1.1 0 EX_OK\r\n", "SPAMD/1.1 76 ", "SPAMD/", "", "SPAMD/1.1 0 EX_OK\r\nSpam: True ; 5.0 / 5.0\r\n",
        ]
        for _ in 0..<Self.rounds {
            let bytes = Array(hostile.pick(openings).utf8) + hostile.bytes() + hostile.bytes()
            var parser = ResponseParser(answering: hostile.pick(Verb.known))
            do throws(SpamdError) {
                try parser.consume(ByteBuffer(bytes: bytes))
                let response = try parser.finish(.closed).checked()
                #expect(response.headers.allSatisfy { !$0.bytes.contains(0x0A) && !$0.name.isEmpty })
            } catch {
                let text = error.description
                #expect(
                    text.utf8.count <= 2_000 && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
                )
            }
        }
    }

    @Test func `a report's rules are words with points whatever stands around them`() {
        var hostile = HostileValues(seed: 7)
        for _ in 0..<Self.rounds {
            let text =
                "---- -----\n \(hostile.text()) \(hostile.text()) \(hostile.text())\n 1.0 RULE \(hostile.text())\n"
            for rule in Report(text).rules {
                #expect(rule.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2C })
                #expect(Points(rule.points.text) != nil)
            }
        }
    }

    @Test func `a description of any number of lines is one line`() {
        let report = Report("---- ------\n 1.0 RULE\n" + String(repeating: "     more\n", count: 20_000))
        #expect(report.rules.map(\.name) == ["RULE"])
        #expect(report.rules.first?.description.utf8.count == 20_000 * 5 - 1)
    }
}
