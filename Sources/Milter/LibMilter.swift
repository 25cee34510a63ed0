import CMilter
import Glibc
package import Mail

// Every unsafe pointer of this room lives in this file: libmilter's callbacks and the contexts that sessions see.
//
// A session hangs on libmilter's connection by smfi_setpriv and by nothing else: retained in xxfi_negotiate (or in
// xxfi_connect after QUIT_NC), taken, nulled and released in xxfi_close.

/// What a session may ask libmilter during a callback. It cannot outlive the callback.
package struct CallbackContext: ~Copyable {
    fileprivate let raw: OpaquePointer

    /// The value that the MTA gave the macro at this or an earlier stage of the session; nil when it gave none.
    package func macro(_ name: Macro) -> Bytes? { macroValue(raw, name) }
}

/// What a session may ask libmilter when a message is complete. It cannot outlive the callback.
package struct EndOfMessageContext: ~Copyable {
    fileprivate let raw: OpaquePointer
    fileprivate let agreed: Negotiation.Agreed

    /// The value that the MTA gave the macro at this or an earlier stage of the session; nil when it gave none.
    package func macro(_ name: Macro) -> Bytes? { macroValue(raw, name) }

    /// Tells the MTA that we still work, so that it goes on waiting. False: the MTA has gone.
    package func progress() -> Bool { cmilter_progress(raw) == MI_SUCCESS }

    /// Asks the MTA for a change of the message. Leading blanks of header values are written as was agreed.
    package func perform(_ modification: Modification) throws(MilterError) {
        let parts = try LawfulModification(modification, agreed: agreed)
        guard send(parts) == MI_SUCCESS else { throw .notSent(modification: modification.summary) }
    }

    private func send(_ modification: LawfulModification) -> Int32 {
        switch modification {
        case .insertHeader(let index, let name, let value): cmilter_insert_header(raw, index, name, value)
        case .addHeader(let name, let value): cmilter_add_header(raw, name, value)
        case .changeHeader(let name, let index, let value): cmilter_change_header(raw, name, index, value)
        case .deleteHeader(let name, let index): cmilter_delete_header(raw, name, index)
        case .changeSender(let address, let parameters): cmilter_change_sender(raw, address, parameters)
        case .addRecipient(let address): cmilter_add_recipient(raw, address)
        case .addRecipientWith(let address, let parameters): cmilter_add_recipient_with(raw, address, parameters)
        case .deleteRecipient(let address): cmilter_delete_recipient(raw, address)
        case .replaceBody(let body): sendBody(body)
        case .quarantine(let reason): cmilter_quarantine(raw, reason)
        }
    }

    /// Sends the new body in pieces one after another, which Postfix asks for; one empty piece for an empty body.
    private func sendBody(_ body: Bytes) -> Int32 {
        var rest = body[...]
        repeat {
            let piece = rest.prefix(65_535)
            rest = rest.dropFirst(piece.count)
            let result = piece.withUnsafeBufferPointer {
                cmilter_replace_body(raw, $0.baseAddress, Int32($0.count))
            }
            guard result == MI_SUCCESS else { return result }
        } while !rest.isEmpty
        return MI_SUCCESS
    }
}

/// The callbacks, for registration.
func milterCallbacks() -> cmilter_callbacks {
    cmilter_callbacks(
        negotiate: { context, actions, steps, _, _, ourActions, ourSteps, _, _ in
            let offer = Negotiation.Offer(
                actions: UInt32(truncatingIfNeeded: actions),
                protocolSteps: UInt32(truncatingIfNeeded: steps)
            )
            guard let agreed = ListenerProbe.isSender(of: offer) ? Negotiation.Agreed() : negotiate(context, offer)
            else {
                return SMFIS_REJECT
            }
            ourActions.pointee = agreed.actionBits
            ourSteps.pointee = agreed.protocolBits
            return SMFIS_CONTINUE
        },
        connect: { context, name, address in
            resume(context)
            let host = Connection.hostName(bytes(name) ?? [])
            let client = Client(address: clientAddress(address), hostName: host)
            return answer(context, .connect) { $0.session.connect(client, CallbackContext(raw: context)) }
        },
        helo: { context, name in
            answer(context, .helo) { $0.session.helo(bytes(name) ?? [], CallbackContext(raw: context)) }
        },
        mail: { context, arguments in
            answer(context, .mail) { $0.session.mail(address(arguments), CallbackContext(raw: context)) }
        },
        recipient: { context, arguments in
            answer(context, .recipient) { $0.session.recipient(address(arguments), CallbackContext(raw: context)) }
        },
        data: { context in
            answer(context, .data) { $0.session.data(CallbackContext(raw: context)) }
        },
        unknown_command: { context, command in
            // QUIRK: libmilter does not see to it that this text ends (engine.c, st_unknown), as it does for all others. A
            // broken MTA would make us read past it: do not want the stage without need.
            answer(context, .unknownCommand) {
                $0.session.unknownCommand(bytes(command) ?? [], CallbackContext(raw: context))
            }
        },
        header: { context, name, value in
            answer(context, .header) {
                let field = $0.field(name: bytes(name) ?? [], value: bytes(value) ?? [])
                return $0.session.header(field, CallbackContext(raw: context))
            }
        },
        end_of_headers: { context in
            answer(context, .endOfHeaders) { $0.session.endOfHeaders(CallbackContext(raw: context)) }
        },
        body: { context, start, count in
            // QUIRK: libmilter hands on a piece that came with the end of the message as any other and then goes on only after
            // SMFIS_CONTINUE (engine.c, st_bodyend): without reply for the body, such an MTA waits in vain. Postfix and
            // Sendmail send none (milter8.c; milter.c, milter_data).
            answer(context, .body) {
                let chunk = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
                return $0.session.body(chunk, CallbackContext(raw: context))
            }
        },
        end_of_message: { context in
            PoolKnock.shared.whileBlocking {
                answer(context, .endOfMessage) {
                    $0.session.endOfMessage(EndOfMessageContext(raw: context, agreed: $0.agreed))
                }
            }
        },
        abort: { context in
            connection(of: context)?.session.abort()
            return SMFIS_CONTINUE
        },
        close: { context in
            cmilter_note_worker()
            take(from: context)?.session.close()
            cmilter_command_answered()
            return SMFIS_CONTINUE
        }
    )
}

/// Runs smfi_main on a thread of its own; its end is told to the registration. Returns 0 or an errno.
func startLibMilter() -> Int32 {
    cmilter_start { result in
        Registration.present?.onEnd?(result)
    }
}

// MARK: - The session behind a connection

private func connection(of context: OpaquePointer) -> Connection? {
    cmilter_private(context).map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func hang(_ connection: Connection, on context: OpaquePointer) -> Bool {
    let reference = Unmanaged.passRetained(connection)
    if cmilter_set_private(context, reference.toOpaque()) == MI_SUCCESS { return true }
    reference.release()
    return false
}

private func take(from context: OpaquePointer) -> Connection? {
    guard let pointer = cmilter_private(context) else { return nil }
    _ = cmilter_set_private(context, nil)
    return Unmanaged<Connection>.fromOpaque(pointer).takeRetainedValue()
}

/// Makes the session and settles with the MTA what will be sent; nil when that cannot be.
private func negotiate(_ context: OpaquePointer, _ offer: Negotiation.Offer) -> Negotiation.Agreed? {
    cmilter_note_worker()
    guard let registration = Registration.present else { return nil }
    // libmilter ignores a second negotiation (engine.c, next_states). Should it not, the first session ends here.
    take(from: context)?.session.close()
    let session = registration.makeSession()
    var wish = session.negotiation(registration.negotiation)
    wish.notWanted = registration.negotiation.notWanted
    let missing = offer.missing(wish.actions)
    if !missing.isEmpty {
        registration.onProblem("an MTA cannot do what we need of it (\(missing)); its connection is refused")
    }
    let agreed = wish.agreed(with: offer)
    guard hang(Connection(session: session, agreed: agreed), on: context) else {
        session.close()
        return nil
    }
    if agreed.macroLists { askMacros(wish.macros, context) }
    Registration.note(agreed)
    return agreed
}

private func askMacros(_ macros: [Stage: [Macro]], _ context: OpaquePointer) {
    for (stage, names) in macros where !names.isEmpty {
        guard let place = stage.macroPlace else {
            Registration.report("macros were asked for at \(stage), which has none of its own")
            continue
        }
        if cmilter_ask_macros(context, place, names.map(\.name).joined(separator: " ")) != MI_SUCCESS {
            Registration.report("libmilter's smfi_setsymlist failed for the macros of \(stage)")
        }
    }
}

/// Makes a session for the next SMTP session of a connection that QUIT_NC ended, if there is none.
private func resume(_ context: OpaquePointer) {
    guard connection(of: context) == nil, let registration = Registration.present else { return }
    guard case .same(let agreed) = registration.lastAgreed else { return }
    let session = registration.makeSession()
    if !hang(Connection(session: session, agreed: agreed), on: context) { session.close() }
}

/// Asks the session and tells libmilter. Without a session (a command before any negotiation) the answer is tempfail.
private func answer(
    _ context: OpaquePointer,
    _ stage: Stage,
    _ ask: (Connection) -> SessionStatus
) -> Int32 {
    guard let connection = connection(of: context) else { return SMFIS_TEMPFAIL }
    // What an MTA sends although it was asked not to is not even read.
    if connection.agreed.notWanted.contains(stage) {
        return SessionStatus.continue.answer(at: stage, agreed: connection.agreed).code
    }
    let answer = ask(connection).answer(at: stage, agreed: connection.agreed)
    if let problem = answer.problem { Registration.report("a session \(problem)") }
    if let reply = answer.reply, !set(reply, on: context) {
        Registration.report("libmilter refused the reply \"\(reply)\"; the MTA says its own")
    }
    return answer.code
}

private func set(_ reply: Reply, on context: OpaquePointer) -> Bool {
    let lines = reply.libmilterLines.map { strdup($0) }
    defer { for line in lines { free(line) } }
    let constants = lines.map { $0.map { UnsafePointer($0) } }
    return cmilter_set_reply(context, "\(reply.code)", reply.enhancedCode, constants, Int32(lines.count)) == MI_SUCCESS
}

// MARK: - C values as Swift values

private func bytes(_ text: UnsafePointer<CChar>?) -> Bytes? {
    text.map { Bytes(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
}

/// Of xxfi_envfrom's and xxfi_envrcpt's argv: the address, then ESMTP parameters, then a null pointer.
private func address(_ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Envelope.Address {
    var words: [Bytes] = []
    if var next = arguments {
        while let word = bytes(next.pointee) {
            words.append(word)
            next += 1
        }
    }
    return Envelope.Address(wireForm: words.first ?? [], parameters: Array(words.dropFirst()))
}

private func macroValue(_ context: OpaquePointer, _ name: Macro) -> Bytes? {
    bytes(cmilter_macro(context, name.name))
}

private func clientAddress(_ address: UnsafeMutablePointer<sockaddr>?) -> Client.Address {
    guard let address else { return .unknown }
    let raw = UnsafeRawPointer(address)
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
        let inet = raw.loadUnaligned(as: sockaddr_in.self)
        return ipAddress(withUnsafeBytes(of: inet.sin_addr) { Bytes($0) }, port: inet.sin_port)
    case AF_INET6:
        let inet6 = raw.loadUnaligned(as: sockaddr_in6.self)
        return ipAddress(withUnsafeBytes(of: inet6.sin6_addr) { Bytes($0) }, port: inet6.sin6_port)
    case AF_UNIX:
        let unix = raw.loadUnaligned(as: sockaddr_un.self)
        return .unix(path: withUnsafeBytes(of: unix.sun_path) { Bytes($0.prefix { $0 != 0 }) })
    default: return .unknown
    }
}

private func ipAddress(_ bytes: Bytes, port: in_port_t) -> Client.Address {
    IPAddress(bytes: bytes).map { .ip($0, port: UInt16(bigEndian: port)) } ?? .unknown
}
