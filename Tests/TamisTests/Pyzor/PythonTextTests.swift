import Glibc
import Testing

@testable import tamis

@Suite struct PythonTextTests {
    @Test(arguments: [
        ("OK", "'OK'"), ("", "''"), ("it's", "\"it's\""), ("say \"x\"", "'say \"x\"'"),
        ("it's \"x\"", "'it\\'s \"x\"'"), ("a\\b", "'a\\\\b'"), ("a\nb\r\t", "'a\\nb\\r\\t'"),
        ("\u{1}\u{7f}\u{a0}", "'\\x01\\x7f\\xa0'"), ("é€", "'é€'"), ("\u{200b}", "'\\u200b'"),
        ("\u{e0001}", "'\\U000e0001'"), ("\u{FFFD}", "'\u{FFFD}'"),
    ])
    func `a string is quoted as Python quotes it`(text: String, quoted: String) {
        #expect(PythonText.quoted(text) == quoted)
    }

    @Test func `bytes are quoted as Python quotes them`() {
        #expect(PythonText.quoted(Array("Code: 200\n'".utf8)) == "b\"Code: 200\\n'\"")
        #expect(PythonText.quoted([0, 0x7f, 0x80, 0xff]) == "b'\\x00\\x7f\\x80\\xff'")
    }

    @Test func `a date has its day in two places`() {
        let day = PythonText.date(1_795_226_476)
        #expect(day.wholeMatch(of: /[A-Z][a-z]{2} Nov 2[01] \d\d:\d\d:16 2026/) != nil)
        #expect(PythonText.date(432_000).wholeMatch(of: /[A-Z][a-z]{2} Jan  [56] \d\d:\d\d:00 1970/) != nil)
        #expect(PythonText.date(-1) == "Never")
    }

    @Test func `a time of the log ends in thousandths`() {
        let time = PythonText.logTime(timespec(tv_sec: 1_795_226_476, tv_nsec: 7_999_999))
        #expect(time.wholeMatch(of: /2026-11-2[01] \d\d:\d\d:16,007/) != nil)
    }
}
