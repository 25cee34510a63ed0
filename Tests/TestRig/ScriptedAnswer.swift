/// What a stand-in does with a question.
package enum ScriptedAnswer: Equatable, Sendable, CustomStringConvertible {
    /// Sends these bytes; over TCP the connection is closed behind them.
    case bytes([UInt8])
    /// Sends nothing, and over TCP keeps the connection open as long as the stand-in lives.
    case silence
    /// Sends nothing and closes the connection; over UDP the same as silence.
    case close
    /// Sends these bytes one by one, with a pause of so many milliseconds before each. TCP only, as are the next two.
    case drip([UInt8], milliseconds: UInt32)
    /// Sends these bytes, and resets the connection.
    case reset([UInt8])
    /// Sends the first bytes once and the others again and again, until the client has enough.
    case endless([UInt8], [UInt8])
    /// Sends each of these, one after another. UDP only.
    case datagrams([Datagram])

    /// One of several answers.
    package struct Datagram: Equatable, Sendable {
        package var bytes: [UInt8]
        /// Whether it comes from another port than that which was asked.
        package var isFromStranger = false

        package init(_ bytes: [UInt8], isFromStranger: Bool = false) {
            self.bytes = bytes
            self.isFromStranger = isFromStranger
        }
    }

    package var description: String {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self).debugDescription
        case .silence: "silence"
        case .close: "close"
        case .drip(_, let milliseconds): "a byte every \(milliseconds) ms"
        case .reset(let bytes): "reset after \(bytes.count) bytes"
        case .endless: "an endless answer"
        case .datagrams(let datagrams): "\(datagrams.count) datagrams"
        }
    }

    package static func text(_ text: String) -> ScriptedAnswer { .bytes(Array(text.utf8)) }

    /// The bytes of an answer that is nothing but bytes; of another none.
    package var plainBytes: [UInt8] {
        if case .bytes(let bytes) = self { bytes } else { [] }
    }

    /// Bytes that are an answer in no protocol.
    package static let garbage = ScriptedAnswer.bytes([0x00, 0xff, 0x0a, 0x0d, 0x80, 0x41, 0x0a, 0x0d, 0x0a])
}
