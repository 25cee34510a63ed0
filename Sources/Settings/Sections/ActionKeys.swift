import Mail
import Policy

/// One step of `actions` as the file has it, before the policy has looked at it.
private struct StepText: Equatable, Sendable {
    var at = Step.Threshold.required
    var actions: [Action] = []
    var reply: Reply?
    var acceptsLoss = false

    init() {}

    init(_ step: Step) {
        at = step.at
        actions = step.actions
        reply = step.reply
        let kinds = Set(actions.map(\.kind))
        acceptsLoss = kinds.contains(.discard) || kinds.contains(.deleteRecipient) && !kinds.contains(.copy)
    }

    func step() throws(PolicyError) -> Step {
        try Step(at: at, do: actions, reply: reply, acceptsLoss: acceptsLoss)
    }

    static let schema = Schema<StepText>(
        [
            .value("at", \.at, .threshold, isRequired: true),
            .value(
                "do",
                \.actions,
                .list(of: .action, "a list of actions such as [tag]", limit: 100),
                isRequired: true
            ),
            .value("reply", \.reply, .optional(.reply)),
            .value("discard-confirmed", \.acceptsLoss, .boolean),
        ],
        check: { text, given, key, reading in
            guard given.isSound("do", "reply", "discard-confirmed") else { return }
            do throws(PolicyError) {
                _ = try text.step()
            } catch {
                let name = error.concernsReply ? "reply" : "do"
                reading.refuse(given[name] ?? given.place, "\(key).\(name)", error.description)
            }
        }
    )
}

extension PolicyError {
    fileprivate var concernsReply: Bool {
        switch self {
        case .replyClass, .replyWithoutRefusal: true
        default: false
        }
    }
}

extension Form where Value == Step {
    fileprivate static var step: Form {
        let text = Form<StepText>.record(StepText.schema, blank: StepText(), "a step such as { at: 10.0, do: [tag] }")
        return text.mapped(
            { text throws(Refusal) in
                do throws(PolicyError) {
                    return try text.step()
                } catch {
                    throw .wrong(error.description)
                }
            },
            from: { StepText($0) }
        )
    }
}

extension Form where Value == [Step] {
    /// Steps in any order, each score once.
    static var steps: Form {
        let expected = "a list of steps such as { at: 10.0, do: [tag] }"
        return list(of: .step, expected, layout: .block, limit: 100).mapped(
            { steps throws(Refusal) in
                do throws(PolicyError) {
                    try steps.checkThresholds()
                } catch {
                    throw .wrong(error.description)
                }
                return steps
            },
            from: { $0 }
        )
    }
}

extension Form where Value == Step.Threshold {
    fileprivate static var threshold: Form {
        .points(
            anyPoints,
            or: "required",
            meaning: .required,
            value: { .points($0) },
            points: { if case .points(let points) = $0 { points } else { nil } }
        )
    }
}
