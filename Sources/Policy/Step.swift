package import Mail

/// One row of `actions`: from which score on it counts, and what it does.
///
/// Only what makes sense can be built: `init` throws where actions cannot stand together.
package struct Step: Sendable, Hashable {
    /// From which score on a step counts.
    package enum Threshold: Sendable, Hashable {
        /// The recipient's own `required`.
        case required
        case points(Points)
    }

    package let at: Threshold
    package let actions: [Action]
    /// What the client is told; nil for the default text.
    package let reply: Reply?

    /// - Parameters:
    ///   - acceptsLoss: the admin's own yes to losing mail, without which `discard` and `delete-recipient` are refused.
    ///     `delete-recipient` beside `copy` loses nothing and needs none.
    package init(
        at threshold: Threshold,
        do actions: [Action],
        reply: Reply? = nil,
        acceptsLoss: Bool = false
    ) throws(PolicyError) {
        try Self.check(actions)
        try Self.check(reply, for: actions)
        let kinds = Set(actions.map(\.kind))
        if !acceptsLoss, kinds.contains(.discard) { throw .lossNotAccepted(.discard) }
        if !acceptsLoss, kinds.contains(.deleteRecipient), !kinds.contains(.copy) {
            throw .lossNotAccepted(.deleteRecipient)
        }
        self.init(at: threshold, checked: actions, reply: reply)
    }

    /// `{ at: required, do: [tag] }`, what an empty settings file means.
    package static let tagAtRequired = Step(at: .required, checked: [.tag], reply: nil)

    /// The hardest of its actions.
    package var severity: ActionKind { actions.map(\.kind).max() ?? .none }

    private init(at threshold: Threshold, checked actions: [Action], reply: Reply?) {
        at = threshold
        self.actions = actions
        self.reply = reply
    }

    /// The score from which on this counts for a recipient whose threshold is `required`.
    func points(required: Points) -> Points {
        switch at {
        case .required: required
        case .points(let points): points
        }
    }

    private static func check(_ actions: [Action]) throws(PolicyError) {
        guard !actions.isEmpty else { throw .noAction }
        let kinds = actions.map(\.kind)
        if let final = kinds.first(where: \.isFinal), actions.count > 1 { throw .standsAlone(final) }
        for (index, action) in actions.enumerated() {
            let earlier = actions[..<index]
            let isTwice = earlier.contains { $0 == action || $0.kind == action.kind && action.kind != .copy }
            if isTwice { throw .twice(action.kind) }
        }
        if kinds.contains(.redirect), kinds.contains(.deleteRecipient) {
            throw .notTogether(.redirect, .deleteRecipient)
        }
    }

    private static func check(_ reply: Reply?, for actions: [Action]) throws(PolicyError) {
        guard let reply else { return }
        switch actions.first {
        case .reject where !reply.isTemporary: return
        case .tempfail where reply.isTemporary: return
        case .reject: throw .replyClass(.reject, expected: 5)
        case .tempfail: throw .replyClass(.tempfail, expected: 4)
        default: throw .replyWithoutRefusal
        }
    }
}

extension [Step] {
    /// Refuses two steps that begin at the same score.
    package func checkThresholds() throws(PolicyError) {
        for (index, step) in enumerated() where self[..<index].contains(where: { $0.at == step.at }) {
            throw .sameThreshold(step.at)
        }
    }
}

extension Step.Threshold: CustomStringConvertible {
    package var description: String {
        switch self {
        case .required: "required"
        case .points(let points): points.exactText
        }
    }
}
