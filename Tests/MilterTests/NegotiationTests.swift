import CMilter
import Mail
import MilterPeer
import Testing

@testable import Milter

struct NegotiationTests {
    private let everything = Negotiation.Offer(actions: 0x1FF, protocolSteps: 0x1F_FFFF)

    @Test func `an empty wish asks for nothing but blanks and skip`() {
        let agreed = Negotiation().agreed(with: everything)
        #expect(agreed.actionBits == 0)
        #expect(agreed.protocolBits == UInt(SMFIP_HDR_LEADSPC | SMFIP_SKIP))
    }

    @Test func `only what was asked for is agreed`() {
        let wish = Negotiation(
            actions: [.addHeaders, .changeHeaders],
            withoutReply: [.helo, .header],
            notWanted: [.data, .unknownCommand],
            leadingSpace: false,
            skip: false,
            rejectedRecipients: true
        )
        let agreed = wish.agreed(with: everything)
        #expect(agreed.actionBits == UInt(SMFIF_ADDHDRS | SMFIF_CHGHDRS))
        #expect(
            agreed.protocolBits
                == UInt(SMFIP_NR_HELO | SMFIP_NR_HDR | SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_RCPT_REJ)
        )
    }

    @Test func `no reply for the body and skip exclude each other`() {
        #expect(!Negotiation(withoutReply: [.body]).agreed(with: everything).skip)
        #expect(!Negotiation(notWanted: [.body]).agreed(with: everything).skip)
        #expect(Negotiation(withoutReply: [.header]).agreed(with: everything).skip)
    }

    @Test func `what an old MTA lacks is not agreed`() {
        let old = Negotiation.Offer(actions: 0x3F, protocolSteps: 0x7F)
        let agreed = Negotiation(macros: [.mail: ["i"]], rejectedRecipients: true).agreed(with: old)
        #expect(!agreed.leadingSpace && !agreed.skip && !agreed.rejectedRecipients && !agreed.macroLists)
        #expect(old.missing([.addHeaders, .changeSender]) == .changeSender)
    }

    @Test func `end of message always comes and always has an answer`() {
        let all = Stages(rawValue: .max)
        let agreed = Negotiation(withoutReply: all, notWanted: all).agreed(with: everything)
        #expect(!agreed.withoutReply.contains(.endOfMessage) && !agreed.notWanted.contains(.endOfMessage))
        let noStage = UInt(SMFIP_HDR_LEADSPC)
        #expect(agreed.protocolBits & ~noStage == 0x7F | 0x80 | 0x300 | 0xF_F000)
    }

    @Test func `the wish reaches the MTA with its macros`() throws {
        let wish = Negotiation(
            actions: [.addHeaders],
            withoutReply: [.header, .body],
            macros: [.connect: ["j", "{client_addr}"], .endOfMessage: ["i"]]
        )
        let (peer, log) = try SharedListener.connect(Script(negotiation: wish))
        #expect(peer.settled.actions == UInt32(SMFIF_ADDHDRS | SMFIF_SETSYMLIST))
        #expect(peer.settled.steps == UInt32(SMFIP_NR_HDR | SMFIP_NR_BODY | SMFIP_HDR_LEADSPC))
        #expect(peer.settled.macros == [0: "j {client_addr}", 5: "i"])
        #expect(
            log.all == [
                .negotiated(
                    Negotiation.Agreed(
                        actions: [.addHeaders],
                        withoutReply: [.header, .body],
                        leadingSpace: true,
                        macroLists: true
                    )
                )
            ]
        )
    }

    @Test func `an MTA without lists of macros is not sent any`() throws {
        let wish = Negotiation(macros: [.mail: ["i"]])
        let (peer, _) = try SharedListener.connect(Script(negotiation: wish), offer: .init(actions: 0xFF))
        #expect(peer.settled.macros.isEmpty && peer.settled.actions == 0)
    }

    @Test func `no reply also holds for an MTA that cannot do without`() throws {
        let wish = Negotiation(withoutReply: [.header, .endOfHeaders])
        let (peer, log) = try SharedListener.connect(Script(negotiation: wish), offer: .init(steps: 0x7F & ~0x80))
        try peer.connected()
        #expect(try peer.message().reply == Peer.Packet("c"))
        #expect(log.told.contains(.header("Subject", " hello")))
    }

    @Test func `an MTA that lacks an action is refused and the operator told`() throws {
        let wish = Negotiation(actions: [.changeSender, .quarantine])
        try SharedListener.scripting(Script(negotiation: wish)) { log in
            let peer = try SharedListener.connectSilently()
            #expect(throws: Peer.Failure.closed) { try peer.negotiate(.init(actions: 0x1F)) }
            #expect(log.waitForClose())
            #expect(log.told == [.close])
        }
        let problems = try SharedListener.shared.get().problems
        #expect(problems.contains("an MTA cannot do what we need of it (quarantine, change the sender)"))
    }

    @Test func `macros for a stage that has none are a problem`() throws {
        _ = try SharedListener.connect(Script(negotiation: Negotiation(macros: [.header: ["i"]])))
        #expect(try SharedListener.shared.get().problems.contains("macros were asked for at header"))
    }
}
