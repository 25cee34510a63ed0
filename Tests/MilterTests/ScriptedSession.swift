import Dispatch
import Mail
import Milter
import Synchronization

/// What a session was told, in order.
enum SessionEvent: Equatable, Sendable {
    case negotiated(Negotiation.Agreed)
    case connect(Client)
    case helo(String)
    case mail(Envelope.Address)
    case recipient(Envelope.Address)
    case data
    case header(String, String)
    case endOfHeaders
    case body(Bytes)
    case endOfMessage
    case unknownCommand(String)
    case macro(Stage, String, String?)
    case abort
    case close
}

/// Collects events from libmilter's threads and lets a test wait for one.
final class EventLog: Sendable {
    private let entries = Mutex<[SessionEvent]>([])
    private let news = DispatchSemaphore(value: 0)

    func append(_ event: SessionEvent) {
        entries.withLock { $0.append(event) }
        news.signal()
    }

    var all: [SessionEvent] { entries.withLock { $0 } }

    /// Everything but what was agreed, which nearly every test has the same.
    var told: [SessionEvent] {
        all.filter { if case .negotiated = $0 { false } else { true } }
    }

    /// Waits until the log fulfils `condition`; false after 30 s. For one thread at a time.
    func wait(until condition: ([SessionEvent]) -> Bool) -> Bool {
        let deadline = DispatchTime.now() + 30
        while !condition(all) {
            if news.wait(timeout: deadline) == .timedOut { return condition(all) }
        }
        return true
    }

    func waitForClose() -> Bool { wait { $0.contains(.close) } }
}

/// What a session shall do. Closures, since each test says it in a line.
struct Script: Sendable {
    var negotiation: Negotiation?
    /// Macros to be read and noted at a stage.
    var macros: [Stage: [Macro]] = [:]
    var answer: @Sendable (SessionEvent) -> SessionStatus = { _ in .continue }
    var end: @Sendable (borrowing EndOfMessageContext) -> SessionStatus = { _ in .continue }
}

final class ScriptedSession: MilterSession {
    private let script: Script
    private let log: EventLog

    init(script: Script, log: EventLog) {
        self.script = script
        self.log = log
    }

    func negotiation(_ configured: Negotiation) -> Negotiation { script.negotiation ?? configured }
    func negotiated(_ agreed: Negotiation.Agreed) { log.append(.negotiated(agreed)) }

    func connect(_ client: Client, _ context: borrowing CallbackContext) -> SessionStatus {
        note(.connect(client), .connect, context)
    }
    func helo(_ name: Bytes, _ context: borrowing CallbackContext) -> SessionStatus {
        note(.helo(String(decoding: name, as: UTF8.self)), .helo, context)
    }
    func mail(_ sender: Envelope.Address, _ context: borrowing CallbackContext) -> SessionStatus {
        note(.mail(sender), .mail, context)
    }
    func recipient(_ recipient: Envelope.Address, _ context: borrowing CallbackContext) -> SessionStatus {
        note(.recipient(recipient), .recipient, context)
    }
    func data(_ context: borrowing CallbackContext) -> SessionStatus { note(.data, .data, context) }
    func header(_ field: HeaderField, _ context: borrowing CallbackContext) -> SessionStatus {
        note(.header("\(field.name)", String(decoding: field.value, as: UTF8.self)), .header, context)
    }
    func endOfHeaders(_ context: borrowing CallbackContext) -> SessionStatus {
        note(.endOfHeaders, .endOfHeaders, context)
    }
    func body(_ chunk: UnsafeRawBufferPointer, _ context: borrowing CallbackContext) -> SessionStatus {
        note(.body(Bytes(chunk)), .body, context)
    }
    func unknownCommand(_ command: Bytes, _ context: borrowing CallbackContext) -> SessionStatus {
        note(.unknownCommand(String(decoding: command, as: UTF8.self)), .unknownCommand, context)
    }
    func endOfMessage(_ context: borrowing EndOfMessageContext) -> SessionStatus {
        for name in script.macros[.endOfMessage] ?? [] {
            log.append(
                .macro(.endOfMessage, name.name, context.macro(name).map { String(decoding: $0, as: UTF8.self) })
            )
        }
        log.append(.endOfMessage)
        return script.end(context)
    }
    func abort() { log.append(.abort) }
    func close() { log.append(.close) }

    private func note(_ event: SessionEvent, _ stage: Stage, _ context: borrowing CallbackContext) -> SessionStatus {
        for name in script.macros[stage] ?? [] {
            log.append(.macro(stage, name.name, context.macro(name).map { String(decoding: $0, as: UTF8.self) }))
        }
        log.append(event)
        return script.answer(event)
    }
}
