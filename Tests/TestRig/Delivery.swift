/// A message at the far end: its last envelope, and its bytes as they came.
package struct Delivery: Equatable, Sendable {
    /// Without angle brackets; empty for a bounce.
    package var sender: String
    package var recipients: [String]
    /// Header, empty line and body. Line ends are LF from Postfix' mailbox and CRLF from a sink.
    package var bytes: [UInt8]

    package init(sender: String, recipients: [String], bytes: [UInt8]) {
        self.sender = sender
        self.recipients = recipients
        self.bytes = bytes
    }

    package var letter: Letter { Letter(parsing: bytes) }

    /// Reads a file of a mailbox: virtual(8) has put Return-Path, X-Original-To and Delivered-To on top, which are the envelope.
    init(mailbox bytes: [UInt8]) {
        var rest = bytes[...]
        var envelope: [String: String] = [:]
        while let end = rest.firstIndex(of: 10) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            guard let colon = line.firstIndex(of: ":"), Self.envelopeNames.contains(String(line[..<colon])),
                envelope[String(line[..<colon])] == nil
            else { break }
            envelope[String(line[..<colon])] = String(line[colon...].dropFirst(2))
            rest = rest[(end + 1)...]
        }
        let sender = envelope["Return-Path"] ?? ""
        self.init(
            sender: sender.hasPrefix("<") ? String(sender.dropFirst().dropLast()) : sender,
            recipients: [envelope["Delivered-To"] ?? ""],
            bytes: Array(rest)
        )
    }

    private static let envelopeNames: Set = ["Return-Path", "X-Original-To", "Delivered-To"]
}
