import CMilter

/// What we ask an MTA for before a connection's first command (xxfi_negotiate). A wish; `Agreed` is what came of it.
///
/// Ask lean: a stage that is not wanted is never sent, and a stage without reply saves the MTA a round trip. The stages
/// that are not wanted must be the same for all connections of a process, since libmilter marks them in one table for all
/// (engine.c, fix_stm); the rest may differ from connection to connection (`MilterSession.negotiation`).
package struct Negotiation: Sendable, Equatable {
    /// Which modifications a session may ask for. An MTA that cannot do one of them is refused by libmilter, so ask only
    /// for what is needed.
    package struct Actions: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Add and insert header fields.
        package static let addHeaders = Actions(rawValue: UInt32(SMFIF_ADDHDRS))
        /// Change and delete header fields.
        package static let changeHeaders = Actions(rawValue: UInt32(SMFIF_CHGHDRS))
        package static let changeBody = Actions(rawValue: UInt32(SMFIF_CHGBODY))
        package static let addRecipients = Actions(rawValue: UInt32(SMFIF_ADDRCPT))
        /// Add recipients with ESMTP parameters. It does not include `addRecipients`.
        package static let addRecipientsWithParameters = Actions(rawValue: UInt32(SMFIF_ADDRCPT_PAR))
        package static let deleteRecipients = Actions(rawValue: UInt32(SMFIF_DELRCPT))
        package static let quarantine = Actions(rawValue: UInt32(SMFIF_QUARANTINE))
        package static let changeSender = Actions(rawValue: UInt32(SMFIF_CHGFROM))

        package static let all: Actions = [
            .addHeaders, .changeHeaders, .changeBody, .addRecipients, .addRecipientsWithParameters, .deleteRecipients,
            .quarantine, .changeSender,
        ]
    }

    package var actions: Actions
    /// Stages at which the session always goes on, so that the MTA need not wait for an answer. libmilter answers for us
    /// where an MTA cannot do that. End of message always has an answer.
    package var withoutReply: Stages
    /// Stages that the MTA is not to tell us of. End of message always comes.
    package var notWanted: Stages
    /// The macros to be sent with a stage, in place of the MTA's own list for it (smfi_setsymlist). Stages without a
    /// list keep the MTA's; header, body and unknown command have none.
    package var macros: [Stage: [Macro]]
    /// Whether header values shall come with the blanks after their colon.
    package var leadingSpace: Bool
    /// Whether we may answer a piece of the body with "no more of these". Not asked for where the body comes without reply
    /// or not at all, since no reply and a skip exclude each other.
    package var skip: Bool
    /// Whether recipients that the MTA itself refused shall be told too.
    package var rejectedRecipients: Bool

    package init(
        actions: Actions = [],
        withoutReply: Stages = [],
        notWanted: Stages = [],
        macros: [Stage: [Macro]] = [:],
        leadingSpace: Bool = true,
        skip: Bool = true,
        rejectedRecipients: Bool = false
    ) {
        self.actions = actions
        self.withoutReply = withoutReply
        self.notWanted = notWanted
        self.macros = macros
        self.leadingSpace = leadingSpace
        self.skip = skip
        self.rejectedRecipients = rejectedRecipients
    }
}

extension Negotiation {
    /// What holds on one connection.
    package struct Agreed: Sendable, Hashable {
        package var actions: Actions
        package var withoutReply: Stages
        package var notWanted: Stages
        /// Whether values come and go with their leading blanks; the room makes up for it where not.
        package var leadingSpace: Bool
        package var skip: Bool
        package var rejectedRecipients: Bool
        /// Whether the MTA takes lists of macros.
        package var macroLists: Bool

        package init(
            actions: Actions = [],
            withoutReply: Stages = [],
            notWanted: Stages = [],
            leadingSpace: Bool = false,
            skip: Bool = false,
            rejectedRecipients: Bool = false,
            macroLists: Bool = false
        ) {
            self.actions = actions
            self.withoutReply = withoutReply
            self.notWanted = notWanted
            self.leadingSpace = leadingSpace
            self.skip = skip
            self.rejectedRecipients = rejectedRecipients
            self.macroLists = macroLists
        }
    }

    /// What an MTA offers, as the protocol's bits. libmilter adds the no-reply bits that it can stand in for.
    struct Offer: Sendable, Hashable {
        var actions: UInt32
        var protocolSteps: UInt32

        /// The wished actions that this MTA cannot do.
        func missing(_ wished: Actions) -> Actions { wished.subtracting(Actions(rawValue: actions)) }

        func has(_ step: Int) -> Bool { protocolSteps & UInt32(step) != 0 }
    }

    /// What comes of this wish at an MTA that offers `offer`.
    ///
    /// The actions are agreed as wished, also when the MTA lacks one: libmilter refuses the connection then. The stages
    /// not wanted that an old MTA cannot leave out are those that it does not know (NODATA, NOUNKNOWN): libmilter sees to it.
    func agreed(with offer: Offer) -> Agreed {
        let bodyHasReply = withoutReply.union(notWanted).isDisjoint(with: .body)
        return Agreed(
            actions: actions,
            withoutReply: withoutReply.filtered { ProtocolBits.noReply($0) != 0 },
            notWanted: notWanted.filtered { ProtocolBits.notWanted($0) != 0 },
            leadingSpace: leadingSpace && offer.has(SMFIP_HDR_LEADSPC),
            skip: skip && bodyHasReply && offer.has(SMFIP_SKIP),
            rejectedRecipients: rejectedRecipients && offer.has(SMFIP_RCPT_REJ),
            macroLists: !macros.isEmpty && offer.actions & UInt32(SMFIF_SETSYMLIST) != 0
        )
    }
}

extension Negotiation.Agreed {
    /// The action bits to answer the MTA with.
    var actionBits: UInt {
        UInt(actions.rawValue) | (macroLists ? UInt(SMFIF_SETSYMLIST) : 0)
    }

    /// The protocol bits to answer the MTA with.
    var protocolBits: UInt {
        var bits = 0
        for stage in Stage.allCases {
            if withoutReply.contains(stage) { bits |= ProtocolBits.noReply(stage) }
            if notWanted.contains(stage) { bits |= ProtocolBits.notWanted(stage) }
        }
        if leadingSpace { bits |= SMFIP_HDR_LEADSPC }
        if skip { bits |= SMFIP_SKIP }
        if rejectedRecipients { bits |= SMFIP_RCPT_REJ }
        return UInt(bits)
    }
}

extension Stage {
    /// Where smfi_setsymlist hangs this stage's macros (SMFIM_*); nil for a stage that has none of its own.
    var macroPlace: Int32? {
        switch self {
        case .connect: SMFIM_CONNECT
        case .helo: SMFIM_HELO
        case .mail: SMFIM_ENVFROM
        case .recipient: SMFIM_ENVRCPT
        case .data: SMFIM_DATA
        case .endOfHeaders: SMFIM_EOH
        case .endOfMessage: SMFIM_EOM
        case .header, .body, .unknownCommand: nil
        }
    }
}

extension Negotiation.Actions: CustomStringConvertible {
    package var description: String {
        let names: [(Self, String)] = [
            (.addHeaders, "add headers"), (.changeHeaders, "change headers"), (.changeBody, "change the body"),
            (.addRecipients, "add recipients"), (.addRecipientsWithParameters, "add recipients with parameters"),
            (.deleteRecipients, "delete recipients"), (.quarantine, "quarantine"), (.changeSender, "change the sender"),
        ]
        return names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
    }
}

extension Stages {
    fileprivate func filtered(_ isMeant: (Stage) -> Bool) -> Stages {
        Stage.allCases.reduce(into: Stages()) { if contains($1) && isMeant($1) { $0.insert(Stages($1)) } }
    }
}

/// Which bits (mfdef.h) a stage has in the negotiation; 0 where it has none.
private enum ProtocolBits {
    static func noReply(_ stage: Stage) -> Int {
        switch stage {
        case .connect: SMFIP_NR_CONN
        case .helo: SMFIP_NR_HELO
        case .mail: SMFIP_NR_MAIL
        case .recipient: SMFIP_NR_RCPT
        case .data: SMFIP_NR_DATA
        case .header: SMFIP_NR_HDR
        case .endOfHeaders: SMFIP_NR_EOH
        case .body: SMFIP_NR_BODY
        case .unknownCommand: SMFIP_NR_UNKN
        case .endOfMessage: 0
        }
    }

    static func notWanted(_ stage: Stage) -> Int {
        switch stage {
        case .connect: SMFIP_NOCONNECT
        case .helo: SMFIP_NOHELO
        case .mail: SMFIP_NOMAIL
        case .recipient: SMFIP_NORCPT
        case .data: SMFIP_NODATA
        case .header: SMFIP_NOHDRS
        case .endOfHeaders: SMFIP_NOEOH
        case .body: SMFIP_NOBODY
        case .unknownCommand: SMFIP_NOUNKNOWN
        case .endOfMessage: 0
        }
    }
}
