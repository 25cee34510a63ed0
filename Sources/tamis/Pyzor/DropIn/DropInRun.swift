import Pyzor

/// The commands of one command line, in their order.
final class DropInRun {
    private let configuration: PyzorClient.Configuration
    private let home: DropInHome
    private let log: DropInLog
    private let surroundings: PyzorDropIn.Surroundings
    private var isInputRead = false
    /// Made for the first question, for most of the commands ask none.
    private var client: PyzorClient?

    init(
        _ configuration: PyzorClient.Configuration,
        home: DropInHome,
        log: DropInLog,
        surroundings: PyzorDropIn.Surroundings
    ) {
        self.configuration = configuration
        self.home = home
        self.log = log
        self.surroundings = surroundings
    }

    /// Why a command cannot go on.
    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs the commands; the first that fails ends the run with 1. One that pyzor does not know is logged and passed over.
    func all(_ commands: [String]) async -> Int32 {
        let status = await runInOrder(commands)
        await client?.shutdown()
        return status
    }

    private func runInOrder(_ commands: [String]) async -> Int32 {
        for command in commands {
            do {
                guard try await run(command) else { return 1 }
            } catch {
                surroundings.complain("pyzor: \(command): \(error)")
                return 1
            }
        }
        return 0
    }

    private func run(_ command: String) async throws -> Bool {
        switch command {
        case "ping": try await ping()
        case "check": try await verdict(.check)
        case "pong": try await verdict(.pong)
        case "info": try await ask(.info).isOK
        case "report": try await ask(.report).isOK
        case "whitelist": try await ask(.whitelist).isOK
        case "digest": try printDigests()
        case "predigest": try printLines()
        case "genkey": genkey()
        case "local_whitelist": try changeWhitelist(adding: true)
        case "local_unwhitelist": try changeWhitelist(adding: false)
        default: passOver(command)
        }
    }

    private func passOver(_ command: String) -> Bool {
        log.write(.critical, "Unknown command: \(command)")
        return true
    }
}

// MARK: - With servers

extension DropInRun {
    /// What all answers to a command come to.
    private struct Sum {
        var isOK = true
        var isHit = false
        var isWhitelisted = false
    }

    private func ping() async throws -> Bool {
        let answers = await self.answers(to: .ping)
        show(answers)
        return answers.allSatisfy(\.isOK)
    }

    /// Spam and nothing else is success: some count above its threshold, none whitelisted above its own.
    private func verdict(_ operation: PyzorRequest.Operation) async throws -> Bool {
        let sum = try await ask(operation)
        return sum.isOK && sum.isHit && !sum.isWhitelisted
    }

    private func ask(_ operation: PyzorRequest.Operation) async throws -> Sum {
        var sum = Sum()
        let whitelist = operation == .check ? try LocalWhitelist.load(home.whitelistFile) : LocalWhitelist()
        for digest in try digests() {
            let isLocal = whitelist.contains(digest)
            let answers = isLocal ? localAnswers() : await self.answers(to: try .opaque(operation, [digest]))
            show(answers)
            // With several servers pyzor loses those that it dies of, but not the others' answers.
            let counted = answers.filter { $0.complaint == nil }
            sum.isOK = sum.isOK && !counted.isEmpty && counted.allSatisfy(\.isOK)
            sum.isHit = sum.isHit || counted.contains(where: \.isHit)
            sum.isWhitelisted = sum.isWhitelisted || counted.contains(where: \.isWhitelisted)
        }
        return sum
    }

    private func show(_ answers: [DropInAnswer]) {
        surroundings.say(answers.map(\.text).joined())
        for complaint in answers.compactMap(\.complaint) { surroundings.complain("pyzor: \(complaint)") }
    }

    /// Sends a request to all servers at once; answers in the order in which they come.
    private func answers(to request: PyzorRequest) async -> [DropInAnswer] {
        let client = await self.readyClient()
        return await withTaskGroup(of: (PyzorServer, Result<PyzorReply, PyzorError>).self) { group in
            for server in home.servers {
                group.addTask { (server, await Self.send(request, to: server, with: client)) }
            }
            var answers: [DropInAnswer] = []
            for await (server, result) in group { answers.append(answer(server, result, to: request.operation)) }
            return answers
        }
    }

    private func readyClient() async -> PyzorClient {
        if let client { return client }
        let made = await PyzorClient.start(configuration, on: surroundings.group(), observer: log.observer)
        client = made
        return made
    }

    private static func send(
        _ request: PyzorRequest,
        to server: PyzorServer,
        with client: PyzorClient
    ) async -> Result<PyzorReply, PyzorError> {
        do {
            return .success(try await client.send(request, to: server))
        } catch {
            return .failure(error)
        }
    }

    private func answer(
        _ server: PyzorServer,
        _ result: Result<PyzorReply, PyzorError>,
        to operation: PyzorRequest.Operation
    ) -> DropInAnswer {
        if case .failure(let error) = result, let line = DropInAnswer.logLine(server, error) { log.write(.error, line) }
        return DropInAnswer(
            server,
            result,
            to: operation,
            reports: home.reportThreshold,
            whitelistings: home.whitelistThreshold
        )
    }

    /// A digest of the local whitelist is not asked: nobody has reported it. (pyzor 1.0.0 dies here; this is 1.1's answer.)
    private func localAnswers() -> [DropInAnswer] {
        home.servers.map { DropInAnswer(unasked: $0) }
    }
}

// MARK: - Without servers

extension DropInRun {
    private func printDigests() throws -> Bool {
        for digest in try digests() { surroundings.say(digest + "\n") }
        return true
    }

    private func printLines() throws -> Bool {
        let lines = try MessageDigest.lines(of: try input(), rule: .pyzor1_0).hashed
        surroundings.say(lines.map { $0 + "\n" }.joined())
        return true
    }

    private func genkey() -> Bool {
        let first = surroundings.askPassphrase("Enter passphrase: ")
        guard let first, first == surroundings.askPassphrase("Enter passphrase again: ") else {
            surroundings.complain("pyzor: genkey: the passphrases differ")
            return false
        }
        surroundings.say("salt,key:\n\(GeneratedKey(passphrase: first))\n")
        return true
    }

    private func changeWhitelist(adding: Bool) throws -> Bool {
        var list = try LocalWhitelist.load(home.whitelistFile)
        for digest in try digests() {
            if adding, !list.add(digest) { log.write(.critical, "Digest \(digest) already whitelisted locally") }
            if !adding, !list.remove(digest) { log.write(.critical, "Digest \(digest) is not whitelisted.") }
        }
        try list.save(home.whitelistFile)
        return true
    }

    /// The digests of standard input, which is read once: later commands see nothing.
    private func digests() throws -> [String] {
        guard let style = InputStyle(rawValue: home.style) else { throw Failure(description: "Unknown input style.") }
        return try style.subjects(in: try input(), rule: .pyzor1_0).map { try $0.digest.get() }
    }

    private func input() throws -> [UInt8] {
        guard !isInputRead else { return [] }
        isInputRead = true
        return try surroundings.readInput()
    }
}
