import Pyzor
import Settings
import Spamd

extension LogRecord {
    /// What happened to a spamd server. What repeats with every message is for debugging only.
    init(_ event: SpamdEvent) {
        switch event {
        case .serverDown: self.init(.warning, "spamd: \(event)")
        case .serverUp: self.init(.notice, "spamd: \(event)")
        case .resolveFailed: self.init(.warning, "spamd: \(event)")
        case .resolved: self.init(.info, "spamd: \(event)")
        case .triedNext: self.init(.info, "spamd: \(event)")
        case .askedSecond: self.init(.info, "spamd: \(event)")
        }
    }

    /// What happened to a Pyzor server; nil for what happens with every question.
    init?(_ event: PyzorEvent) {
        switch event {
        case .sending, .received: return nil
        case .leftAlone(let server): self.init(.warning, "pyzor: \(server): left alone after timeouts in a row")
        case .back(let server): self.init(.notice, "pyzor: \(server): answers again")
        case .unresolved(let server, let reason): self.init(.warning, "pyzor: \(server): \(reason)")
        case .resolved(let server, let addresses):
            self.init(.info, "pyzor: \(server): is now \(addresses.joined(separator: " "))")
        case .retransmitted(let server, let thread): self.init(.debug, "pyzor: \(server): asked again (\(thread))")
        case .ignored(let server, let fault): self.init(.info, "pyzor: \(server): ignored a datagram: \(fault)")
        case .late(let server, let thread): self.init(.debug, "pyzor: \(server): late reply (\(thread))")
        }
    }
}

extension LogLevel {
    init(_ level: LogSection.Level) {
        self =
            switch level {
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
    }
}
