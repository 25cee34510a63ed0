package import Mail

/// What may be done to spam.
package enum SpamAction: String, Choice {
    /// Headers and subject.
    case tag
    /// Hold it in the MTA's queue.
    case quarantine
    /// Refuse it for good.
    case reject
    /// Ask the client to try again.
    case tempfail
    /// Take it and throw it away.
    case discard
}

/// From how many points on a step counts.
package enum StepScore: Hashable, Sendable {
    /// The recipient's `required`: every spam.
    case required
    case points(Points)
}

/// `actions`: one step of what happens to spam, by score. The highest step that is reached counts, alone.
package struct ActionStep: Equatable, Sendable {
    package var at: StepScore
    /// At least one, each once. `reject`, `tempfail` and `discard` stand alone.
    package var actions: [SpamAction]
    /// What the client is told, with reject and tempfail; nil for the default text.
    package var reply: Reply?
    /// The admin's word that mail may vanish; always true beside discard.
    package var discardConfirmed = false

    package init(at: StepScore, actions: [SpamAction], reply: Reply? = nil, discardConfirmed: Bool = false) {
        self.at = at
        self.actions = actions
        self.reply = reply
        self.discardConfirmed = discardConfirmed
    }
}

extension ActionStep {
    static let schema = Schema<ActionStep>(
        [
            .value("at", \.at, .stepScore, isRequired: true),
            .value("do", \.actions, .list(of: .choice, "a list of actions such as [tag]").distinct(), isRequired: true),
            .value("reply", \.reply, .optional(.reply)),
            .value("discard-confirmed", \.discardConfirmed, .boolean),
        ],
        check: { step, given, key, reading in
            let place = given["do"] ?? given.place
            let lone = step.actions.first { [.reject, .tempfail, .discard].contains($0) }
            if step.actions.isEmpty {
                reading.refuse(place, "\(key).do", "expected at least one action, found none")
            } else if let lone, step.actions.count > 1 {
                reading.refuse(
                    place,
                    "\(key).do",
                    "\(lone.rawValue) stands alone: it leaves no message for another action"
                )
            }
            step.checkReply(given, key, &reading)
            let discards = step.actions.contains(.discard)
            if discards, !step.discardConfirmed {
                let text =
                    "discard loses mail without a trace; if that is meant, add \"discard-confirmed: true\" to this step"
                reading.refuse(place, "\(key).do", text)
            }
            if !discards, let place = given["discard-confirmed"] {
                reading.refuse(place, "\(key).discard-confirmed", "has no meaning without discard")
            }
        }
    )

    private func checkReply(_ given: Given, _ key: String, _ reading: inout Reading) {
        guard let reply, let place = given["reply"] else { return }
        if actions == [.reject], reply.isTemporary {
            reading.refuse(place, "\(key).reply", "reject needs a code from 500 to 599, found \(reply.code)")
        } else if actions == [.tempfail], !reply.isTemporary {
            reading.refuse(place, "\(key).reply", "tempfail needs a code from 400 to 499, found \(reply.code)")
        } else if actions != [.reject], actions != [.tempfail] {
            reading.refuse(place, "\(key).reply", "has no meaning without reject or tempfail")
        }
    }
}

extension Form where Value == [ActionStep] {
    /// Steps in any order, each score once.
    static var steps: Form {
        let step = Form<ActionStep>.record(
            ActionStep.schema,
            blank: ActionStep(at: .required, actions: []),
            "a step such as { at: 10.0, do: [tag] }"
        )
        let list = Form.list(of: step, "a list of steps such as { at: 10.0, do: [tag] }", layout: .block, limit: 100)
        return Form(
            expected: list.expected,
            read: { node, key, reading in
                guard let steps = list.read(node, key, &reading) else { return nil }
                guard case .sequence(let nodes) = node.content else { return steps }
                var seen: Set<StepScore> = []
                for (step, node) in zip(steps, nodes) where !seen.insert(step.at).inserted {
                    reading.refuse(node.place, key, "a second step at \(Form<StepScore>.stepScore.write(step.at))")
                }
                return steps
            },
            write: list.write,
            writeBlock: list.writeBlock
        )
    }
}

extension Form where Value == StepScore {
    static var stepScore: Form {
        .points(
            anyPoints,
            or: "required",
            meaning: .required,
            value: StepScore.points,
            points: { if case .points(let points) = $0 { points } else { nil } }
        )
    }
}
