import Testing

/// A row of the table: a promise in plain words, and a trial that shows whether it is kept.
struct Promise: Sendable, CustomTestStringConvertible {
    /// The heading under which it stands.
    var group: String
    var name: String
    /// The settings that Tamis runs with.
    var rules: Rules
    var wiring: Wiring
    /// The columns in which it cannot be tried, and why.
    var absent: [Column: String]
    /// Sends mail and says what is amiss with what came of it.
    var trial: @Sendable (Scene) throws -> Void

    init(
        _ group: String,
        _ name: String,
        rules: Rules = .usual,
        wiring: Wiring = .alone,
        absent: [Column: String] = [:],
        trial: @escaping @Sendable (Scene) throws -> Void
    ) {
        self.group = group
        self.name = name
        self.rules = rules
        self.wiring = wiring
        self.absent = absent
        self.trial = trial
        if wiring != .alone { self.absent[.peer] = absent[.peer] ?? "how a mail server is set up" }
    }

    var testDescription: String { "\(group): \(name)" }
}

extension Promise {
    /// A row with a trial of its own, about one mailing.
    init(
        _ group: String,
        _ name: String,
        rules: Rules = .usual,
        wiring: Wiring = .alone,
        absent: [Column: String] = [:],
        _ mailing: Mailing,
        trial: @escaping @Sendable (Scene, Mailing) throws -> Void
    ) {
        self.init(group, name, rules: rules, wiring: wiring, absent: absent) { try trial($0, mailing) }
    }

    /// The usual row: spamd says this, the message is sent, and that is what comes of it.
    init(
        _ group: String,
        _ name: String,
        rules: Rules = .usual,
        wiring: Wiring = .alone,
        absent: [Column: String] = [:],
        _ mailing: Mailing,
        spamd: SpamdWord = .score("7.4"),
        pyzor: PyzorWord = .count(0),
        _ expected: Expected
    ) {
        self.init(group, name, rules: rules, wiring: wiring, absent: absent) { scene in
            scene.answers(spamd, pyzor)
            try scene.expect(expected, of: mailing)
        }
    }
}
