import ArgumentParser
import Filter
import Glibc
import Mail
import NIOCore
import NIOPosix
import Policy
import Settings

/// `tamis scan`: judges messages with the very code that the daemon runs, and shows what it would do with them.
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Judge messages as the daemon would, and show every edit.",
        discussion: """
            FILE is a message, an mbox, a folder of messages, or - for standard input. Without --client nothing is known of \
            who handed the message over: no Received field is written, and no exempt rule for networks or local mail applies.

            --explain shows the message as scanners see it (its header, and how long its body is), what they answered with \
            each rule's points, which row, step and ceiling decided, and every edit in its order. spamd is asked REPORT for \
            it, which takes no more work than SYMBOLS. It is for people: with --json it is refused.

            --policy A --against B judges each message once, asks scanners as A says, and tells what would change with B's \
            policy: its score, actions, exempt, recipients, mixed, headers and unscanned; the mode is A's. Messages on which \
            both agree are counted only; --json has an object for each.

            Exit status: 0 done; 1 spam was found, or policies differ, with --exit-code; 64 wrong arguments; 65 no message; 66 a file cannot be \
            read; 78 wrong settings. When spamd, or nobody, answered: 68 a server's name is unknown; 69 no connection; 74 \
            an empty or cut answer; 75 no answer in time; 76 an answer that cannot be used.
            """
    )

    @Argument(help: ArgumentHelp("What to judge.", valueName: "FILE|DIR|MBOX|-"))
    var files: [String] = []

    @Option(help: "The envelope sender. Otherwise: what Return-Path says, else the null sender.")
    var from: String?

    @Option(help: "An envelope recipient; several are given one by one.")
    var to: [String] = []

    @Option(help: "The address of the client that handed the message over.")
    var client: String?

    @Option(help: "What the client said in HELO.")
    var helo: String?

    @Option(help: "The settings file. Otherwise: /etc/tamis/tamis.yaml if it is there, else the defaults.")
    var config: String?

    @Option(help: "With --against: the settings by which scanners are asked, and whose policy is the first.")
    var policy: String?

    @Option(help: "With --policy: the settings whose policy is the second. Only what would change is listed.")
    var against: String?

    @Flag(help: "One JSON object a line for each message.")
    var json = false

    @Flag(help: "Show what the scanners see, each rule's points, what decided, and every edit.")
    var explain = false

    @Flag(help: "End with status 1 if a message is spam; with --against, if the policies differ.")
    var exitCode = false

    func validate() throws {
        if (policy == nil) != (against == nil) { throw ValidationError("--policy and --against go together") }
        if policy != nil, config != nil { throw ValidationError("--policy takes the place of --config; leave one out") }
        if policy != nil, explain { throw ValidationError("--explain shows one policy; leave it or --against out") }
        if explain, json { throw ValidationError("--explain is for people; leave it or --json out") }
        if let client, IPAddress(client) == nil { throw ValidationError("--client: \"\(client)\" is no IP address") }
    }

    func run() async throws {
        if let against { return try await compare(against: against) }
        let (filter, settings) = try await self.filter()
        var isSpamFound = false
        var isFirst = true
        let status = try await judgeAll(filter, settings) { file, outcome in
            switch outcome {
            case .success(let (message, judgement)):
                isSpamFound = isSpamFound || judgement.verdict.isSpam
                if explain {
                    let text = explanation(of: judgement, on: message, in: file, by: filter).text
                    StandardStreams.say(isFirst ? text : "\n" + text)
                    isFirst = false
                } else {
                    show(ScanReport(file: file, judgement: judgement))
                }
            case .failure(let problem): show(ScanReport(file: file, problem: problem.text))
            }
        }
        if status != 0 { throw ExitCode(status) }
        if exitCode, isSpamFound { throw ExitCode(1) }
    }

    /// Judges every message of every file in turn, with a bar on a terminal.
    ///
    /// - Returns: the status of the first thing that went wrong; 0 when nothing did.
    func judgeAll(
        _ filter: MailFilter,
        _ settings: TamisSettings,
        _ tell: (String, Result<(Message, Judgement), ScanProblem>) -> Void
    ) async throws -> Int32 {
        var status: Int32 = 0
        let names: [String]
        do {
            names = try InputFiles.expand(files)
        } catch {
            throw failure("\(error)", 66)
        }
        var progress = ProgressBar(total: names.count)
        for name in names {
            defer { StandardStreams.prompt(progress.advance()) }
            do {
                for (message, judgement) in try await judge(name, filter, settings) {
                    StandardStreams.prompt(progress.clearing)
                    if status == 0 { status = judgement.exitStatus }
                    tell(name, .success((message, judgement)))
                }
            } catch let problem as ScanProblem {
                StandardStreams.prompt(progress.clearing)
                tell(name, .failure(problem))
                if status == 0 { status = problem.status }
            }
        }
        return status
    }

    func filter() async throws -> (MailFilter, TamisSettings) {
        do {
            let settings = try self.settings()
            var configuration = try settings.filterConfiguration(
                hostName: HostName.current,
                version: TamisVersion.current
            )
            if client == nil { configuration.policy.exempt.local = .full }
            let clients = try ScannerClients(configuration, group: MultiThreadedEventLoopGroup.singleton)
            // What does not resolve shows in the findings.
            _ = await clients.resolveNames()
            return (MailFilter(configuration, clients: clients, explains: explain), settings)
        } catch {
            throw failure("\(error)", 78)
        }
    }

    private func settings() throws(SettingsError) -> TamisSettings {
        let standard = "/etc/tamis/tamis.yaml"
        if let config = policy ?? config { return try TamisSettings.load(from: config).settings }
        return access(standard, F_OK) == 0 ? try TamisSettings.load(from: standard).settings : TamisSettings()
    }

    private func judge(
        _ file: String,
        _ filter: MailFilter,
        _ settings: TamisSettings
    ) async throws -> [(Message, Judgement)] {
        let bytes: [UInt8]
        do {
            bytes = try InputFiles.read(file)
        } catch {
            throw ScanProblem(text: error.description, status: 66)
        }
        guard !bytes.isEmpty else { throw ScanProblem(text: "holds no message", status: 65) }
        var judgements: [(Message, Judgement)] = []
        for part in StoredMessage.split(bytes) {
            let deadline = NIODeadline.now() + TimeAmount(settings.limits.deadline)
            let message = message(StoredMessage(part), limit: filter.maximumScanSize)
            judgements.append((message, await filter.judge(message, writesReceived: client != nil, deadline: deadline)))
        }
        return judgements
    }

    private func explanation(
        of judgement: Judgement,
        on message: Message,
        in file: String,
        by filter: MailFilter
    ) -> ScanExplanation {
        ScanExplanation(
            file: file,
            message: message,
            question: judgement.findings.map { _ in filter.question(about: message, writesReceived: client != nil) },
            judgement: judgement,
            policy: filter.policy,
            writesReceived: client != nil
        )
    }

    /// The message with the envelope that the options tell.
    private func message(_ stored: StoredMessage, limit: Int) -> Message {
        let returnPath = stored.headers[name: "Return-Path"].map { Bytes($0.trimmedValue) }
        let sender = from.map { Bytes($0.utf8) } ?? returnPath ?? []
        let address = client.flatMap { IPAddress($0) }
        return Message(
            client: Client(
                address: address.map { .ip($0, port: 25) } ?? .unknown,
                helo: helo.map { Bytes($0.utf8) }
            ),
            envelope: Envelope(
                sender: .init(wireForm: sender),
                recipients: to.map { .init(wireForm: Bytes($0.utf8)) }
            ),
            headers: stored.headers,
            body: Bytes(stored.body.prefix(limit)),
            bodySize: stored.body.count,
            receiver: Bytes(HostName.current.utf8),
            arrival: Int64(time(nil))
        )
    }

    /// As JSON all goes to standard output; for people what went wrong goes to standard error.
    private func show(_ report: ScanReport) {
        if json {
            StandardStreams.say(report.json)
        } else if report.problem != nil {
            StandardStreams.complain("tamis scan: \(report.text)")
        } else {
            StandardStreams.say(report.text)
        }
    }

    func failure(_ text: String, _ status: Int32) -> ExitCode {
        StandardStreams.complain("tamis scan: \(text)")
        return ExitCode(status)
    }
}

extension Judgement {
    /// What is to be told of scanners that were silent: spamd's silence always, Pyzor's when nobody answered.
    var exitStatus: Int32 {
        let silence = findings?.spamd.silence ?? (verdict.kind == .unscanned ? findings?.pyzor.silence : nil)
        switch silence {
        case nil: return 0
        case .resolve: return 68
        case .refused: return 69
        case .closed: return 74
        case .timeout, .busy, .down: return 75
        case .garbage, .status, .tls: return 76
        }
    }
}

struct ScanProblem: Error {
    let text: String
    let status: Int32
}
