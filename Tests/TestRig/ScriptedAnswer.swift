/// What a stand-in does with a question.
package enum ScriptedAnswer: Equatable, Sendable, CustomStringConvertible {
    /// Sends these bytes; over TCP the connection is closed behind them.
    case bytes([UInt8])
    /// Sends nothing, and over TCP keeps the connection open as long as the stand-in lives.
    case silence
    /// Sends nothing and closes the connection; over UDP the same as silence.
    case close

    package var description: String {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self).debugDescription
        case .silence: "silence"
        case .close: "close"
        }
    }

    package static func text(_ text: String) -> ScriptedAnswer { .bytes(Array(text.utf8)) }

    /// Bytes that are an answer in no protocol.
    package static let garbage = ScriptedAnswer.bytes([0x00, 0xff, 0x0a, 0x0d, 0x80, 0x41, 0x0a, 0x0d, 0x0a])
}
