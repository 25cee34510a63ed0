import Glibc
import Synchronization
import TestRig

/// Messages that several clients send through Postfix at the same time, each until it is accepted or refused for good.
///
/// It knows what every client was told, so that afterwards nothing can have got lost unseen.
final class Load: Sendable {
    struct Plan: Sendable {
        var messages: Int
        /// How many clients there are; each message has a connection of its own.
        var clients = 4
        /// How often a message that was put off is tried again.
        var tries = 1
        /// What a client waits before it tries again.
        var pauseMilliseconds: UInt32 = 50
        /// How many are begun in a second, as far as there are clients; without, as many as can be.
        var messagesPerSecond: Int?
        /// Makes a message of its name.
        var letter: @Sendable (String) -> Letter = { .ham($0) }
    }

    private struct State: Sendable {
        var next = 0
        var lastCode: [String: Int] = [:]
        var deferrals = 0
        var longestWait = Duration.zero
    }

    private let plan: Plan
    private let server: Postfix
    private let names: [String]
    private let before: Set<String>
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(_ plan: Plan, through server: Postfix) {
        self.plan = plan
        self.server = server
        names = (0..<plan.messages).map { fresh("m\($0)") }
        before = Set(server.folder.names(in: Load.mailbox))
    }

    private static let mailbox = "mail/inbox/new"

    /// How many messages have had their last answer so far.
    var answered: Int { state.withLock { $0.lastCode.count } }

    /// Sends them all.
    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<plan.clients {
                group.addTask {
                    while let name = self.next() { self.send(name) }
                }
            }
            await group.waitForAll()
        }
    }

    /// Sends them all and counts.
    func runAndCount() async throws -> Tally {
        try await run()
        return try tally()
    }

    /// The next message, at its time.
    private func next() -> String? {
        let number = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        guard number < names.count else { return nil }
        if let rate = plan.messagesPerSecond {
            let due = start + .milliseconds(number * 1_000 / rate)
            let early = due - ContinuousClock.now
            if early > .zero { usleep(UInt32(clamping: early.components.attoseconds / 1_000_000_000_000)) }
        }
        return names[number]
    }

    private func send(_ name: String) {
        for attempt in 1...plan.tries {
            let code = code(for: name)
            if let code, !(400..<500).contains(code) || attempt == plan.tries {
                return state.withLock { $0.lastCode[name] = code }
            }
            usleep(plan.pauseMilliseconds * 1_000)
        }
    }

    /// The last reply of a try, nil when the connection broke before there was one.
    private func code(for name: String) -> Int? {
        guard let client = try? SMTPClient(port: server.port), client.greeting.isPositive,
            (try? client.hello()) != nil, let mail = try? client.mail(from: "alice@example.org")
        else { return nil }
        guard mail.isPositive else { return deferred(mail.code) }
        guard let recipient = try? client.recipient("bob@test.local") else { return nil }
        guard recipient.isPositive else { return deferred(recipient.code) }
        let begin = ContinuousClock.now
        guard let reply = try? client.data(plan.letter(name)) else { return nil }
        let wait = ContinuousClock.now - begin
        state.withLock { $0.longestWait = max($0.longestWait, wait) }
        _ = try? client.quit()
        return deferred(reply.code)
    }

    private func deferred(_ code: Int) -> Int {
        if (400..<500).contains(code) { state.withLock { $0.deferrals += 1 } }
        return code
    }

    // MARK: Afterwards

    /// Waits until all that was accepted is delivered, and counts.
    func tally() throws -> Tally {
        let (codes, deferrals, longestWait) = state.withLock { ($0.lastCode, $0.deferrals, $0.longestWait) }
        let accepted = Set(codes.filter { $0.value == 250 }.keys)
        var letters: [String: Letter] = [:]
        try? waitUntil("all accepted messages were delivered", within: .seconds(30)) {
            guard server.folder.names(in: Load.mailbox).count - before.count >= accepted.count else { return false }
            letters = try delivered()
            return accepted.isSubset(of: letters.keys)
        }
        letters = try delivered()
        let statuses = letters.values.map { $0.value("X-Spam-Status") }
        return Tally(
            sent: names.count,
            answered: codes.count,
            delivered: letters.count,
            lost: accepted.subtracting(letters.keys).count,
            unscanned: statuses.count { $0?.contains("unscanned=spamd:") == true },
            unfiltered: statuses.count { $0 == nil },
            deferrals: deferrals,
            longestWait: longestWait
        )
    }

    /// The messages of this load that lie in the mailbox, by name.
    func delivered() throws -> [String: Letter] {
        let wanted = Set(names)
        var letters: [String: Letter] = [:]
        for letter in try server.delivered(except: before) {
            guard let name = letter.value("Message-ID")?.dropFirst().prefix(while: { $0 != "@" }) else { continue }
            if wanted.contains(String(name)) { letters[String(name)] = letter }
        }
        return letters
    }
}
