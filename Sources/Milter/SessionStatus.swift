import CMilter
package import Mail

/// What a session answers at a stage.
package enum SessionStatus: Sendable, Equatable {
    /// Goes on. At end of message: the message is accepted as it was modified.
    case `continue`
    /// Accepts this message without further stages; at connect and HELO, the whole connection.
    case accept
    /// Refuses for good: the recipient at recipient, the connection at connect, else the message. The reply is 5xx; without one
    /// the MTA says its own.
    case reject(Reply?)
    /// Refuses for now. The reply is 4xx.
    case tempfail(Reply?)
    /// Takes the message and throws it away. From mail to end of message only.
    case discard
    /// Wants no more of this message's body. Where that was not agreed it goes on.
    case skip
}

/// What libmilter is told: a code, and a reply to be set before.
struct Answer: Equatable {
    var code: Int32
    var reply: Reply?
    /// What the session did wrong; the answer is a safe one all the same.
    var problem: String?
}

extension SessionStatus {
    /// What to tell libmilter at `stage`.
    ///
    /// Where no reply was agreed, libmilter logs an error for every code but SMFIS_NOREPLY (engine.c, sendreply), and the
    /// MTA does not listen: any other status there is a slip of the session. So is a reply of the wrong class, which
    /// libmilter would drop silently: the generic answer is given instead.
    func answer(at stage: Stage, agreed: Negotiation.Agreed) -> Answer {
        if agreed.withoutReply.contains(stage) {
            let problem = self == .continue ? nil : "answered \(name) at \(stage), where no reply was agreed"
            return Answer(code: SMFIS_NOREPLY, problem: problem)
        }
        switch self {
        case .continue: return Answer(code: SMFIS_CONTINUE)
        case .accept: return Answer(code: SMFIS_ACCEPT)
        case .reject(let reply): return refusal(SMFIS_REJECT, reply, isTemporary: false, at: stage)
        case .tempfail(let reply): return refusal(SMFIS_TEMPFAIL, reply, isTemporary: true, at: stage)
        case .discard: return discard(at: stage)
        case .skip: return skip(at: stage, agreed: agreed)
        }
    }

    private func refusal(_ code: Int32, _ reply: Reply?, isTemporary: Bool, at stage: Stage) -> Answer {
        guard let reply, reply.isTemporary != isTemporary else { return Answer(code: code, reply: reply) }
        return Answer(code: code, problem: "answered \(name) at \(stage) with the reply \"\(reply)\"")
    }

    /// Before MAIL there is nothing to discard; Postfix warns of it.
    private func discard(at stage: Stage) -> Answer {
        switch stage {
        case .connect, .helo, .unknownCommand:
            Answer(code: SMFIS_CONTINUE, problem: "answered discard at \(stage)")
        default: Answer(code: SMFIS_DISCARD)
        }
    }

    /// QUIRK: Postfix can skip any stage, but Sendmail takes a skip among the headers for the end of our work on the
    /// message (milter.c, milter_headers). So there is none but the body's.
    private func skip(at stage: Stage, agreed: Negotiation.Agreed) -> Answer {
        guard stage == .body else { return Answer(code: SMFIS_CONTINUE, problem: "answered skip at \(stage)") }
        return Answer(code: agreed.skip ? SMFIS_SKIP : SMFIS_CONTINUE)
    }

    private var name: String {
        switch self {
        case .continue: "continue"
        case .accept: "accept"
        case .reject: "reject"
        case .tempfail: "tempfail"
        case .discard: "discard"
        case .skip: "skip"
        }
    }
}

extension Reply {
    /// The lines for smfi_setmlreply: `%` doubled, since Sendmail takes the text for a format and Postfix drops a single one.
    ///
    /// libmilter refuses lines over 980 bytes (smfi.c, MAXREPLYLEN); what doubling pushes past that is cut.
    var libmilterLines: [String] {
        lines.map { line in
            var text = ""
            for character in line.unicodeScalars {
                let piece = character == "%" ? "%%" : String(character)
                guard text.utf8.count + piece.utf8.count <= 980 else { break }
                text += piece
            }
            return text
        }
    }
}
