import Glibc
import NIOCore
import NIOPosix
import Pyzor

/// `tamis` under the name `pyzor`: pyzor 1.0.0's command line, output and exit status, for programs that start pyzor,
/// SpamAssassin's plugin above all.
///
/// Digests follow the rule of pyzor 1.0. Where pyzor dies with a traceback this says why in one line on standard error and
/// ends with 1. No home folder is ever made. Unlike Tamis itself it does ask about the digest of nothing, as pyzor does.
struct PyzorDropIn: Sendable {
    /// The world around it, so that tests can be one.
    struct Surroundings: Sendable {
        var home: String? = getenv("HOME").map { String(cString: $0) }
        var readInput: @Sendable () throws -> [UInt8] = { try InputFiles.read("-") }
        var askPassphrase: @Sendable (String) -> String? = { Passphrase.ask($0) }
        /// What nobody can read is no answer: the process ends with 1, as pyzor does.
        var say: @Sendable (String) -> Void = { text in
            if TextFile.write(Array(text.utf8), to: STDOUT_FILENO) { return }
            StandardStreams.complain("pyzor: standard output cannot be written")
            exit(1)
        }
        var complain: @Sendable (String) -> Void = { StandardStreams.complain($0) }
        /// Where questions run, once there is one. One thread is enough, and it ends with the process.
        var group: @Sendable () -> any EventLoopGroup = { MultiThreadedEventLoopGroup(numberOfThreads: 1) }
    }

    /// Runs a command line (without the program's name) and returns the exit status.
    static func run(_ arguments: [String], in surroundings: Surroundings = Surroundings()) async -> Int32 {
        switch DropInArguments.read(arguments) {
        case .help:
            surroundings.say(DropInArguments.help + "\n")
            return 0
        case .wrong(let why):
            surroundings.complain("\(DropInArguments.usage)\n\npyzor: error: \(why)")
            return 2
        case .run(let arguments) where arguments.showsVersion:
            surroundings.say(DropInArguments.version + "\n")
            return 0
        case .run(let arguments) where arguments.commands.isEmpty:
            surroundings.say(DropInArguments.help + "\n")
            return 0
        case .run(let arguments):
            return await run(arguments, in: surroundings)
        }
    }

    private static func run(_ arguments: DropInArguments, in surroundings: Surroundings) async -> Int32 {
        if let level = arguments.nice { _ = Glibc.nice(Int32(clamping: level)) }
        do {
            let home = try DropInHome(arguments, home: surroundings.home)
            let log = DropInLog(isDebug: arguments.isDebug, file: home.logFile, complain: surroundings.complain)
            for warning in home.warnings { log.write(.warning, warning) }
            let configuration = PyzorClient.Configuration(
                servers: home.servers,
                accounts: home.accounts,
                timeout: .seconds(Int64(max(0, min(home.timeout, 86_400)))),
                cache: .none
            )
            let run = DropInRun(configuration, home: home, log: log, surroundings: surroundings)
            return await run.all(arguments.commands)
        } catch {
            surroundings.complain("pyzor: \(error)")
            return 1
        }
    }
}
