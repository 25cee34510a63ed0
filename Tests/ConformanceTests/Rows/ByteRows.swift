extension Promise {
    /// Odd bytes and odd sizes: nothing but our edits changes, whatever the server by itself does to them.
    static let bytes: [Promise] = bodies + heads + sizes

    private static let group = "Bytes"
    private static let written = Written.ham("0.5", pyzor: "*")

    /// A message that is delivered with the marks of ham. `message` is built when it is needed.
    private static func row(
        _ name: String,
        absent: [Column: String] = [:],
        parameters: String = "",
        _ message: @autoclosure @escaping @Sendable () -> [UInt8],
        written: [(name: String, value: String)] = written
    ) -> Promise {
        Promise(group, name, absent: absent) { scene in
            scene.answers(.score("0.5"))
            var mailing = Mailing(message())
            mailing.parameters = scene.column == .peer ? "" : parameters
            try scene.expect(.delivered(written), of: mailing)
        }
    }

    private static let crRefused = [
        Column.sendmail: "Sendmail itself answers 421 Bare carriage return (CR) not allowed"
    ]
    private static let lfRefused = [Column.sendmail: "Sendmail itself answers 421 Bare linefeed (LF) not allowed"]

    private static func with(body: [UInt8]) -> [UInt8] { Mailing.message(Mailing.usualFields, body: body) }
    private static func with(body: String) -> [UInt8] { with(body: Array(body.utf8)) }

    private static func with(field: String) -> [UInt8] {
        Mailing.message(Mailing.usualFields + [field], body: Array(Mailing.text.utf8))
    }

    private static func with(field: [UInt8]) -> [UInt8] {
        let fields = Mailing.usualFields.map { "\($0)\r\n" }.joined()
        return Array(fields.utf8) + field + Array("\r\n\r\n\(Mailing.text)".utf8)
    }

    private static var bodies: [Promise] {
        [
            row("a body of plain text, with dots", with(body: "line\r\n.\r\n..\r\n...\r\n.x\r\n")),
            row("no body", with(body: "")),
            row("a body of one empty line", with(body: "\r\n")),
            row("a body of empty lines", with(body: String(repeating: "\r\n", count: 50))),
            row("a body without a line end", with(body: "the last line")),
            row("blanks at the ends of lines", with(body: "one \r\ntwo\t\r\n \r\n\t\r\n")),
            row("all 8-bit bytes", parameters: "BODY=8BITMIME", with(body: Array(128...255) + [13, 10])),
            row("NUL in the body", with(body: "a\u{0}b\r\n\u{0}\r\nc\u{0}\r\n")),
            row("all controls in the body", with(body: (1...31).filter { ![10, 13].contains($0) } + [127, 13, 10])),
            row("a bare CR in the body", absent: crRefused, with(body: "one\rtwo\r\n\rthree\r\r\nfour\r\n")),
            row("a bare LF in the body", absent: lfRefused, with(body: "one\ntwo\r\n\nthree\r\n")),
            row("a line of 998 bytes", with(body: String(repeating: "x", count: 998) + "\r\nend\r\n")),
            row("a line of 5,000 bytes", with(body: String(repeating: "x", count: 5_000) + "\r\nend\r\n")),
            row("a line of 100,000 bytes", with(body: String(repeating: "xyz ", count: 25_000) + "\r\nend\r\n")),
            row("lines that look like fields", with(body: "X-Spam-Flag: YES\r\nReceived: by x\r\n\r\nFrom a b\r\n")),
            row("a line that looks like a mailbox's", with(body: "From alice Sat Nov 21 10:00:00 2026\r\n>From x\r\n")),
        ]
    }

    private static var heads: [Promise] {
        [
            row("no header, an empty line and a body", Array("\r\nbody\r\n".utf8)),
            row("a header and nothing else", Array(Mailing.usualFields.map { "\($0)\r\n" }.joined().utf8)),
            row("neither header nor body", []),
            row("an empty line and nothing else", [13, 10]),
            row("a first line that is no field", Array("this is no field\r\n\r\nbody\r\n".utf8)),
            row("only unknown fields", Array("X-A: 1\r\nX-B: 2\r\n\r\nbody\r\n".utf8)),
            row("8-bit bytes in fields, as UTF-8", with(field: "X-Name: J\u{f6}rg M\u{fc}ller")),
            row("8-bit bytes in fields, as Latin-1", with(field: Array("X-Name: J".utf8) + [0xF6, 0x72, 0xFF])),
            row("no blank behind the colon", with(field: "X-Tight:value")),
            row("a TAB behind the colon", with(field: "X-Tab:\tvalue")),
            row("many blanks behind the colon and at the end", with(field: "X-Wide:    value   ")),
            row("no value", with(field: "X-Empty:")),
            row("a blank for a value", with(field: "X-Blank: ")),
            row("a value that begins with a fold", with(field: "X-Folded:\n value")),
            row("folds by blanks and TABs, a line of blanks", with(field: "X-Folded: one\n  two\n\t\tthree\n \n four")),
            row("the same name three times, in order", with(field: "X-A: 1\r\nX-B: 2\r\nx-a: 3\r\nX-A: 1")),
            row("controls in a field", with(field: "X-Control: a\u{1}b\u{7f}c\u{8}")),
            row("a bare CR in a field", absent: crRefused, with(field: "X-CR: a\rb")),
            row("NUL in a field", with(field: "X-NUL: a\u{0}b")),
            row("a blank before the colon", with(field: "X-Blank : value")),
            row("a name of odd characters", with(field: "X-!#$%&'*+-.^_`|~: value")),
            row("a long name", with(field: "X-\(String(repeating: "long", count: 60)): value")),
        ]
    }

    private static var sizes: [Promise] {
        [
            row("a field of 998 bytes", with(field: "X-Long: " + String(repeating: "x", count: 990))),
            row("a field of 2,000 bytes", with(field: "X-Long: " + String(repeating: "word ", count: 400) + "end")),
            row("a field of 60,000 bytes in one line", with(field: "X-Long: " + String(repeating: "x", count: 60_000))),
            row(
                "a field of 60,000 bytes in folds",
                with(
                    field: "X-Long: "
                        + Array(repeating: String(repeating: "x", count: 70), count: 850)
                        .joined(separator: "\n ")
                )
            ),
            row("500 fields", with(field: (0..<500).map { "X-Field-\($0): \($0)" }.joined(separator: "\r\n"))),
            row("a body of 65,534 bytes", with(body: lines(65_534))),
            row("a body of 65,535 bytes", with(body: lines(65_535))),
            row("a body of 65,536 bytes", with(body: lines(65_536))),
            row("a body of 131,070 bytes", with(body: lines(131_070))),
            row(
                "25 MB: cut for spamd, skipped for Pyzor, whole for the recipient",
                with(body: lines(25_000_000)),
                written: Written.ham("0.5", pyzor: "truncated=*")
            ),
        ]
    }

    /// So many bytes of text in lines of 78.
    private static func lines(_ count: Int) -> [UInt8] {
        let line = Array("The fence is to be repaired before the winter, said Carol, and the gate.....\r\n".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + line.count)
        while bytes.count < count { bytes += line }
        return bytes.dropLast(bytes.count - count + 2) + [13, 10]
    }
}
