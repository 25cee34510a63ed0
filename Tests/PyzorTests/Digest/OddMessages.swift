/// Makes messages that are odd in every way that a digest can trip over, the same ones for the same seed.
struct OddMessages {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    // MARK: - Chance

    /// A number from 0 up to, but not including, a limit (SplitMix64).
    private mutating func number(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(limit))
    }

    private mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

    private mutating func one<Element>(_ list: [Element]) -> Element { list[number(list.count)] }

    private mutating func join(_ most: Int, _ separator: String, _ make: (inout Self) -> [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<number(most + 1) {
            if index > 0 { bytes += Array(separator.utf8) }
            bytes += make(&self)
        }
        return bytes
    }

    // MARK: - Text

    private mutating func word() -> [UInt8] {
        switch number(20) {
        case 0..<9: Array(one(Self.words).utf8)
        case 9..<12: Array(one(Self.foreign).utf8)
        case 12..<14: Array(one(Self.signs).utf8)
        case 14: (0...number(5)).map { _ in UInt8(truncatingIfNeeded: 0x80 + number(0x80)) }
        case 15: (0...number(3)).map { _ in UInt8(truncatingIfNeeded: number(256)) }
        default: (0...number(12)).map { _ in Array("abcXYZ019@:/.-_%&;#=<>".utf8)[number(22)] }
        }
    }

    private mutating func text() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0...number(12) {
            bytes += join(9, one([" ", " ", " ", "  ", "\t", "\u{A0}", "\u{3000}"])) { $0.word() }
            bytes += Array(one(Self.lineEnds).utf8)
        }
        return bytes
    }

    private mutating func html() -> [UInt8] {
        join(40, one(["", "", " ", "\n"])) { odd in
            switch odd.number(10) {
            case 0..<4: odd.join(4, " ") { $0.word() }
            case 4: odd.tag()
            default: Array(odd.one(Self.markup).utf8)
            }
        }
    }

    private mutating func tag() -> [UInt8] {
        let parts = [
            "a", "b", "script", "STYLE", "td", " ", "\n", "/", "=", "==", "'", "\"", "x", "x='y>z'", "x=\"y\"", "x=y",
            "\u{A0}", "\u{B}",
            "\0", ">", "<", "&amp;", "!", "?", "-", ":",
        ]
        var bytes = Array(one(["<", "<", "</"]).utf8)
        for _ in 0...number(9) { bytes += Array(one(parts).utf8) }
        return bytes + (chance(75) ? Array(">".utf8) : [])
    }

    // MARK: - Encodings

    private mutating func body(_ encoding: String, html isHTML: Bool) -> [UInt8] {
        var bytes = isHTML ? html() : chance(12) ? escapes() : text()
        switch encoding.lowercased() {
        case "quoted-printable": bytes = quotedPrintable(bytes)
        case "base64": bytes = base64(bytes)
        case "x-uuencode", "uue": bytes = uuencode(bytes)
        default: break
        }
        return chance(25) ? mutated(bytes) : bytes
    }

    /// Text full of the signs by which charsets shift and escape.
    private mutating func escapes() -> [UInt8] {
        join(40, "") { odd in Array(odd.one(Self.shifts).utf8) + (odd.chance(30) ? odd.word() : []) }
    }

    private mutating func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for byte in bytes {
            if byte == 0x3D || byte >= 0x7F || chance(3) {
                let digits = Array((chance(90) ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
                output += [0x3D, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                output.append(byte)
            }
            if chance(2) { output += Array(one(["=\n", "=\r\n", "= \n", "=\r", "==", "=", "=G1"]).utf8) }
        }
        return output
    }

    private mutating func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                output.append(place > group.count ? 0x3D : alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)])
            }
            if chance(5) { output += Array(one(["\n", "\r\n", "\r", " ", "=", "!"]).utf8) }
        }
        return output
    }

    private mutating func uuencode(_ bytes: [UInt8]) -> [UInt8] {
        var output = Array(
            one(["begin 644 f\n", "begin 644 f\n", "text\nbegin 7 f\r\n", "begin 9 f\n", "begin +0o1_7\n"]).utf8
        )
        for start in stride(from: 0, to: bytes.count, by: 45) {
            let line = bytes[start..<min(start + 45, bytes.count)]
            output.append(UInt8(32 + line.count))
            for group in stride(from: line.startIndex, to: line.endIndex, by: 3) {
                let bits = (0..<3).reduce(0) { $0 << 8 | (group + $1 < line.endIndex ? UInt32(line[group + $1]) : 0) }
                for place in 0..<4 { output.append(UInt8(32 + (bits >> UInt32(18 - 6 * place) & 63))) }
            }
            output += Array(one(["\n", "\n", "\n", "\r\n", " \n", "xy\n"]).utf8)
        }
        return output + Array(one(["`\nend\n", "end", " end\t\n", "", "\nend\n"]).utf8)
    }

    private mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...number(6) where !bytes.isEmpty {
            let at = number(bytes.count)
            switch number(5) {
            case 0: bytes[at] = UInt8(number(256))
            case 1: bytes.removeSubrange(at..<min(bytes.count, at + 1 + number(6)))
            case 2: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + number(30))], at: at)
            case 3: bytes.removeSubrange(at...)
            default:
                bytes.insert(
                    contentsOf: Array(one(Self.shifts + Self.markup + ["\n\n", "\r", "\0", "="]).utf8),
                    at: at
                )
            }
        }
        return bytes
    }

    // MARK: - Messages

    /// A whole message.
    mutating func next() -> [UInt8] {
        var message = entity(depth: number(4))
        if chance(20) { message = mutated(message) }
        switch number(12) {
        case 0: return message.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        case 1: return message.map { $0 == 0x0A ? 0x0D : $0 }
        default: return message
        }
    }

    private mutating func entity(depth: Int) -> [UInt8] {
        var headers = join(3, "\n") { Array($0.one(Self.headers).utf8) }
        if !headers.isEmpty { headers.append(0x0A) }
        if depth > 0, chance(65) { return multipart(headers, depth) }
        if depth > 0, chance(30) {
            let type = one([
                "message/rfc822", "message/delivery-status", "Message/X; charset=utf-8", "message/partial; id=x",
            ])
            return headers + Array("Content-Type: \(type)\n\n".utf8) + entity(depth: depth - 1)
        }
        let isHTML = chance(45)
        let type = isHTML ? "text/html" : one(Self.types)
        let encoding = one(Self.encodings)
        if chance(92) { headers += Array("Content-Type: \(type)\(parameters())\n".utf8) }
        if !encoding.isEmpty { headers += Array("Content-Transfer-Encoding: \(encoding)\n".utf8) }
        return headers + Array(one(["\n", "\n", "\n", "\n", " \n", "no header\n", ""]).utf8)
            + body(encoding, html: isHTML)
    }

    private mutating func parameters() -> String {
        var text = ""
        for _ in 0..<number(3) {
            let name = one([
                "charset", "charset", "charset", "CHARSET ", "name", "charset*", "charset*0", "charset*1", "charset*0*",
            ])
            let charset = one(Self.charsets)
            let value = one(
                [
                    charset, charset, "\"\(charset)\"", "\"\(charset)", "<\(charset)>", "us-ascii'en'\(charset)",
                    "''%75tf-8", " \(charset) (x)",
                ]
            )
            text += one(["; ", ";", " ;\n\t", ";;"]) + name + one(["=", "=", "=", " = ", "==", ""]) + value
        }
        return text
    }

    private mutating func multipart(_ headers: [UInt8], _ depth: Int) -> [UInt8] {
        let boundary = one(["b", "bb", "b b", "=_x.1", "", "b--", "--", "a'b", "0123456789"])
        let parameter = one(
            [
                "boundary=\"\(boundary)\"", "boundary=\"\(boundary)\"", "boundary=\"\(boundary)\"",
                "boundary=\(boundary)", "boundary*=utf-8''\(boundary)",
                "boundary*0=\"\(boundary)\"", "boundary=\"\(boundary) \"", "BOUNDARY=\"\(boundary)\"; x=y",
                "bound=\(boundary)",
            ]
        )
        let type = one(["mixed", "alternative", "digest", "related", "x"])
        var bytes = headers + Array("Content-Type: multipart/\(type); \(parameter)\n".utf8)
        if chance(10) { bytes += Array("Content-Transfer-Encoding: base64\n".utf8) }
        bytes += Array("\n".utf8) + (chance(30) ? text() : [])
        for _ in 0..<number(4) {
            bytes +=
                Array(("--" + boundary + one(["\n", "\n", "\n", " \t\n", "\r\n", "x\n"])).utf8)
                + entity(depth: depth - 1)
            bytes += Array(one(["\n", "\n", "\n", "", "\r\n", "\n\n"]).utf8)
            if chance(5) { bytes += Array("--\(boundary)\n--\(boundary)--\n".utf8) }
        }
        if chance(80) { bytes += Array(("--" + boundary + one(["--\n", "--", "-- \n", "--x\n"])).utf8) }
        return bytes + (chance(30) ? text() : [])
    }
}

extension OddMessages {
    private static let words = [
        "offer", "cheap", "buy", "now", "your", "bank", "account", "has", "a", "new", "alert", "please", "click",
        "here", "win", "free",
        "unbelievably-long", "user@site.tld", "http://x.y/z", "a@b", "mailto:me", "C:", "x:y", "12:30", "100%", "#1",
        "---", "<<<", "&", "AT&T",
    ]
    private static let foreign = [
        "\u{43F}\u{440}\u{438}\u{432}\u{435}\u{442}", "\u{60A8}\u{597D}", "\u{3042}\u{308A}", "\u{C548}\u{B155}",
        "gr\u{FC}\u{DF}e", "\u{141}\u{F3}d\u{17A}",
        "e\u{301}e\u{301}", "\u{1F469}\u{200D}\u{1F467}", "\u{1D54F}\u{1D54F}\u{1D54F}", "\u{FDFA}", "\u{17F}:abc",
        "\u{212A}:a", "\u{130}:a", "\u{E9}:a",
    ]
    private static let signs = [
        "\u{200B}", "\u{FEFF}", "\u{AD}", "\u{FFFD}", "\u{1C}", "\u{1F}", "\u{B}", "\u{C}", "\u{85}", "\u{2028}",
        "\u{2029}", "\u{180E}", "\u{1680}",
        "\u{205F}", "\0", "\u{7F}", "\u{1}", "@", ":", "@@", "::", "a:", ":a", "a@", "@a",
    ]
    private static let lineEnds = [
        "\n", "\n", "\n", "\n", "\n", "\r\n", "\r", "\n\n", "\u{B}", "\u{85}", "\u{2028}", "",
    ]
    private static let markup = [
        "<p>", "</p>", "<br/>", "<b>", "</B>", "<script>", "</script>", "<style>", "</style >", "</ style>",
        "<script/>", "<!-- c -->", "<!-- > -- >", "<!--",
        "-->", "<!-->", "<!>", "<!doctype x>", "<!DOCTYPE", "<![CDATA[ x > ]]>", "<![if x]>", "<![endif]>",
        "<![endif]-->", "<![IGNORE[ ] ]>", "<![foo]>", "<?x?>",
        "<?", "</>", "</ x>", "<>", "< p>", "<3", "<", "</", "<p", "<a href='x>y'>", "<a href=\"x", "<a b==\"c>",
        "<a b= 'c>", "<a\0>", "<title>t</title>", "&amp;",
        "&amp", "&lt;b&gt;", "&nbsp;", "&copy", "&notit;", "&NotEqualTilde;", "&unknown;", "&#65;", "&#x41", "&#128;",
        "&#0;", "&#xD800;", "&#x110000;", "&#11;", "&#xFDD0;",
        "&#;", "&#x;", "&;", "&", "& ", "&&", "&ampamp;", "&#8203;", "&#x2028;", "&NewLine;", "&Tab;", "&zwj;", "\n",
        "\u{A0}", "\u{2003}",
    ]
    private static let shifts = [
        "\u{1B}$B", "\u{1B}(B", "\u{1B}(J", "\u{1B}(I", "\u{1B}$@", "\u{1B}$(D", "\u{1B}$A", "\u{1B}$(C", "\u{1B}$)C",
        "\u{1B}.A", "\u{1B}.F", "\u{1B}N", "\u{1B}$(Q",
        "\u{1B}$(O", "\u{1B}$(P", "\u{1B}&@\u{1B}$B", "\u{1B}[1m", "\u{1B}", "\u{1B}(*\u{1B}$B", "\u{E}", "\u{F}", "~{",
        "~}", "~~", "~\n", "~", "+", "+AOk-", "+2AA-", "+2D3eAA-",
        "+-", "-", "\\", "\\u00e9", "\\x4", "\\ud800", "\\U0010ffff", "\\101", "\\n", "\\\n", "\\N{COMMA}", "\\N{X}",
        "\\N", "$\"", "!!", "0!", "VP", "ab", "\n", " ", "\u{FEFF}",
    ]
    private static let headers = [
        "Subject: x", "From: a@b", "X-Fold: a\n b\n\tc", "X:y", ": no name", "From nobody now", "Bad Header: x",
        "X-Empty:", "Subject: caf\u{E9}", " leading: blank",
        "Content-Type: text/html", "content-type: TEXT/plain", "Content-Transfer-Encoding: 7bit", "no colon",
        "X\u{7F}: y", "Content-Type: text/plain; x=\u{E9}; charset=utf-8",
    ]
    private static let types = [
        "text/plain", "text/plain", "text/plain", "TEXT/Plain", "text/enriched", "text", "text/", "/plain",
        "text/plain/x", "text /plain", "image/png",
        "application/octet-stream", "application/x", "multipart/mixed", "html", "", "text/html\n\t", "text\t/html",
    ]
    private static let encodings = [
        "", "", "7bit", "8bit", "quoted-printable", "Quoted-Printable", "base64", "BASE64", "base64 ", "base64;",
        "x-uuencode", "uue", "binary",
    ]
    private static let charsets = [
        "utf-8", "UTF8", "utf 8", "utf.8", "iso-8859-1", "us-ascii", "windows-1252", "cp1251", "koi8-r", "iso-8859-7",
        "cp437", "mac-roman", "cp037", "tis-620", "gb2312", "gbk",
        "gb18030", "hz", "big5", "big5-hkscs", "cp950", "euc-jp", "shift_jis", "cp932", "euc_jis_2004", "euc_jisx0213",
        "shift_jis_2004", "shift_jisx0213", "iso-2022-jp",
        "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-3", "iso-2022-jp-2004", "iso-2022-jp-ext", "iso-2022-kr",
        "euc-kr", "cp949", "johab", "utf-7", "utf-16", "utf-16le",
        "utf-16be", "utf-32", "utf-32be", "utf-8-sig", "unicode_escape", "raw_unicode_escape", "idna", "undefined",
        "hex", "rot13", "x-unknown", "", "default", "utf-8\0",
        "\u{E9}", "iso8859.1",
    ]
}
