import Pyzor
import Testing

@testable import tamis

@Suite struct PyzorFailureTests {
    @Test(
        arguments: [
            (.timedOut(.standard), "timedOut", 75), (.leftAlone(.standard), "timedOut", 75),
            (.refused(.standard), "connectFailed", 69), (.sendFailed(.standard, reason: "x"), "connectFailed", 69),
            (.unresolved(.standard, reason: "x"), "resolveFailed", 68),
            (.malformedReply(.standard, .missing("Code")), "truncatedResponse", 74),
            (.malformedReply(.standard, .notANumber("Count", "x")), "malformedResponse", 76),
            (.malformedReply(.standard, .unexpectedThread(received: 1, expected: 2)), "malformedResponse", 76),
            (.status(.standard, code: 401, diagnosis: "x"), "serverStatus", 76),
            (.emptyDigest, "emptyDigest", 65), (.file(path: "/x", reason: "y"), "unreadable", 66),
            (.invalidServer("x", reason: "y"), "usage", 64),
            (.line(path: "/x", number: 1, reason: "y"), "settings", 78),
        ] as [(PyzorError, String, Int32)]
    )
    func `each failure has its word and its exit status`(error: PyzorError, kind: String, status: Int32) {
        let failure = PyzorFailure(error)
        #expect(failure.kind == kind)
        #expect(failure.exitStatus == status)
        #expect(failure.message == error.description)
    }

    @Test func `a message without a digest is wrong input`() {
        #expect(PyzorFailure(DigestError.nulInCharset).exitStatus == 65)
        #expect(PyzorFailure(unreadable: "cannot be opened").exitStatus == 66)
    }
}
