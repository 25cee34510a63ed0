import Filter
import Mail
import Milter
import NIOCore
import Policy
import Settings

/// The settings in force and the filter made from them: one immutable value, swapped whole at reload.
///
/// A connection keeps the one that it began with, so no message is judged by a mixture of two.
final class LiveConfiguration: Sendable {
    let settings: TamisSettings
    let filter: MailFilter
    let clients: ScannerClients
    let limits: Admission.Limits
    let deadline: TimeAmount
    /// The descriptor from which on connections are refused, so that scanners can be asked.
    let firstRefusedDescriptor: Int32
    /// The second policy, which changes nothing; nil without one.
    let shadow: ScorePolicy?

    convenience init(
        _ settings: TamisSettings,
        filter configuration: FilterConfiguration,
        clients: ScannerClients,
        descriptors: DescriptorPlan.Fit? = nil,
        shadow: ScorePolicy? = nil
    ) {
        let filter = MailFilter(configuration, clients: clients)
        self.init(settings, filter: filter, clients: clients, descriptors: descriptors, shadow: shadow)
    }

    /// With a filter that is made already; its scanners need not be those of `clients`.
    ///
    /// - Parameter descriptors: what fits in the descriptors that the system allows; it may be fewer connections than the
    ///   settings say.
    init(
        _ settings: TamisSettings,
        filter: MailFilter,
        clients: ScannerClients,
        descriptors: DescriptorPlan.Fit? = nil,
        shadow: ScorePolicy? = nil
    ) {
        self.settings = settings
        self.shadow = shadow
        self.filter = filter
        firstRefusedDescriptor = Int32(clamping: descriptors?.firstRefused ?? .max)
        self.clients = clients
        limits = Admission.Limits(
            connections: descriptors?.connections ?? settings.limits.maxConnections,
            inFlight: settings.limits.maxInFlight,
            bufferedBytes: settings.limits.maxBuffered
        )
        deadline = TimeAmount(settings.limits.deadline)
    }

    var policy: ScorePolicy { filter.policy }

    /// What a client is told when there is no room, and while the daemon drains. In `mode: observe` no mail is put off: it passes
    /// unseen.
    var busyStatus: SessionStatus {
        isObserving ? .accept : .tempfail(policy.configuration.replies.busy)
    }

    /// Whether a message for which there is no room is put off; otherwise it passes unscanned.
    var refusesWhenBusy: Bool { !isObserving && settings.limits.busy == .tempfail }

    private var isObserving: Bool { policy.configuration.mode == .observe }

    var logContents: VerdictLine.Contents {
        VerdictLine.Contents(recipients: settings.log.recipients, subject: settings.log.subject)
    }

    var logFormat: LogFormat { settings.log.format == .json ? .json : .logfmt }

    /// What is asked of the MTA: no stage that we do not look at, no reply where we always go on, no action that the settings
    /// never take.
    var negotiation: Negotiation {
        Negotiation(
            actions: actions,
            withoutReply: policy.answersRecipients
                ? [.helo, .header, .body] : [.helo, .recipient, .header, .body],
            notWanted: [.data, .endOfHeaders, .unknownCommand],
            macros: [
                .connect: ["j", "{daemon_name}", "{client_resolve}"],
                .helo: Self.transportMacros,
                .mail: ["i", "{auth_type}", "{auth_authen}"] + Self.transportMacros,
                .endOfMessage: ["i"],
            ]
        )
    }

    private static let transportMacros: [Macro] = ["{tls_version}", "{cipher}", "{cipher_bits}"]

    private var actions: Negotiation.Actions {
        guard policy.configuration.mode == .enforce else { return [] }
        let kinds = policy.configuration.possibleActions
        var actions: Negotiation.Actions = [.addHeaders, .changeHeaders]
        if kinds.contains(.quarantine) { actions.insert(.quarantine) }
        if kinds.contains(.copy) || kinds.contains(.redirect) { actions.insert(.addRecipients) }
        if kinds.contains(.redirect) || kinds.contains(.deleteRecipient) { actions.insert(.deleteRecipients) }
        return actions
    }
}

extension PolicyConfiguration {
    /// Every kind of action that some message may meet.
    fileprivate var possibleActions: Set<ActionKind> {
        let steps = actions + recipients.flatMap { $0.actions ?? [] }
        var kinds = Set(steps.flatMap(\.actions).map(\.kind))
        if unscanned.withoutSpamd == .quarantine { kinds.insert(.quarantine) }
        return kinds
    }
}
