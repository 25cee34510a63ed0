/// How the body of a text part is encoded, as `Message.get_payload(decode=True)` of Python decides and decodes it.
///
/// The header's value must be the bare name in any case: no blank, parameter or comment, else nothing is decoded.
enum TransferDecoding {
    case none
    case quotedPrintable
    case base64
    case uuencode

    init(_ value: HeaderText) {
        let name = value.lowerASCII[...]
        if name.equals("quoted-printable") {
            self = .quotedPrintable
        } else if name.equals("base64") {
            self = .base64
        } else if ["x-uuencode", "uuencode", "uue", "x-uue"].contains(where: { name.equals($0) }) {
            self = .uuencode
        } else {
            self = .none
        }
    }

    /// The decoded bytes; nil when the body is to be taken as it stands.
    func decode(_ body: Span<UInt8>) -> [UInt8]? {
        switch self {
        case .none: nil
        case .quotedPrintable: Self.quotedPrintable(body)
        case .base64: Self.base64(body)
        case .uuencode: Self.uuencode(body)
        }
    }

    /// Quoted-printable (RFC 2045 section 6.7). What is no proper escape stands for itself.
    ///
    /// QUIRK: blanks before a line end stay, and a soft line break with blanks behind `=` is none. `=` and a CR without
    /// LF drop everything up to the next LF. `==` is one `=`.
    static func quotedPrintable(_ body: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(body.count)
        var at = 0
        var copied = 0
        while at < body.count {
            guard body[at] == 0x3D else {
                at += 1
                continue
            }
            output.append(body, copied..<at)
            at += 1
            copied = at
            guard at < body.count else { break }
            if body[at] == 0x0A || body[at] == 0x0D {
                at = body.first(0x0A, from: at).map { $0 + 1 } ?? body.count
                copied = at
            } else if body[at] == 0x3D {
                output.append(0x3D)
                at += 1
                copied = at
            } else if at + 1 < body.count, let high = body[at].hexValue, let low = body[at + 1].hexValue {
                output.append(high << 4 | low)
                at += 2
                copied = at
            } else {
                output.append(0x3D)
            }
        }
        output.append(body, copied..<body.count)
        return output
    }

    /// Base64 (RFC 2045 section 6.8). What is not of the alphabet is skipped; missing padding does not matter.
    ///
    /// QUIRK: the first padding that completes a group ends the data; padding among the first two places of a group is
    /// skipped. When one character is left over, the body itself, without line ends, is the result.
    static func base64(_ body: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(body.count / 4 * 3 + 3)
        var group: UInt32 = 0
        var place = 0
        var padding = 0
        for at in 0..<body.count {
            let byte = body[at]
            let value = base64Values[Int(byte)]
            if value < 64 {
                padding = 0
                group = group << 6 | UInt32(value)
                place = (place + 1) & 3
                switch place {
                case 2: output.append(UInt8(truncatingIfNeeded: group >> 4))
                case 3: output.append(UInt8(truncatingIfNeeded: group >> 2))
                case 0: output.append(UInt8(truncatingIfNeeded: group))
                default: break
                }
            } else if byte == 0x3D, place >= 2 {
                padding += 1
                if place + padding >= 4 { return output }
            }
        }
        guard place == 1 else { return output }
        output.removeAll(keepingCapacity: true)
        for at in 0..<body.count where body[at] != 0x0A && body[at] != 0x0D { output.append(body[at]) }
        return output
    }

    private static let base64Values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, byte) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
            values[Int(byte)] = UInt8(value)
        }
        return values
    }()
}
