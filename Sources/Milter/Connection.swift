import Mail

/// One MTA connection between libmilter and its session: what hangs on smfi_setpriv.
final class Connection {
    let session: any MilterSession
    let agreed: Negotiation.Agreed

    init(session: any MilterSession, agreed: Negotiation.Agreed) {
        self.session = session
        self.agreed = agreed
        session.negotiated(agreed)
    }

    /// A header field with the bytes that stood after its colon.
    ///
    /// QUIRK: an MTA that does not send leading blanks has stripped one space, if there was one, and does not say whether
    /// (Postfix milter8.c, Sendmail milter.c). It nearly always was there, save where a tab or a fold follows the colon.
    func field(name: Bytes, value: Bytes) -> HeaderField {
        let follows = value.first
        let isComplete = agreed.leadingSpace || follows == 0x09 || follows == 0x0A
        return HeaderField(name: HeaderName(received: name), value: isComplete ? value : [0x20] + value)
    }

    /// The client's name, nil when the MTA found none: Postfix says `unknown` then, Sendmail `[192.0.2.1]`.
    static func hostName(_ name: Bytes) -> Bytes? {
        let isUnknown = name.isEmpty || name.first == 0x5B || name.equalsIgnoringASCIICase("unknown".utf8)
        return isUnknown ? nil : name
    }
}
