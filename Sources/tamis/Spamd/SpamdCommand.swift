import ArgumentParser
import Spamd

/// `tamis spamd`: asks spamd about messages, and trains it.
struct SpamdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spamd",
        abstract: "Ask SpamAssassin's spamd about messages, and train it.",
        discussion: """
            Exit status: 0 done; 1 a message is spam (with --exit-code); 64 wrong arguments; 65 no message; 66 a file cannot \
            be read; 68 a server's name is unknown; 69 no connection; 74 an answer is empty or cut; 75 no answer in time; \
            76 an answer is not the protocol, or TLS failed; 64 to 79 what spamd itself answered; 78 wrong settings. Of \
            several messages the first that has no answer counts.
            """,
        subcommands: [
            Ping.self, Check.self, Symbols.self, Report.self, ReportIfSpam.self, Headers.self, Process.self,
            TellSpamd.self,
        ]
    )
}

/// The messages, and how many are asked about at once.
struct SpamdInput: ParsableArguments {
    @Option(
        name: .customShort("n"),
        help: ArgumentHelp("How many messages are asked about at once.", valueName: "count")
    )
    var parallel = 4

    @Argument(help: ArgumentHelp("Messages, folders of messages, or - for standard input.", valueName: "FILE|DIR|-"))
    var files: [String] = []

    func validate() throws {
        guard (1...1_000).contains(parallel) else { throw ValidationError("-n is a number from 1 to 1000") }
    }
}

// MARK: - Running

extension SpamdCommand {
    /// Asks about all messages; throws the exit status unless it is 0.
    fileprivate static func run(
        _ question: SpamdQuestion,
        _ options: SpamdOptions,
        _ input: SpamdInput,
        exitCode: Bool = false
    ) async throws {
        do throws(SpamdFailure) {
            let configuration = try options.configuration(parallel: input.parallel)
            let run = SpamdRun(
                question: question,
                client: try client(configuration),
                user: options.user,
                compress: configuration.compress,
                parallel: input.parallel
            )
            let files = try names(input.files)
            var progress = ProgressBar(total: files.count)
            let summary = await run.ask(files) { line in
                StandardStreams.prompt(progress.clearing)
                show(line, options, isOneOfMany: files.count > 1)
                StandardStreams.prompt(progress.advance())
            }
            try finish(summary, exitCode: exitCode)
        } catch {
            throw complain(error)
        }
    }

    fileprivate static func ping(_ options: SpamdOptions) async throws {
        do throws(SpamdFailure) {
            let configuration = try options.configuration(parallel: 1)
            // Files of TLS are read first, so that what is wrong with them is said once.
            _ = try client(configuration)
            try finish(await SpamdRun.ping(configuration) { show($0, options, isOneOfMany: false) }, exitCode: false)
        } catch {
            throw complain(error)
        }
    }

    private static func client(_ configuration: SpamdClient.Configuration) throws(SpamdFailure) -> SpamdClient {
        do {
            return try SpamdClient(configuration: configuration)
        } catch {
            throw SpamdFailure(error)
        }
    }

    private static func names(_ arguments: [String]) throws(SpamdFailure) -> [String] {
        do {
            return try InputFiles.expand(arguments)
        } catch {
            throw .unreadable(error.description)
        }
    }

    /// An exit status is thrown as a failure without words.
    private static func finish(_ summary: SpamdRun.Summary, exitCode: Bool) throws(SpamdFailure) {
        let status = summary.status != 0 ? summary.status : (exitCode && summary.isSpamFound ? 1 : 0)
        if status != 0 { throw SpamdFailure(kind: "", message: "", exitStatus: status) }
    }

    private static func show(_ line: SpamdLine, _ options: SpamdOptions, isOneOfMany: Bool) {
        if options.json { return StandardStreams.say("\(line.json)") }
        let name = line.file ?? line.failure?.server?.description ?? "-"
        if let failure = line.failure {
            let server = failure.server.map { $0.description == name ? "" : "\($0): " } ?? ""
            return StandardStreams.complain("tamis spamd: \(name): \(server)\(failure.message)")
        }
        if isOneOfMany, line.question.answersWithMessage { StandardStreams.tell("==> \(name) <==") }
        StandardStreams.pass(line.text)
    }

    private static func complain(_ failure: SpamdFailure) -> ExitCode {
        if !failure.message.isEmpty { StandardStreams.complain("tamis spamd: \(failure.message)") }
        return ExitCode(failure.exitStatus)
    }
}

// MARK: - The questions

extension SpamdCommand {
    struct Ping: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask each server whether it is there.")
        @OptionGroup var options: SpamdOptions

        func run() async throws { try await SpamdCommand.ping(options) }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Is it spam, and by how many points?")
        @OptionGroup var options: SpamdOptions
        @OptionGroup var input: SpamdInput
        @Flag(help: "End with status 1 if a message is spam.") var exitCode = false

        func run() async throws { try await SpamdCommand.run(.check, options, input, exitCode: exitCode) }
    }

    struct Symbols: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The same, and the names of the rules.")
        @OptionGroup var options: SpamdOptions
        @OptionGroup var input: SpamdInput
        @Flag(help: "End with status 1 if a message is spam.") var exitCode = false

        func run() async throws { try await SpamdCommand.run(.symbols, options, input, exitCode: exitCode) }
    }

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The same, and SpamAssassin's report.")
        @OptionGroup var options: SpamdOptions
        @OptionGroup var input: SpamdInput
        @Flag(help: "End with status 1 if a message is spam.") var exitCode = false

        func run() async throws { try await SpamdCommand.run(.report, options, input, exitCode: exitCode) }
    }

    struct ReportIfSpam: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "report-ifspam",
            abstract: "The report, if it is spam."
        )
        @OptionGroup var options: SpamdOptions
        @OptionGroup var input: SpamdInput
        @Flag(help: "End with status 1 if a message is spam.") var exitCode = false

        func run() async throws { try await SpamdCommand.run(.reportIfSpam, options, input, exitCode: exitCode) }
    }

    struct Headers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The header of the message as SpamAssassin would deliver it."
        )
        @OptionGroup var options: SpamdOptions
        @OptionGroup var input: SpamdInput
        @Flag(help: "End with status 1 if a message is spam.") var exitCode = false

        func run() async throws { try await SpamdCommand.run(.headers, options, input, exitCode: exitCode) }
    }

    struct Process: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The message as SpamAssassin would deliver it.")
        @OptionGroup var options: SpamdOptions
        @OptionGroup var input: SpamdInput
        @Flag(help: "End with status 1 if a message is spam.") var exitCode = false

        func run() async throws { try await SpamdCommand.run(.process, options, input, exitCode: exitCode) }
    }

    struct TellSpamd: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tell",
            abstract: "Learn, forget, report or revoke messages.",
            discussion: "spamd allows it only when it was started with --allow-tell."
        )
        @OptionGroup var options: SpamdOptions
        @OptionGroup var input: SpamdInput
        @Option(help: "Learn as spam or ham.") var learn: Tell.MessageClass?
        @Flag(help: "Undo what was learned.") var forget = false
        @Flag(help: "Learn as spam and report to the services that spamd knows.") var report = false
        @Flag(help: "Learn as ham and take the report back.") var revoke = false
        @Option(name: .customLong("class"), help: "What the message is, for --set: spam or ham.")
        var messageClass: Tell.MessageClass?
        @Option(help: "Where it is learned or reported: local or remote, repeatable.") var set: [Tell.Database] = []
        @Option(help: "Where it is forgotten or revoked: local or remote, repeatable.") var remove: [Tell.Database] = []

        func validate() throws {
            do throws(SpamdError) {
                _ = try words.tell()
            } catch {
                throw ValidationError(error.text)
            }
        }

        func run() async throws { try await SpamdCommand.run(.tell(words.tell()), options, input) }

        private var words: TellWords {
            TellWords(
                learn: learn,
                forget: forget,
                report: report,
                revoke: revoke,
                messageClass: messageClass,
                set: set,
                remove: remove
            )
        }
    }
}
