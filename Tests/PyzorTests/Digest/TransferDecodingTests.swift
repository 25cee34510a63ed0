import Testing

@testable import Pyzor

@Suite struct TransferDecodingTests {
    private func decoded(_ encoding: TransferDecoding, _ body: String) -> String? {
        encoding.decode(Array(body.utf8).span).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `only the bare name of an encoding counts`() {
        #expect(TransferDecoding(Array("BASE64".utf8)[...]) == .base64)
        #expect(TransferDecoding(Array("x-UUE".utf8)[...]) == .uuencode)
        for name in ["base64 ", "base64;", "\"base64\"", "7bit", "binary", ""] {
            #expect(TransferDecoding(Array(name.utf8)[...]) == .none)
        }
    }

    @Test(arguments: [
        ("a=3Db=\nc=\r\nd", "a=bcd"), ("=G1=2", "=G1=2"), ("a = \nb", "a = \nb"), ("a=\rb\nc", "ac"), ("==41", "=41"),
        ("a=", "a"), ("=c3=a9", "\u{E9}"), ("a  \n", "a  \n"),
    ])
    func `quoted-printable`(body: String, text: String) {
        #expect(decoded(.quotedPrintable, body) == text)
    }

    @Test(arguments: [
        ("QUJD", "ABC"), ("QU\nJD", "ABC"), ("QUJDQQ==QUJD", "ABCA"), ("QUJ=DQQ=", "AB"), ("====QUJD", "ABC"),
        ("QUI", "AB"),
        ("QUJD\nQ!", "QUJDQ!"), ("Q", "Q"), ("", ""), ("Q=U=J=D", "AB"),
    ])
    func base64(body: String, text: String) {
        #expect(decoded(.base64, body) == text)
    }

    @Test(arguments: [
        ("begin 644 f\n#86)C\n`\nend\n", "abc"), ("text\nbegin 7 f\r\n#86)C\r\nend", "abc"),
        ("begin 0o6_44\n#86)C\nend\nx", "abc"),
        ("begin 644 f\n#86)C", "abc"),
    ])
    func uuencode(body: String, text: String) {
        #expect(decoded(.uuencode, body) == text)
    }

    @Test func `broken uuencoded data is taken as it stands`() {
        for body in [
            "no begin line", "begin 888 f\n#86)C\nend", "begin 644 f\n\n#86)C\nend", "begin 644 f\n#~~~~\nend",
        ] {
            #expect(decoded(.uuencode, body) == nil, "\(body)")
        }
    }
}
