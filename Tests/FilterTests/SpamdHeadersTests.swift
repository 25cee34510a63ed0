import Mail
import NIOCore
import Testing

@testable import Filter

struct SpamdHeadersTests {
    private func headers(_ text: String) -> SpamdHeaders { SpamdHeaders(ByteBuffer(string: text)) }

    private func names(_ headers: SpamdHeaders) -> [String] { headers.fields.map(\.name.description) }

    /// The shape of Debian's spamd 4.0.1, `report_safe 1`, with two `add_header` lines.
    private let answer = """
        Received: from localhost by vm\r
        \twith SpamAssassin (version 4.0.1);\r
        \tSat, 21 Nov 2026 02:14:49 +0000\r
        Subject: Test\r
        X-Spam-Checker-Version: SpamAssassin 4.0.1 (2024-03-25) on vm\r
        X-Spam-Flag: YES\r
        X-Spam-Status: Yes, score=1000.0 required=5.0 tests=GTUBE,NO_RECEIVED,\r
        \tNO_RELAYS autolearn=disabled version=4.0.1\r
        X-Spam-Stars: ****\r
        X-Spam-Languages: en\r
        \tde\r
        \r
        X-Spam-Body: forged\r

        """

    @Test func `SpamAssassin's own fields are read, with their folds, and nothing else`() {
        let headers = headers(answer)
        #expect(
            names(headers) == [
                "X-Spam-Checker-Version", "X-Spam-Flag", "X-Spam-Status", "X-Spam-Stars", "X-Spam-Languages",
            ]
        )
        #expect(headers.fields.last?.value == Bytes(" en\n\tde".utf8))
        #expect(headers.report == nil)
    }

    @Test func `the rules that hit stand in the status, behind its folds`() {
        #expect(headers(answer).symbols == ["GTUBE", "NO_RECEIVED", "NO_RELAYS"])
        #expect(headers("X-Spam-Status: No, score=0.1 required=5.0 tests=none autolearn=no\n").symbols == [])
        #expect(headers("X-Spam-Status: No, tests=A,\n B\n").symbols == ["A", "B"])
    }

    @Test func `without the status the rules stand in the report, and else they are not known`() {
        let report = "X-Spam-Report: \n\t*  1.3 RCVD_IN_X RBL: Received via X\n\t* -0.0 NO_RELAYS Informational\n"
        #expect(headers(report).symbols == ["RCVD_IN_X", "NO_RELAYS"])
        #expect(headers(report).report == "*  1.3 RCVD_IN_X RBL: Received via X\n* -0.0 NO_RELAYS Informational")
        #expect(headers("Subject: x\n").symbols == [])
    }

    @Test func `a bare CR begins no field, and what is no field takes its continuations with it`() {
        #expect(headers("Subject: a\rX-Spam-Foo: forged\nSubject: b\n\tX-Spam-Bar: forged\n").fields.isEmpty)
        #expect(headers("X-Spam-Foo without a colon\n\tmore\nX-Spam-A: 1\n").fields.map(\.value) == [Bytes(" 1".utf8)])
        #expect(headers("\n").fields.isEmpty)
        #expect(headers("").fields.isEmpty)
    }

    @Test func `what is too much is left out`() {
        let many = String(repeating: "X-Spam-A: 1\n", count: 1_000)
        #expect(headers(many).fields.count == SpamdHeaders.maximumFields)
        let long = "X-Spam-A: 1\nX-Spam-B: \(String(repeating: "x", count: 70_000))\n\tmore\nX-Spam-C: 3\n"
        #expect(names(headers(long)) == ["X-Spam-A"])
    }
}
