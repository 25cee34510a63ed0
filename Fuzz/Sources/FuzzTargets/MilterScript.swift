/// What an MTA says in one run, and what the scanners will answer: a line for each step, its first letter says which.
///
///     =2                                settings number 2
///     s SPAMD/1.1 0 EX_OK\r\n...        what spamd answers
///     p Code: 200\nDiag: OK\n...        what Pyzor answers
///     O 1ff 1fffff                      the MTA's offer: actions and steps, in hexadecimal
///     D i=4F2A1B                        a macro's value
///     C 4 192.0.2.1 25 mail.example     a client: family (4, 6, L or U), address, port, name
///     H helo   M <a@b> SIZE=1   R <c@d>   T   L Subject: x   N   B text   U noop
///     E   A   Q   K                     end of message, abort, close, close and go on without negotiating
///     X   Y 3   G                       begin to drain, reload with settings 3, the MTA goes while it is edited
///
/// `\n`, `\r`, `\t`, `\0` and `\\` stand for bytes that a line cannot hold. Everything can be read; an order that libmilter would refuse is
/// lawful here, since a broken MTA could find a way.
struct MilterScript {
    struct Step {
        let letter: UInt8
        /// Without the blank behind the letter.
        let text: [UInt8]

        /// The parts between blanks.
        var words: [[UInt8]] { text.split(separator: 0x20).map(Array.init) }
    }

    let steps: [Step]

    init(_ bytes: [UInt8]) {
        steps = bytes.split(separator: 0x0A).prefix(2_000).compactMap { line in
            guard let letter = line.first else { return nil }
            let text = line.dropFirst()
            return Step(letter: letter, text: Self.unescaped(text.first == 0x20 ? text.dropFirst() : text))
        }
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == 0x5C, let next = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "0"): result.append(0)
            default: result.append(next)
            }
        }
        return result
    }
}

extension [UInt8] {
    /// The number that these digits say in `radix`; 0 for anything else.
    func number(radix: Int = 10) -> UInt64 { UInt64(String(decoding: self, as: UTF8.self), radix: radix) ?? 0 }
}
