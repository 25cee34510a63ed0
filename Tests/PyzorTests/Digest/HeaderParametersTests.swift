import Testing

@testable import Pyzor

@Suite struct HeaderParametersTests {
    private func value(_ header: String, _ name: StaticString = "charset") throws -> String? {
        switch try HeaderParameters(Array(header.utf8)[...], named: name).value {
        case nil: nil
        case .plain(let text): String(decoding: text, as: UTF8.self)
        case .extended(let charset, let text):
            "\(charset.map { String(decoding: $0, as: UTF8.self) } ?? "-")'\(String(decoding: text, as: UTF8.self))"
        }
    }

    @Test(
        arguments: [
            ("text/plain; charset=utf-8", "utf-8"), ("text/plain;CHARSET = \" a;b \" ; x", " a;b "), ("t; charset", ""),
            ("t; charset=a; charset=b", "a"), ("charset=a", "a"), ("t; charset=<a>", "a"),
            ("t; charset=\"a\\\"b\"", "a\"b"),
            ("t; x=\"; charset=a\"; charset=b", "b"), ("t; charset*0=a; charset*1=b", "ab"),
            ("t; charset*1=b; charset*00=a", "ab"),
            ("t; charset*=u'l'a%41", "u'aA"), ("t; charset*=a%41", "-'aA"),
            ("t; charset*0*=u''%41; charset*1=%42", "u'A%42"),
            ("t; charset*=u''a; charset=b", "b"), ("t; (charset=a) charset=b", nil),
        ] as [(String, String?)]
    )
    func `parameters are read as forgivingly as Python does`(header: String, text: String?) throws {
        #expect(try value(header) == text)
    }

    @Test func `one name both whole and continued is an error`() {
        #expect(throws: DigestError.mixedContinuations) { try value("t; x*=''a; x*0=b") }
        #expect(throws: Never.self) { try value("t; x*=''a; x*=''b; y*0=c") }
    }

    @Test func `a continuation number of 4301 digits is an error`() {
        #expect(throws: DigestError.longContinuationNumber) {
            try value("t; x*" + String(repeating: "1", count: 4301) + "=a")
        }
        #expect(throws: Never.self) { try value("t; x*" + String(repeating: "1", count: 4300) + "=a") }
    }
}
