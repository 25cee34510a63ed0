import Testing

@testable import Mail

struct HeaderValueTests {
    private func folded(_ text: String, after name: HeaderName = "X-Spam-Status") -> String {
        String(decoding: HeaderValue(text).folded(after: name), as: UTF8.self)
    }

    @Test func `a value cannot hold a control or a second field`() {
        let value = folded("a\r\nX-Spam-Flag: NO\u{0}\u{1B}[31m\u{7F}ü")
        #expect(value == "a  X-Spam-Flag: NO??[31m???")
        #expect(value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }

    @Test func `a long value folds at blanks and after commas with LF TAB`() {
        let text =
            "Yes, score=7.4 required=5.0 tests=BAYES_99,PYZOR_CHECK,URIBL_BLACK pyzor=12/0 scanned-by=spamd,pyzor"
        let expected =
            "Yes, score=7.4 required=5.0 tests=BAYES_99,PYZOR_CHECK,\n\t"
            + "URIBL_BLACK pyzor=12/0 scanned-by=spamd,pyzor"
        #expect(folded(text) == expected)
    }

    @Test func `a line that just fits is not folded, and one more byte folds it`() {
        let name: HeaderName = "X-A"
        let fits = String(repeating: "a", count: 40) + " " + String(repeating: "b", count: 32)
        #expect("X-A: \(fits)".utf8.count == 78)
        #expect(folded(fits, after: name) == fits)
        #expect(folded(fits + "b", after: name) == fits.replacing(" ", with: "\n\t") + "b")
    }

    @Test(arguments: [998, 5_000, 10_000]) func `a word that is too long is cut below 998 bytes a line`(length: Int) {
        let value = folded("tests=A," + String(repeating: "B", count: length))
        let lines = ("X-Spam-Status: " + value).split(separator: "\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 998 })
        #expect(value.filter { $0 == "B" }.count == length)
    }

    @Test func `blanks at the end do not make an empty continuation line`() {
        #expect(folded(String(repeating: "a", count: 70) + "   ") == String(repeating: "a", count: 70))
    }

    @Test func `a run of blanks does not make a line of blanks alone`() {
        let lines = folded("a" + String(repeating: " ", count: 300) + "b").split(separator: "\n")
        #expect(lines.allSatisfy { $0.contains { $0 != " " && $0 != "\t" } })
    }

    @Test func `a received value keeps its folds and its 8-bit bytes but nothing that starts a field`() {
        let received = Array("caf\u{E9}\r\n on\r\nX-Evil: 1\nX-Evil: 2\0 \r end".unicodeScalars.map { UInt8($0.value) })
        let value = HeaderValue(prefix: "[SPAM] ", received: received).folded(after: "Subject")
        let expected = "[SPAM] caf\u{E9}\n on X-Evil: 1 X-Evil: 2    end".unicodeScalars.map { UInt8($0.value) }
        #expect(value == expected)
    }
}
