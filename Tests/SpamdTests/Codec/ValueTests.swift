import NIOCore
import Testing

@testable import Spamd

struct VerbTests {
    @Test func `every verb of spamd is known by its word`() {
        for verb in Verb.known { #expect(Verb(verb.name) == verb) }
        #expect(Verb.known.count == 9)
        #expect(Verb.reportIfSpam.description == "REPORT_IFSPAM")
    }

    @Test(arguments: ["", "check", "CHECK ", "CHE\nCK", "\u{c4}", String(repeating: "A", count: 65)])
    func `an unlawful word is no verb`(_ word: String) {
        #expect(Verb(word) == nil)
    }

    @Test func `only verbs that change nothing may be asked twice`() {
        #expect(Verb.known.filter { !$0.isRepeatable } == [.tell])
        #expect(Verb("LEARN")?.isRepeatable == false)
    }
}

struct StatusTests {
    @Test func `each number from 64 to 79 has a case and a name of its own`() {
        let all = (64...79).map(Status.init(code:))
        #expect(all.map(\.code) == Array(64...79))
        #expect(Set(all.map(\.name)).count == 16)
        #expect(all.allSatisfy { if case .other = $0 { false } else { true } })
        #expect(Status(code: 0) == .ok)
    }

    @Test func `an unknown number is kept`() {
        #expect(Status(code: 4711) == .other(4711))
        #expect(Status(code: 4711).description == "4711 EX_4711")
    }

    @Test func `75 and 79 are temporary and nothing else is`() {
        #expect((0...99).map(Status.init(code:)).filter(\.isTemporary) == [.temporaryFailure, .timeout])
    }
}

struct PointsTests {
    @Test(arguments: ["0", "15", "7.4", "-41.2", "100001.3", "-0.0", "0.001"])
    func `a plain decimal number keeps its text`(_ text: String) {
        #expect(Points(text)?.text == text)
        #expect(Points(text)?.value == Double(text))
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "+1", "1e5", "nan", "NaN", "inf", "-inf", "5,0", "0x10", "1.2.3", "1 2", "\u{661}",
    ])
    func `anything else is no points`(_ text: String) {
        #expect(Points(text) == nil)
    }

    @Test func `a number has an end`() {
        #expect(Points(String(repeating: "9", count: 64)) != nil)
        #expect(Points(String(repeating: "9", count: 65)) == nil)
    }
}

struct VerdictTests {
    @Test(arguments: ["True ; 15.0 / 5.0", "true;15.0/5.0", "YES ; 15.0 / 5.0", "  Yes;  15.0  /5.0 "])
    func `the words of spam are read in any case and with any blanks`(_ text: String) {
        #expect(Verdict(text)?.description == "True ; 15.0 / 5.0")
    }

    @Test func `the word is the verdict, not the numbers`() {
        #expect(Verdict("False ; 5.0 / 5.0")?.isSpam == false)
        #expect(Verdict("No ; 9.0 / 5.0")?.isSpam == false)
    }

    @Test(arguments: [
        "", "True", "True ; 15.0", "True ; / 5.0", "15.0 / 5.0", "Maybe ; 1.0 / 5.0", "True ; 1.0 / 5.0 ; x",
        "True ; 1.0 / 5.0 / 6",
        "True ; inf / 5.0", "True , 15.0 / 5.0", "1 ; 15.0 / 5.0",
    ])
    func `anything else is no verdict`(_ text: String) {
        #expect(Verdict(text) == nil)
    }
}

struct TellTests {
    @Test func `what people ask for is what spamc sends`() {
        let fields = { (tell: Tell) in tell.fields.map(\.description) }
        #expect(fields(.learn(.spam)) == ["Message-class: spam", "Set: local"])
        #expect(fields(.learn(.ham)) == ["Message-class: ham", "Set: local"])
        #expect(fields(.forget) == ["Remove: local"])
        #expect(fields(.report) == ["Message-class: spam", "Set: local, remote"])
        #expect(fields(.revoke) == ["Message-class: ham", "Set: local", "Remove: remote"])
    }

    @Test func `what spamd would misread or refuse cannot be made`() {
        #expect(throws: SpamdError.self) { try Tell(nil, set: [.local]) }
        #expect(throws: SpamdError.self) { try Tell(.spam, set: []) }
        #expect(throws: SpamdError.self) { try Tell(.spam, set: [.local], remove: [.local, .remote]) }
        #expect(throws: Never.self) { try Tell(nil, set: [], remove: [.remote]) }
    }

    @Test func `the words are found anywhere and in any case, as spamd finds them`() {
        #expect(Tell.databases(in: "Remote,LOCAL") == [.local, .remote])
        #expect(Tell.databases(in: "local") == [.local])
        #expect(Tell.databases(in: "") == [])
        #expect(Tell.databases(in: nil) == [])
    }
}

struct CompressionTests {
    @Test(arguments: [0, 1, 1_000, 200_000])
    func `what is compressed is the same afterwards`(_ size: Int) throws {
        let plain = ByteBuffer(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) })
        #expect(try inflated(try deflated(plain), limit: size) == plain)
    }

    @Test func `a small body that swells is stopped at the limit`() throws {
        let bomb = try deflated(ByteBuffer(repeating: 0, count: 5_000_000))
        #expect(bomb.readableBytes < 10_000)
        let error = #expect(throws: SpamdError.self) { try inflated(bomb, limit: 100_000) }
        #expect(error?.reason == .limitExceeded)
    }

    @Test func `what is cut, empty or no zlib is malformed`() throws {
        let packed = try deflated(ByteBuffer(string: "hello, hello, hello"))
        let cut = packed.getSlice(at: 0, length: packed.readableBytes - 3) ?? ByteBuffer()
        for wrong in [cut, ByteBuffer(), ByteBuffer(string: "plain text"), ByteBuffer(bytes: [0x1f, 0x8b, 8, 0])] {
            let error = #expect(throws: SpamdError.self) { try inflated(wrong, limit: 1_000) }
            #expect(error?.reason == .malformedResponse)
        }
    }
}
