package import Mail

/// One connection of an MTA, which is one SMTP session: any number of messages one after another.
///
/// libmilter calls never two of these at the same time, but on different threads (its worker pool moves a connection
/// between them): keep state in the object, not on a thread. A call may block; it then holds one thread of libmilter's.
/// At connect, HELO, MAIL, RCPT and DATA an MTA waits only shortly (Postfix' milter_command_timeout is 30 s).
///
/// A message begins with `mail` and ends with `endOfMessage`, with `abort`, with an answer other than `.continue` and
/// `.skip`, or with the next `mail`: some MTAs send no abort after a refusal. `abort` may come without a message.
package protocol MilterSession: AnyObject {
    /// What to ask the MTA for on this connection; `configured` is the listener's. Stages not wanted are always as
    /// configured. Called before `negotiated`, but not for an SMTP session that follows another one on the same
    /// connection (QUIT_NC): that goes on as agreed.
    func negotiation(_ configured: Negotiation) -> Negotiation
    /// What was agreed. Called once, before everything else.
    func negotiated(_ agreed: Negotiation.Agreed)

    /// An SMTP client has come. `client.helo` is nil.
    func connect(_ client: Client, _ context: borrowing CallbackContext) -> SessionStatus
    func helo(_ name: Bytes, _ context: borrowing CallbackContext) -> SessionStatus
    func mail(_ sender: Envelope.Address, _ context: borrowing CallbackContext) -> SessionStatus
    func recipient(_ recipient: Envelope.Address, _ context: borrowing CallbackContext) -> SessionStatus
    func data(_ context: borrowing CallbackContext) -> SessionStatus
    /// A header field. The value is the bytes after the colon: a leading blank and folds (LF and a blank) included.
    func header(_ field: HeaderField, _ context: borrowing CallbackContext) -> SessionStatus
    func endOfHeaders(_ context: borrowing CallbackContext) -> SessionStatus
    /// A piece of the body, line ends as they came. The bytes are gone when this returns.
    func body(_ chunk: UnsafeRawBufferPointer, _ context: borrowing CallbackContext) -> SessionStatus
    /// The message is complete. Only here it can be modified.
    func endOfMessage(_ context: borrowing EndOfMessageContext) -> SessionStatus
    /// An SMTP command that the MTA does not know, as the client sent it.
    func unknownCommand(_ command: Bytes, _ context: borrowing CallbackContext) -> SessionStatus

    /// The message will not be completed: RSET, a new MAIL, or the connection is lost.
    func abort()
    /// The connection has ended. Exactly once for every session, also when `connect` never came.
    func close()
}

extension MilterSession {
    package func negotiation(_ configured: Negotiation) -> Negotiation { configured }
    package func negotiated(_ agreed: Negotiation.Agreed) {}
    package func connect(_ client: Client, _ context: borrowing CallbackContext) -> SessionStatus { .continue }
    package func helo(_ name: Bytes, _ context: borrowing CallbackContext) -> SessionStatus { .continue }
    package func mail(_ sender: Envelope.Address, _ context: borrowing CallbackContext) -> SessionStatus { .continue }
    package func recipient(_ recipient: Envelope.Address, _ context: borrowing CallbackContext) -> SessionStatus {
        .continue
    }
    package func data(_ context: borrowing CallbackContext) -> SessionStatus { .continue }
    package func header(_ field: HeaderField, _ context: borrowing CallbackContext) -> SessionStatus { .continue }
    package func endOfHeaders(_ context: borrowing CallbackContext) -> SessionStatus { .continue }
    package func body(_ chunk: UnsafeRawBufferPointer, _ context: borrowing CallbackContext) -> SessionStatus {
        .continue
    }
    package func endOfMessage(_ context: borrowing EndOfMessageContext) -> SessionStatus { .continue }
    package func unknownCommand(_ command: Bytes, _ context: borrowing CallbackContext) -> SessionStatus { .continue }
    package func abort() {}
    package func close() {}
}
