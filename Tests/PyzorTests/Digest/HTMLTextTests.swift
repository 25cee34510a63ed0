import Testing

@testable import Pyzor

@Suite struct HTMLTextTests {
    private func text(_ html: String) throws -> String {
        var pieces: [String] = []
        try HTMLText.pieces(of: Array(html.utf8).span) { piece in
            pieces.append(String(decoding: (0..<piece.count).map { piece[$0] }, as: UTF8.self))
        }
        return pieces.joined(separator: "|")
    }

    @Test func `tags part the text and blanks around it go`() throws {
        #expect(try text("<p>one <b> two</b>\u{A0}<br/>three\n") == "one|two|three")
    }

    @Test func `the contents of script and style are left out`() throws {
        #expect(try text("a<script>b<c</d>e</ SCRIPT >f<style x='y'>g</style>h<script/>i") == "a|f|h|i")
        #expect(try text("a<script>b") == "a")
    }

    @Test func `what is unfinished at the end takes the rest with it`() throws {
        for end in ["<b", "<b class='x", "</b", "<!-- x", "<!x", "<?x", "<![if x", "x &amp", "x &#12", "<"] {
            #expect(try text("kept<br>" + end) == "kept", "\(end)")
        }
        #expect(try text("x & more") == "x & more")
        #expect(try text("x &amp;") == "x &")
        #expect(try text("&" + String(repeating: "a", count: 33)) == "")
        #expect(try text("&" + String(repeating: "a", count: 34)).count == 35)
    }

    @Test func `comments, declarations and instructions vanish`() throws {
        #expect(
            try text("a<!-- > -- >b<!doctype x>c<!x>d<?y>e<![CDATA[ f ] ] >g<![if h]>i</ x>j</>k")
                == "a|b|c|d|e|g|i|j|k"
        )
    }

    @Test func `an unknown marked section is an error`() {
        for html in ["<![foo]>", "<![ if]>", "<![>", "<![1]>"] {
            #expect(throws: DigestError.markedSection, "\(html)") { try text("a" + html) }
        }
        #expect(throws: Never.self) { try text("a<![") }
    }

    @Test func `a less-than sign before anything else is text`() throws {
        #expect(try text("1 < 2 <3") == "1|<|2|<|3")
    }

    @Test func `quotes, slashes and equals signs are taken as they come`() throws {
        #expect(try text("<a b='>'>x<a b=\">\" c>y<a b=c/>z<a / b>w<a b==\"c>v") == "x|y|z|w|v")
        #expect(try text("<a b= 'c>x") == "x")
        #expect(try text("x<a b='c>y") == "x")
        #expect(try text("x<a\0b>y") == "x|<a|\0b>y")
    }

    @Test func `character references are resolved once`() throws {
        #expect(
            try text("&amp;lt; &notit; &NotEqualTilde; &#65;&#x42&#128; &#xD800; &#1; &unknown; &; ")
                == "&lt; \u{AC}it; \u{2242}\u{338} AB\u{20AC} \u{FFFD}  &unknown; &;"
        )
        #expect(try text("&nbsp;a&nbsp;<b>") == "a")
    }

    @Test func `a decimal reference of 4301 digits is an error`() {
        let zeros = String(repeating: "0", count: 4299)
        #expect(throws: Never.self) { try text("&#\(zeros)9; ") }
        #expect(throws: DigestError.longCharacterReference) { try text("&#\(zeros)99; ") }
        #expect(throws: Never.self) { try text("&#x\(zeros)99; ") }
    }
}
