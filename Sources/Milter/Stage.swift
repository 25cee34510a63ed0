/// A step of the milter protocol at which an MTA tells something, in the order in which a session goes through them.
package enum Stage: UInt32, CaseIterable, Sendable {
    case connect
    case helo
    case mail
    case recipient
    case data
    case header
    case endOfHeaders
    case body
    case endOfMessage
    /// An SMTP command that the MTA does not know; at any time.
    case unknownCommand
}

/// Some of the stages.
package struct Stages: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package init(_ stage: Stage) { rawValue = 1 << stage.rawValue }

    package static let connect = Stages(.connect)
    package static let helo = Stages(.helo)
    package static let mail = Stages(.mail)
    package static let recipient = Stages(.recipient)
    package static let data = Stages(.data)
    package static let header = Stages(.header)
    package static let endOfHeaders = Stages(.endOfHeaders)
    package static let body = Stages(.body)
    package static let unknownCommand = Stages(.unknownCommand)

    package func contains(_ stage: Stage) -> Bool { contains(Stages(stage)) }
}
