import Filter
import Glibc
import Mail
import Milter
import NIOCore
import Policy

/// One connection of the MTA: gathers each of its messages, has it judged, and answers.
///
/// libmilter calls from several threads, one at a time. A connection keeps the settings that were in force when it began. What
/// belongs to the connection and what belongs to a message are apart, so that a second message starts clean.
///
/// In flight is a message from its accepted MAIL to our answer at end of message, or abort; `GatheredMessage` and its ticket live
/// just as long.
final class MailSession: MilterSession {
    private let state: DaemonState
    private let live: LiveConfiguration
    private var client = Client()
    private var transportSecurity: TransportSecurity?
    private var receiver: Bytes?
    private var isCounted = false
    private var current: (message: GatheredMessage, ticket: Admission.Ticket, standing: Standing)?

    init(state: DaemonState) {
        self.state = state
        live = state.live
    }

    func negotiation(_ configured: Negotiation) -> Negotiation {
        var negotiation = live.negotiation
        negotiation.notWanted = configured.notWanted
        return negotiation
    }

    func connect(_ client: Client, _ context: borrowing CallbackContext) -> SessionStatus {
        // A second CONNECT, which libmilter does not let through, is the same connection.
        guard isCounted || state.admission.admitConnection(within: live.limits) else {
            write(LogRecord(.warning, queueID: nil, "too many connections", ["client": logged(client)]))
            return live.busyStatus
        }
        isCounted = true
        self.client = client
        self.client.hostName = verifiedName(of: client, context)
        receiver = context.macro("j") ?? context.macro("{daemon_name}")
        let standing = live.policy.standing(client: self.client)
        guard standing.isSkipped, standing.reason == .network else { return .continue }
        return skipped(standing, from: nil)
    }

    func helo(_ name: Bytes, _ context: borrowing CallbackContext) -> SessionStatus {
        client.helo = name
        transportSecurity = transportSecurity(context)
        return .continue
    }

    func mail(_ sender: Envelope.Address, _ context: borrowing CallbackContext) -> SessionStatus {
        endMessage()
        // An MTA that goes on although its connection was refused.
        guard isCounted else { return live.busyStatus }
        let authentication = authentication(context)
        transportSecurity = transportSecurity ?? self.transportSecurity(context)
        let standing = live.policy.standing(
            client: client,
            isAuthenticated: authentication != nil,
            hasNullSender: sender.bare.isEmpty
        )
        if standing.isSkipped { return skipped(standing, from: sender) }
        return admit(sender, authentication, standing)
    }

    func recipient(_ recipient: Envelope.Address, _ context: borrowing CallbackContext) -> SessionStatus {
        if let reply = refusal(of: recipient) { return .tempfail(reply) }
        // Nobody else may hold the list now, or it would be copied for each recipient.
        current?.message.append(recipient)
        reserve()
        return .continue
    }

    private func refusal(of recipient: Envelope.Address) -> Reply? {
        guard live.policy.answersRecipients, let current else { return nil }
        let first = Array(current.message.envelope.recipients.prefix(1))
        switch live.policy.answer(to: recipient, after: first, standing: current.standing) {
        case .accept: return nil
        case .tempfail(let reply): return reply
        }
    }

    func header(_ field: HeaderField, _ context: borrowing CallbackContext) -> SessionStatus {
        current?.message.append(field)
        reserve()
        return .continue
    }

    func body(_ chunk: UnsafeRawBufferPointer, _ context: borrowing CallbackContext) -> SessionStatus {
        current?.message.append(chunk)
        reserve()
        return .continue
    }

    func endOfMessage(_ context: borrowing EndOfMessageContext) -> SessionStatus {
        defer { endMessage() }
        let gathered = current?.message.takeMessage(
            from: client,
            transportSecurity: transportSecurity,
            queueID: context.macro("i"),
            receiver: receiver,
            arrival: Int64(time(nil))
        )
        guard let gathered, let isBusy = current?.message.isBusy else { return live.busyStatus }
        var end = EndOfMessage(state: state, live: live, message: gathered, isBusy: isBusy)
        return end.answer(context)
    }

    func abort() {
        endMessage()
    }

    func close() {
        endMessage()
        if isCounted { state.admission.releaseConnection() }
        isCounted = false
    }

    private func admit(
        _ sender: Envelope.Address,
        _ authentication: Authentication?,
        _ standing: Standing
    ) -> SessionStatus {
        var message = GatheredMessage(
            sender: sender,
            authentication: authentication,
            keptBodySize: live.filter.maximumScanSize
        )
        let size = min(GatheredMessage.announcedSize(of: sender), live.filter.maximumScanSize)
        if let ticket = state.admission.admitMessage(announcedSize: size, within: live.limits) {
            current = (message, ticket, standing)
            return .continue
        }
        guard !live.refusesWhenBusy, let ticket = state.admission.admitWithoutLimit() else {
            return busy(sender, "refused a message: \(state.admission.isClosed ? "shutting down" : "busy")")
        }
        message.becomeBusy(keepsHeader: true)
        current = (message, ticket, standing)
        return .continue
    }

    private func busy(_ sender: Envelope.Address, _ reason: String) -> SessionStatus {
        let facts: KeyValuePairs<String, LogRecord.Value> = [
            "client": logged(client), "from": logged(sender),
            "inflight": .number(state.admission.inFlight),
        ]
        write(LogRecord(.warning, queueID: nil, reason, facts))
        return live.busyStatus
    }

    private func skipped(_ standing: Standing, from sender: Envelope.Address?) -> SessionStatus {
        var record = LogRecord(
            .notice,
            queueID: nil,
            nil,
            ["exempt": .text(standing.reason?.rawValue ?? "yes"), "client": logged(client)]
        )
        if let sender { record.facts.append(.init(key: "from", value: logged(sender))) }
        write(record)
        return .accept
    }

    private func write(_ record: LogRecord) {
        state.log.write(VerdictLine.bounded(record, live.logFormat))
    }

    /// Reserves memory for what has arrived; without room the body is dropped, and end of message says busy.
    private func reserve() {
        guard current?.message.isBusy == false, let size = current?.message.memorySize else { return }
        guard var ticket = current?.ticket, ticket.isExceeded(by: size) else { return }
        if !state.admission.extend(&ticket, to: size, within: live.limits) {
            current?.message.becomeBusy(keepsHeader: !live.refusesWhenBusy)
            state.admission.giveBackBytes(of: &ticket)
        }
        current?.ticket = ticket
    }

    private func endMessage() {
        guard let ticket = current?.ticket else { return }
        current = nil
        state.admission.release(ticket)
    }

    /// The client's name, if the MTA found that it points back to the address. Postfix says `unknown`, Sendmail `[address]` when
    /// there is none, and names what it found in {client_resolve}.
    private func verifiedName(of client: Client, _ context: borrowing CallbackContext) -> Bytes? {
        guard let name = client.hostName, !name.isEmpty, name.first != 0x5B else { return nil }
        if let resolved = context.macro("{client_resolve}"), resolved != Bytes("OK".utf8) { return nil }
        return name.equalsIgnoringASCIICase("unknown".utf8) ? nil : name
    }

    private func transportSecurity(_ context: borrowing CallbackContext) -> TransportSecurity? {
        guard let version = context.macro("{tls_version}"), !version.isEmpty else { return nil }
        return TransportSecurity(
            version: version,
            cipher: context.macro("{cipher}"),
            bits: context.macro("{cipher_bits}")
        )
    }

    /// Who logged in. A client's certificate proves nothing here: {cert_subject} is never looked at.
    private func authentication(_ context: borrowing CallbackContext) -> Authentication? {
        let identity = context.macro("{auth_authen}") ?? []
        let mechanism = context.macro("{auth_type}") ?? []
        return identity.isEmpty && mechanism.isEmpty
            ? nil : Authentication(mechanism: mechanism, identity: identity)
    }

    private func logged(_ sender: Envelope.Address) -> LogRecord.Value {
        .bytes(Bytes(sender.wireForm.prefix(VerdictLine.maximumLength)))
    }

    private func logged(_ client: Client) -> LogRecord.Value {
        .bytes(VerdictLine.client(client))
    }
}
