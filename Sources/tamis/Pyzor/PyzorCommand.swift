import ArgumentParser
import Glibc
import Pyzor

/// `tamis pyzor`: asks Pyzor servers, and shows digests.
struct PyzorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pyzor",
        abstract: "Ask Pyzor servers about messages, report them, and show digests.",
        discussion: """
            Servers get digests of messages, never messages. The digest of a message without text is never sent.

            Exit status: 0 done; 1 a message is known as spam (check, with --exit-code); 64 wrong arguments; 65 no message, \
            or one without a digest; 66 a file cannot be read; 68 a server's name is unknown; 69 nobody listens; 74 a \
            reply is empty or cut; 75 no answer in time; 76 a server refuses or answers nonsense; 78 wrong settings.
            """,
        subcommands: [
            Ping.self, Pong.self, Check.self, Info.self, Report.self, Whitelist.self, Digest.self, Predigest.self,
            GenKey.self,
        ]
    )
}

extension PyzorCommand {
    /// Asks about what the files hold; throws the exit status when it is not 0.
    fileprivate static func run(
        _ question: PyzorQuestion,
        _ options: PyzorServerOptions,
        _ input: PyzorInputOptions,
        reports: Int64 = 0,
        whitelistings: Int64 = 0,
        exitCode: Bool = false
    ) async throws {
        let result = try await withClient(options) { client, rule in
            let run = PyzorRun(
                question: question,
                client: client,
                style: input.style,
                rule: input.digest ?? rule,
                json: options.json
            )
            return await run.ask(try files(input), reports: reports, whitelistings: whitelistings)
        }
        if result.status != 0 { throw ExitCode(result.status) }
        if exitCode, result.isHit { throw ExitCode(1) }
    }

    fileprivate static func withClient<Result: Sendable>(
        _ options: PyzorServerOptions,
        _ body: (PyzorClient, DigestRule) async throws -> Result
    ) async throws -> Result {
        do {
            let client = await PyzorClient.start(try options.configuration())
            let rule = try PyzorDefaults.load(options.config).rule
            let result = try await body(client, rule)
            await client.shutdown()
            return result
        } catch let failure as PyzorFailure {
            throw exit(failure)
        }
    }

    fileprivate static func files(_ input: PyzorInputOptions) throws -> [String] {
        do {
            return try InputFiles.expand(input.files)
        } catch {
            throw PyzorFailure(unreadable: "\(error)")
        }
    }

    /// Says why on standard error and gives the exit status.
    fileprivate static func exit(_ failure: PyzorFailure) -> ExitCode {
        StandardStreams.complain("tamis: \(failure.message)")
        return ExitCode(failure.exitStatus)
    }
}

// MARK: - Asking

extension PyzorCommand {
    struct Ping: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask whether servers are alive.")
        @OptionGroup var options: PyzorServerOptions

        func run() async throws {
            let lines = try await PyzorCommand.withClient(options) { client, _ in
                await PyzorQuestion.send(.ping, with: client)
            }
            for line in lines {
                if options.json { StandardStreams.say(line.json.description) } else { StandardStreams.tell(line.text) }
            }
            if let failure = lines.lazy.compactMap(\.failure).first { throw ExitCode(failure.exitStatus) }
        }
    }

    struct Pong: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Test servers: they answer the largest count there is."
        )
        @OptionGroup var options: PyzorServerOptions
        @OptionGroup var input: PyzorInputOptions

        func run() async throws { try await PyzorCommand.run(.pong, options, input) }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask how often messages were reported as spam.")
        @OptionGroup var options: PyzorServerOptions
        @OptionGroup var input: PyzorInputOptions

        @Option(name: .shortAndLong, help: "Reports up to which a message is no spam.")
        var reportThreshold: Int64 = 0

        @Option(name: .shortAndLong, help: "Whitelistings up to which a message is not good.")
        var whitelistThreshold: Int64 = 0

        @Flag(help: "End with status 1 when a message is known as spam.")
        var exitCode = false

        func run() async throws {
            try await PyzorCommand.run(
                .check,
                options,
                input,
                reports: reportThreshold,
                whitelistings: whitelistThreshold,
                exitCode: exitCode
            )
        }
    }

    struct Info: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask how often and when messages were reported.")
        @OptionGroup var options: PyzorServerOptions
        @OptionGroup var input: PyzorInputOptions

        func run() async throws { try await PyzorCommand.run(.info, options, input) }
    }

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Report messages as spam, to everybody who asks.")
        @OptionGroup var options: PyzorServerOptions
        @OptionGroup var input: PyzorInputOptions

        func run() async throws { try await PyzorCommand.run(.report, options, input) }
    }

    struct Whitelist: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report messages as good; most servers want an account."
        )
        @OptionGroup var options: PyzorServerOptions
        @OptionGroup var input: PyzorInputOptions

        func run() async throws { try await PyzorCommand.run(.whitelist, options, input) }
    }
}

// MARK: - Without a server

extension PyzorCommand {
    struct Digest: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the digests of messages.")
        @OptionGroup var input: PyzorInputOptions
        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() throws {
            try PyzorCommand.digests(input, json: json, showsLines: false)
        }
    }

    struct Predigest: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the lines that digests are made of.")
        @OptionGroup var input: PyzorInputOptions
        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() throws {
            try PyzorCommand.digests(input, json: json, showsLines: true)
        }
    }

    fileprivate static func digests(_ input: PyzorInputOptions, json: Bool, showsLines: Bool) throws {
        let status: Int32
        do {
            let rule = try input.digest ?? PyzorDefaults.load(nil).rule
            let run = DigestRun(style: input.style, rule: rule, json: json, showsLines: showsLines)
            status = run.digests(of: try files(input))
        } catch let failure as PyzorFailure {
            throw exit(failure)
        }
        if status != 0 { throw ExitCode(status) }
    }

    struct GenKey: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "genkey",
            abstract: "Make a key for an account, from a passphrase that is asked for twice."
        )

        func run() throws {
            let first = Passphrase.ask("Enter passphrase: ")
            guard let first, let second = Passphrase.ask("Enter passphrase again: ") else {
                StandardStreams.complain("tamis: no passphrase was given")
                throw ExitCode(65)
            }
            guard first == second else {
                StandardStreams.complain("tamis: the passphrases differ")
                throw ExitCode(65)
            }
            StandardStreams.say("salt,key:")
            StandardStreams.say("\(GeneratedKey(passphrase: first))")
        }
    }
}
