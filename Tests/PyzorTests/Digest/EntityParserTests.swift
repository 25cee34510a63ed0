import Pyzor
import Testing

@Suite struct EntityParserTests {
    private func kept(_ message: String) throws -> [String] {
        try MessageDigest.lines(of: Array(message.utf8)).kept
    }

    @Test func `headers end at an empty line or at the first line that is no header`() throws {
        #expect(try kept("Subject: aaaaaaaa\n\nbody of it\n") == ["bodyofit"])
        #expect(
            try kept("Subject: x\nno header line\nContent-Type: text/html\n\n<b>bold and\n")
                == ["noheaderline", "text/html", "<b>boldand"]
        )
        #expect(try kept("Subject : x\n\nbody of it\n") == ["Subject:x", "bodyofit"])
        #expect(
            try kept("Content-Type: text/html\r\r<b>body of it\rand more of it\r\n") == ["bodyofit", "andmoreofit"]
        )
    }

    @Test func `a From line counts on top, is skipped in the middle and is body at the end`() throws {
        #expect(try kept("From a@b now\nSubject: x\n\nbody of it\n") == ["bodyofit"])
        #expect(try kept("A: b\nFrom here to\nContent-Type: text/html\n\n<b>body of it</b>\n") == ["bodyofit"])
        #expect(try kept("A: b\nFrom here to there\n\nbody of it\n") == ["Fromheretothere", "bodyofit"])
    }

    @Test func `the first of two headers counts`() throws {
        #expect(try kept("Content-Type: text/html\ncontent-type: text/plain\n\n<b>body of it</b>") == ["bodyofit"])
    }

    @Test func `parts are read in order, preamble and epilogue are not`() throws {
        let message = """
            Content-Type: multipart/mixed; boundary="b b"

            preamble text
            --b b
            Content-Type: text/plain

            first part of it
            --b b \t

            second part of it
            --b b--
            epilogue text
            --b b
            no part at all
            """
        #expect(try kept(message) == ["firstpartofit", "secondpartofit"])
    }

    @Test func `a boundary that never comes leaves the text as it stands`() throws {
        #expect(try kept("Content-Type: multipart/mixed; boundary=x\n\n<b>text of it\n--y\n") == ["<b>textofit"])
        #expect(try kept("Content-Type: multipart/mixed\n\n<b>text of it\n") == ["<b>textofit"])
        #expect(
            try kept("Content-Type: multipart/mixed; boundary=x\n\ntext before\n--x--\ntext behind\n") == ["textbefore"]
        )
    }

    @Test func `a boundary of blanks is an empty one`() throws {
        let message = "Content-Type: multipart/mixed; boundary=\" \"\n\n--\n\nfirst part of it\n----\nepilogue text\n"
        #expect(try kept(message) == ["firstpartofit"])
    }

    @Test func `the outer boundary ends what is open within`() throws {
        let message = """
            Content-Type: multipart/mixed; boundary=o

            --o
            Content-Type: multipart/alternative; boundary=i

            --i

            inner one and
            --o

            outer two and
            --i

            inner three and
            --o--
            """
        #expect(try kept(message) == ["inneroneand", "outertwoand", "innerthreeand"])
    }

    @Test func `a closing line right behind a boundary line is eaten with it`() throws {
        #expect(
            try kept("Content-Type: multipart/mixed; boundary=b\n\n--b\n--b--\n\ntext of a part\n") == ["textofapart"]
        )
    }

    @Test func `a message within is parsed and never decoded`() throws {
        let inner = "Content-Type: text/html\n\n<p>words of the inner</p>\n"
        #expect(
            try kept("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + inner)
                == ["wordsoftheinner"]
        )
        #expect(
            try kept("Content-Type: multipart/digest; boundary=b\n\n--b\n\n" + inner + "--b--\n") == ["wordsoftheinner"]
        )
    }

    @Test func `blocks of a delivery status are parts of their own`() throws {
        let message = """
            Content-Type: message/delivery-status

            Reporting-MTA: dns; x
            not a header line

            Action: failed for good

            Content-Type: text/html
            <b>text of a block</b>

            """
        #expect(try kept(message) == ["notaheaderline", "textofablock"])
    }

    @Test func `what is no text is hashed as it stands`() throws {
        #expect(
            try kept("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nQUJDREVG\nQUJDREVGQUJD\n")
                == ["QUJDREVG"]
        )
        #expect(
            try MessageDigest.lines(of: Array("Content-Type: x/y\n\nabcdefg".utf8) + [0xE9, 0x0A]).kept
                == ["abcdefg\u{FFFD}"]
        )
    }

    @Test func `nesting of any depth is an error and no crash`() {
        for header in ["Content-Type: message/rfc822\n\n", "Content-Type: message/delivery-status\n\n"] {
            let deep = String(repeating: header, count: 100_000)
            #expect(throws: DigestError.self) { try MessageDigest(of: Array(deep.utf8)) }
        }
    }
}
